export { InterruptedError } from "../extraction/errors";

/** The command was called wrongly. Exit code 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UsageError";
  }
}

/** What was asked for is not on the disk, or cannot be put where it should go; the message says why, and what to do. */
export class ExtractionError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ExtractionError";
  }
}

/** The work was interrupted, by Ctrl-C for instance. */
export class InterruptedError extends Error {
  constructor() {
    super("interrupted");
    this.name = "InterruptedError";
  }
}

import type { ResourceState } from "./stand-in";

/** A resource exists, but the operation on it failed: the engine keeps what is known of it, and the error with it. */
export class InitFailedError extends Error {
  override readonly name = "InitFailedError";

  constructor(
    message: string,
    /** The resource as it is now; outputs are empty where it could not be read. */
    readonly state: ResourceState,
  ) {
    super(message);
  }
}

/** What went wrong on the way to an engine. */
export class EngineError extends Error {
  override readonly name: string = "EngineError";
}

/** Every way to an engine was tried and none worked; the message says why for each, and what to do. */
export class EngineNotFoundError extends EngineError {
  override readonly name = "EngineNotFoundError";
}

/** No engine is on this machine yet, and the caller did not want to wait for one. */
export class EngineNotReadyError extends EngineError {
  override readonly name = "EngineNotReadyError";
}

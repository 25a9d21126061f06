/** An error that Windows itself would answer a command with: the script may catch it. */
export class WindowsError extends Error {
  override readonly name = "WindowsError";
}

/** A command or path that the simulated Windows does not know. It fails the run, also when the script catches it. */
export class NotSimulatedError extends Error {
  override readonly name = "NotSimulatedError";
}

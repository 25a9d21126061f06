import type { Console } from "./output/console";

/** What every command has at hand. */
export interface Session {
  readonly console: Console;
  /** Aborted when the command is interrupted. */
  readonly signal: AbortSignal;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

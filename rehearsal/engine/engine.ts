/** Where an engine came from. */
export type EngineSource = "path" | "cache" | "download" | "build";

/** A Pulumi engine that is ready to run. */
export interface Engine {
  /** Path of the `pulumi` program. */
  readonly program: string;
  /** Version without a leading v. */
  readonly version: string;
  readonly source: EngineSource;
  /** "official" when the engine brought pulumi-language-nodejs, "kit" when the kit's small language host must be on PATH. */
  readonly languageHost: "official" | "kit";
}

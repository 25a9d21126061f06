import type * as language from "@pulumi/pulumi/proto/language_pb";

/** The options of `runtime: {name: nodejs, options: …}` in a project file that the kit's language host knows. */
export interface RuntimeOptions {
  /** Whether TypeScript is run directly; true unless switched off. */
  readonly typescript: boolean;
  /** Path of the tsconfig.json to use instead of the program's own. */
  readonly tsconfig: string | undefined;
  /** Arguments for Node itself, split at white space. */
  readonly nodeArguments: readonly string[];
}

export function runtimeOptions(info: language.ProgramInfo | undefined): RuntimeOptions {
  const options: Record<string, unknown> = info?.getOptions()?.toJavaScript() ?? {};
  const { typescript, tsconfig, nodeargs } = options;
  return {
    typescript: typescript !== false && typescript !== "false",
    tsconfig: typeof tsconfig === "string" && tsconfig !== "" ? tsconfig : undefined,
    nodeArguments: typeof nodeargs === "string" ? nodeargs.split(/\s+/).filter((part) => part !== "") : [],
  };
}

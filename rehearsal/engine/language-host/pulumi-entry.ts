import { createRequire } from "node:module";
import { join } from "node:path";

/**
 * Path of one of the entry programs that `@pulumi/pulumi` brings (`run`, `run-plugin`, `run-policy-pack`), as the program in
 * `programFolder` resolves it.
 *
 * @throws Error when `@pulumi/pulumi` is not installed there.
 */
export function pulumiEntry(programFolder: string, entry: "run" | "run-plugin" | "run-policy-pack"): string {
  try {
    return createRequire(join(programFolder, "program.js")).resolve(`@pulumi/pulumi/cmd/${entry}`);
  } catch (cause) {
    throw new Error(
      `@pulumi/pulumi is not installed for the program in ${programFolder}. Run npm install there, or in a folder above it.`,
      { cause },
    );
  }
}

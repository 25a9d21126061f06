import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import path from "node:path";

import { parse, stringify } from "yaml";

/** The folder of the repository: the program under rehearsal is its index.ts, unchanged. */
export const repositoryFolder = path.resolve(__dirname, "..");

/** Name of the stack that a rehearsal makes. */
export const stackName = "rehearsal";

/** What a project for the simulated Azure needs to know. */
export interface ProjectOptions {
  /** Existing folder; the project is made in `project` below it. */
  readonly workFolder: string;
  /** Resource id of the broken VM, the one required config value. */
  readonly sourceVmId: string;
  /** Further config of the stack, by its name in Pulumi.yaml. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** False where the real provider plugins are installed and shall be used. @default true */
  readonly standIns?: boolean;
}

/**
 * Makes the project file of a rehearsal: the repository's own Pulumi.yaml with two additions, the stand-in plugins
 * and the way to the program.
 *
 * The engine wants the program below the project's folder, so the way is a link.
 *
 * @returns the folder in which `pulumi` is to be run
 */
export async function createProject(options: ProjectOptions): Promise<string> {
  const folder = path.join(options.workFolder, "project");
  await mkdir(folder, { recursive: true });
  await symlink(repositoryFolder, path.join(folder, "program"), "junction");

  const project = parse(await readFile(path.join(repositoryFolder, "Pulumi.yaml"), "utf8")) as Record<string, unknown>;
  project.main = "program";
  if (options.standIns ?? true) {
    const standIn = (name: string) => ({ name, path: path.join(repositoryFolder, "rehearsal", "provider", name) });
    project.plugins = { providers: [standIn("azure-native"), standIn("random")] };
  }
  await writeFile(path.join(folder, "Pulumi.yaml"), stringify(project));

  const name = String(project.name);
  const config = Object.entries({ vm: options.sourceVmId, ...options.config });
  await writeFile(
    path.join(folder, `Pulumi.${stackName}.yaml`),
    stringify({ config: Object.fromEntries(config.map(([key, value]) => [`${name}:${key}`, value])) }),
  );
  return folder;
}

import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

/** A folder of one run alone, in the machine's temporary folder, so that two runs at once do not meet. */
export interface WorkFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/** Makes a new, empty work folder that only this user can read. */
export async function createWorkFolder(): Promise<WorkFolder> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "azure-repair-kit-"));
  return {
    path: folder,
    // A child that ends a moment later may still write its last file.
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
  };
}

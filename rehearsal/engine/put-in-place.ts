import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Beginning of the names of folders that are still being filled. */
export const unfinishedPrefix = ".unfinished-";

/**
 * Fills a new folder beside `target` and moves `finished` (a folder below it, returned by `fill`) to `target` in one step.
 * Whatever happens, the unfinished folder is removed, and `target` is either complete or untouched.
 */
export async function putInPlace(target: string, fill: (unfinished: string) => Promise<string>): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  const unfinished = await mkdtemp(join(dirname(target), unfinishedPrefix));
  try {
    const finished = await fill(unfinished);
    await rm(target, { recursive: true, force: true });
    await rename(finished, target);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

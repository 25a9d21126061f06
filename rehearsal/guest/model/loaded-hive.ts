import { WindowsError } from "../windows/errors";
import type { ModelContext } from "./run-model";

/** What a model loads a hive as. */
export const HIVE_NAME = "model";

/**
 * Loads a hive of the copy with its logs. The model of parts/loaded-hive.ps1, which copies the files first.
 *
 * @throws WindowsError when the files cannot be read, or are no sound hive
 */
export async function loadCopy({ windows, hives }: ModelContext, hive: string): Promise<void> {
  const bytes = await windows.open(hive);
  const logs = [];
  for (const ending of [".LOG1", ".LOG2"]) {
    if (await windows.find(hive + ending)) logs.push(await windows.open(hive + ending));
  }
  try {
    await hives.load(HIVE_NAME, bytes, logs);
  } catch (error) {
    if (!(error instanceof WindowsError)) throw error;
    throw new WindowsError(`reg.exe load: ERROR: ${error.message}`, { cause: error });
  }
}

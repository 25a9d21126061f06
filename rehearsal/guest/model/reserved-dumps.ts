import type { DumpHeader } from "../../../disk";
import { WindowsError } from "../windows/errors";
import type { ModelContext } from "./run-model";

/** Why a dump cannot be taken out of the file that Windows keeps ready for it; null when it can. */
export async function reservedProblem(
  { text, windows }: ModelContext,
  path: string,
  size: number,
  header: DumpHeader,
): Promise<string | null> {
  const required = header.requiredSize;
  const headerSize = header.bits === 64 ? 0x2000 : 0x1000;
  if (required === null || required < headerSize) return text("reserved-unsure");
  if (required > size) return text("reserved-short", required, size);
  const valid = await windows.validLength(path).catch((error: unknown) => {
    if (error instanceof WindowsError) return size;
    throw error;
  });
  return valid < required ? text("reserved-unread", valid, required) : null;
}

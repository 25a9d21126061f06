import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where the tests of one run unpack the sample disks, each once: jest's global set-up makes it and names it in this variable. */
export const variable = "AZURE_REPAIR_KIT_TEST_DISKS";

export default function makeUnpackFolder(): void {
  const folder = mkdtempSync(join(tmpdir(), "sample-disks-"));
  process.env[variable] = folder;
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
}

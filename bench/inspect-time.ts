import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findDisk } from "../rehearsal/disks";
import type { Benchmark } from "./benchmark";
import { commandTime, median, root } from "./command-time";

export const inspectTime: Benchmark = {
  name: "inspect of a local file, whole process",
  unit: "s",
  target: { atMost: 0.4 },
  how: "azure-repair-kit inspect of a sample disk from start to end of the process, compiled before; median of 5.",
  async run() {
    const folder = mkdtempSync(join(tmpdir(), "bench-inspect-"));
    try {
      const disk = await findDisk("gen2-dump", folder);
      const inspect = (): Promise<number> =>
        commandTime(process.execPath, [join(root, "cli", "azure-repair-kit.js"), "inspect", disk]);
      await inspect();
      return await median(5, inspect);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

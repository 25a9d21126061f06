import { execFileSync } from "node:child_process";
import type { Benchmark } from "../benchmark";
import { bytesOfInspect } from "./inspect";
import { makeLargeDisk } from "./make-large-disk";

/** Bytes that a program reads by system calls (rchar): Linux adds them to its parent's, a shell that does nothing else. */
function bytesRead(program: string, ...args: string[]): number {
  const script = '"$@" >/dev/null; cat /proc/$$/io';
  const printed = execFileSync("bash", ["-c", script, "bash", program, ...args], { encoding: "utf8" });
  return Number(/rchar: (\d+)/.exec(printed)?.[1]);
}

export const bytesAgainstSleuthkit: Benchmark = {
  name: "bytes that sleuthkit reads for the same answers, times ours",
  unit: "ratio",
  target: { atLeast: 10 },
  how: "ifind for MEMORY.DMP and for the SYSTEM hive on the same volume, against everything that inspect reads.",
  async run(say) {
    const { volume } = makeLargeDisk(say);
    const theirs = ["Windows/MEMORY.DMP", "Windows/System32/config/SYSTEM"].reduce((sum, path) => {
      const bytes = bytesRead("ifind", "-f", "ntfs", "-n", path, volume);
      say(`ifind ${path}: ${(bytes / 1e6).toFixed(0)} MB`);
      return sum + bytes;
    }, 0);
    return theirs / (await bytesOfInspect(volume, say));
  },
};

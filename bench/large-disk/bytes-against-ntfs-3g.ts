import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, readSync, readdirSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Benchmark } from "../benchmark";
import { bytesOfInspect } from "./inspect";
import { makeLargeDisk } from "./make-large-disk";

/** Bytes that ntfs-3g reads from the volume while it is mounted, read-only, and work goes on in it. */
function bytesRead(volume: string, work: (root: string) => void): number {
  const root = mkdtempSync(join(tmpdir(), "bench-mount-"));
  execFileSync("ntfs-3g", [volume, root, "-o", "ro"]);
  try {
    work(root);
    return Number(/^rchar: (\d+)/m.exec(readFileSync(`/proc/${driverOf(root)}/io`, "utf8"))?.[1]);
  } finally {
    execFileSync("umount", [root]);
    rmdirSync(root);
  }
}

/** The process that serves a mounted folder: the mount is in its arguments. */
function driverOf(root: string): string {
  const isDriver = (pid: string): boolean => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(root);
    } catch {
      return false;
    }
  };
  const pid = readdirSync("/proc").find((name) => /^\d+$/.test(name) && isDriver(name));
  if (pid === undefined) throw new Error(`no process serves ${root}`);
  return pid;
}

/** The questions of a triage, asked of a mounted volume: control set, crash settings, dump, and places beside it. */
function askMounted(root: string): void {
  const hive = join(root, "Windows", "System32", "config", "SYSTEM");
  for (const [key, value] of [
    ["\\Select", "Current"],
    ["\\ControlSet001\\Control\\CrashControl", "DumpFile"],
  ] as const) {
    execFileSync("hivexget", [hive, key, value]);
  }
  const dump = openSync(join(root, "Windows", "MEMORY.DMP"), "r");
  readSync(dump, Buffer.alloc(0x2000));
  closeSync(dump);
  readdirSync(root);
  readdirSync(join(root, "Windows", "Minidump"));
}

export const bytesAgainstNtfs3g: Benchmark = {
  name: "bytes that ntfs-3g reads for the same answers, times ours",
  unit: "ratio",
  target: { atLeast: 10 },
  how: "The same volume mounted by ntfs-3g, two values of SYSTEM by hivexget, the head of MEMORY.DMP, two folders; against everything that inspect reads.",
  async run(say) {
    const { volume } = makeLargeDisk(say);
    const theirs = bytesRead(volume, askMounted);
    say(`ntfs-3g: ${(theirs / 1e6).toFixed(1)} MB`);
    return theirs / (await bytesOfInspect(volume, say));
  },
};

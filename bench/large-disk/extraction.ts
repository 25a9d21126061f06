import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Benchmark } from "../benchmark";
import { median } from "../command-time";
import { runCommand, type CommandRun } from "./command";
import { makeLargeDisk } from "./make-large-disk";
import { withServer } from "./serve-large-disk";

const dump = "\\Windows\\MEMORY.DMP";

/** MiB of the dump of the large disk. */
const dumpMebibytes = 1536;

/** Extracts the dump, once, into memory where there is such a folder: the disk of the machine is not what is measured. */
async function extract(source: string): Promise<CommandRun> {
  const folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "bench-extract-"));
  try {
    const run = await runCommand(["extract", source, "--to", folder]);
    if (statSync(join(folder, "MEMORY.DMP")).size !== dumpMebibytes * 1024 * 1024)
      throw new Error("the dump is not whole");
    return run;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const rateOf = ({ seconds }: CommandRun): number => dumpMebibytes / seconds;

export const hashFromFile: Benchmark = {
  name: "dump read from a file and hashed",
  unit: "MiB/s",
  target: { atLeast: 1000 },
  how: "azure-repair-kit hash of a dump of 1.5 GiB in 96 fragments, whole process; median of 3.",
  run: (say) => {
    const { volume } = makeLargeDisk(say);
    return median(3, async () => rateOf(await runCommand(["hash", volume, dump])));
  },
};

export const extractionFromFile: Benchmark = {
  name: "extraction from a file",
  unit: "MiB/s",
  target: { atLeast: 1000 },
  how: "azure-repair-kit extract of the same dump into memory (/dev/shm), hash included, whole process; median of 3.",
  run: (say) => {
    const { volume } = makeLargeDisk(say);
    return median(3, async () => rateOf(await extract(volume)));
  },
};

export const extractionByHttp: Benchmark = {
  name: "extraction at 30 ms a request",
  unit: "MiB/s",
  target: { atLeast: 300 },
  how: "The same over HTTP, 30 ms a request, 16 in flight; the server runs on the same machine. Median of 3.",
  run: (say) => withServer(makeLargeDisk(say), (url) => median(3, async () => rateOf(await extract(url)))),
};

export const extractionMemory: Benchmark = {
  name: "extraction at 30 ms a request, memory",
  unit: "MB",
  target: { atMost: 150 },
  how: "Peak of the resident memory of the process that extracts over HTTP (Linux only).",
  run: (say) => withServer(makeLargeDisk(say), async (url) => (await extract(url)).peakMemory),
};

import { createRequire } from "node:module";
import { tmpdir } from "node:os";

import { Command } from "commander";

import { printable } from "../disk/printable";
import { findDisk, samples } from "./disks";
import { sampleList } from "./disks/sample-table";
import { tellOn } from "./story";
import { createWorkFolder } from "./work-folder";

interface Flags {
  readonly disk: string;
  readonly list?: boolean;
  readonly json?: boolean;
  readonly keep?: boolean;
  readonly bootFromCopy?: boolean;
}

const command = new Command("npm run rehearse --")
  .description("Plays the whole repair on this machine: real Pulumi engine, simulated Azure, real disk.")
  .option("--disk <name or file>", "a sample disk by name, or a fixed VHD file, opened read-only", samples[0]?.name)
  .option("--list", "list the sample disks and what each shows")
  .option("--json", "print the result as one JSON object on standard output")
  .option("--keep", "stop before destroy and leave everything running until Ctrl-C")
  .option("--boot-from-copy", "play the case in which the repair VM starts from the broken copy")
  .exitOverride();

/** @returns the exit code: 0 done, 1 something failed and was told, 2 wrong usage */
async function main(argv: readonly string[]): Promise<number> {
  try {
    command.parse(argv, { from: "user" });
  } catch (error) {
    return (error as { exitCode?: number }).exitCode === 0 ? 0 : 2;
  }
  const flags = command.opts<Flags>();
  if (flags.list === true) {
    process.stdout.write(sampleList());
    return 0;
  }

  const interrupted = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => interrupted.abort());
  }
  const story = tellOn(process.stderr);
  const workFolder = await createWorkFolder();
  story.chapter("A rehearsal: the whole repair on this machine, no Azure account needed");
  try {
    const diskFile = await findDisk(flags.disk, workFolder.path);
    story.line("looking for the Pulumi engine, loading the simulated Azure");
    // Loaded only now: the Azure clients cost seconds that a wrong option or disk need not wait for.
    const { rehearse } = createRequire(__filename)("./rehearsal") as typeof import("./rehearsal");
    const result = await rehearse({
      diskFile,
      workFolder: workFolder.path,
      keep: flags.keep ?? false,
      bootFromCopy: flags.bootFromCopy ?? false,
      story,
      signal: interrupted.signal,
    });
    if (flags.json === true) {
      process.stdout.write(`${JSON.stringify(result)}\n`);
    }
    return result.checks.every((check) => check.passed) ? 0 : 1;
  } catch (error) {
    if (interrupted.signal.aborted) {
      process.stderr.write("\nInterrupted; everything that was started is ended and removed.\n");
    } else {
      process.stderr.write(`\nThe rehearsal failed: ${reasonOf(error)}\n`);
    }
    return 1;
  } finally {
    await workFolder.remove();
  }
}

/** The reason may quote what others wrote, such as a file name on the disk: what a terminal obeys is escaped, line by line. */
function reasonOf(error: unknown): string {
  return plainReason(error).split("\n").map(printable).join("\n");
}

function plainReason(error: unknown): string {
  if (error instanceof Error && "code" in error && error.code === "ENOSPC") {
    return `no space is left in ${tmpdir()}; free some, or set TMPDIR to a folder with space (${error.message})`;
  }
  return error instanceof Error ? error.message : String(error);
}

void main(process.argv.slice(2)).then((code) => {
  // Standard output may be a pipe that is not empty yet; the exit does not wait for what a failed step left open.
  process.stdout.write("", () => process.exit(code));
});

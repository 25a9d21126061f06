import { createRequire } from "node:module";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { AzureFailure } from "../azure/azure-failure";
import { DiskError } from "../disk";
import { ExtractionError } from "../extraction/errors";
import type { CheckOptions } from "./commands/check";
import { extract, type ExtractOptions } from "./commands/extract";
import { hash, type HashOptions } from "./commands/hash";
import { inspect, type InspectOptions } from "./commands/inspect";
import { ls, type VolumeOptions } from "./commands/ls";
import { InterruptedError, UsageError } from "./errors";
import { Console } from "./output/console";
import { printable } from "../disk/printable";
import type { Session } from "./session";

const sourceHelp =
  "a disk image file, an http(s) address (with a signature or without), or the resource id of a snapshot or unattached disk in Azure";

/** Runs the command; sets the exit code: 0 done, 1 it failed and says why, 2 wrong usage. */
export async function main(argv: readonly string[]): Promise<void> {
  const interruption = new AbortController();
  const console = new Console();
  const session: Session = { console, signal: interruption.signal, environment: process.env };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (!interruption.signal.aborted) console.say("interrupted; tidying up, which must not be skipped");
      interruption.abort(new InterruptedError());
    });
  }
  // Whoever reads may stop early: azure-repair-kit ls … | head. What Azure lent is given back all the same.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      const isFirst = !interruption.signal.aborted;
      interruption.abort(new InterruptedError());
      if (error.code === "EPIPE") return;
      process.exitCode = 1;
      if (isFirst) console.say(`cannot write what is to be told: ${error.message}`);
    });
  }
  try {
    await commandLine(session).parseAsync(argv, { from: "user" });
  } catch (error) {
    process.exitCode = exitCodeOf(error, session);
  }
}

function commandLine(session: Session): Command {
  const program = new Command("azure-repair-kit")
    .description("Reads the disk of a broken Windows from outside: is there a crash dump, of what, and how to get it.")
    .exitOverride()
    .showHelpAfterError("(--help tells more)");
  program
    .command("inspect")
    .description("say what is on the disk, whether a crash dump is there, of what, and what to do next")
    .argument("<source>", sourceHelp)
    .option("--json", "print one JSON object")
    .option("--evidence", "tell the events of the crash, and list the other files that tell why Windows stopped")
    .option("--scan", "look for the dump by all file records, too; reads about 1 KiB for every file")
    .addOption(verboseOption())
    .action((source: string, options: InspectOptions) => inspect(source, options, session));
  program
    .command("extract")
    .description("copy the crash dump, or other files, into a folder or a blob container, and print their SHA-256")
    .argument("<source>", sourceHelp)
    .argument("[path...]", "files by their path, such as C:\\Windows\\MEMORY.DMP")
    .option(
      "--to <target>",
      "a folder, or the https address of a blob container (and a folder in it), whose service then copies by itself",
      ".",
    )
    .option("--dump", "the best crash dump; what is taken when nothing is chosen")
    .option("--minidumps", "all small dumps")
    .option("--evidence", "registry hives, event logs and servicing logs; they are confidential, as a dump is")
    .option("--scan", "look by all file records, too, for what a damaged folder hides")
    .option("--overwrite", "replace what is there already")
    .option("--hash", "with a container: read the file here once for its SHA-256")
    .addOption(
      partitionOption("take paths and evidence from this partition instead of the Windows volume; not with a dump"),
    )
    .addOption(verboseOption())
    .action((source: string, paths: string[], options: ExtractOptions) => extract(source, paths, options, session));
  program
    .command("ls")
    .description("list a folder of the Windows volume")
    .argument("<source>", sourceHelp)
    .argument("[path]", "folder or file", "\\")
    .addOption(partitionOption())
    .addOption(verboseOption())
    .action((source: string, path: string, options: VolumeOptions) => ls(source, path, options, session));
  program
    .command("hash")
    .description("print the SHA-256 of files, as sha256sum does")
    .argument("<source>", sourceHelp)
    .argument("[path...]", "files by their path; an alternate stream follows after a colon")
    .option("--dump", "the best crash dump, as extract takes it; what is read when no path is given")
    .addOption(partitionOption())
    .addOption(verboseOption())
    .action((source: string, paths: string[], options: HashOptions) => hash(source, paths, options, session));
  program
    .command("check")
    .description(
      "say whether a repair environment for a broken VM would come up, and what to do where not; makes nothing",
    )
    .option("--vm <id>", "the VM: resource id, or resourceGroup/name")
    .option("--resource-group <group>", "its resource group, instead of --vm")
    .option("--name <name>", "its name, with --resource-group")
    .option("--subscription <id>", "its subscription, where the name does not tell; else ARM_SUBSCRIPTION_ID")
    .option("--vm-size <size>", "as the stack's vmSize")
    .option("--subnet <id>", "as the stack's subnetId")
    .option("--dump-store <id>", "as the stack's dumpStore")
    .option("--public-address", "the stack has rdpSources, so the repair VM gets a public address")
    .option("--extract-from-snapshot", "as the stack's extractFromSnapshot")
    .option("--tag <name=value>", "as the stack's tags; may be repeated", collectTag, {})
    .option("--json", "print one JSON object")
    .action((options: CheckOptions) => {
      // Loaded late: the checks of the preflight are a sixth of the files, and of no use to the other commands.
      const { check } = createRequire(__filename)("./commands/check") as typeof import("./commands/check");
      return check(options, session);
    });
  return program;
}

function collectTag(text: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("It must be NAME=VALUE.");
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

function verboseOption(): Option {
  return new Option("--verbose", "tell each read and what it is for, and where the files lie");
}

function partitionOption(description = "read this partition instead of the Windows volume"): Option {
  return new Option("--partition <number>", description).argParser((text) => {
    const number = Number(text);
    if (!Number.isSafeInteger(number) || number < 1)
      throw new InvalidArgumentError("It must be a whole number from 1.");
    return number;
  });
}

function exitCodeOf(error: unknown, { console, signal }: Session): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (signal.aborted) {
    console.say("interrupted.");
    return 1;
  }
  if (error instanceof UsageError) {
    console.say(printable(error.message));
    return 2;
  }
  if ([DiskError, AzureFailure, ExtractionError].some((kind) => error instanceof kind)) {
    console.say(printable((error as Error).message));
    return 1;
  }
  console.say(
    `internal error, please report it: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
  return 1;
}

import { statusName, type CrashEvent, type EvidenceFile, type Triage } from "../../disk";
import { printable } from "../../disk/printable";
import { sizeText, timeText } from "./quantities";

/** A triage for people, in lines. */
export function reportOf(triage: Triage): string[] {
  return [
    ...windowsLines(triage),
    "",
    ...triage.dumps.flatMap(dumpLines),
    `${statusWords[triage.dumpStatus]} ${triage.reason}`,
    ...section(
      "Searched",
      triage.searched.map(({ path, found, why }) => `${found ? "+" : "-"} ${path}: ${why}`),
    ),
    ...section(
      "Next",
      triage.nextSteps.map((step, index) => `${index + 1}. ${step}`),
    ),
    "",
    readsLine(triage),
  ].map(printable);
}

/** Evidence for people, in lines. */
export function evidenceLines(evidence: readonly EvidenceFile[]): string[] {
  const lines = evidence.map(({ path, size, modified, why }) => {
    return `${path}: ${sizeText(size)}${modified ? `, ${timeText(modified)}` : ""}: ${why}`;
  });
  return section("Evidence", lines).map(printable);
}

/** Events of crashes for people, in lines. */
export function eventLines(events: readonly CrashEvent[]): string[] {
  return section("Events, the newest first", events.map(eventLine)).map(printable);
}

function eventLine({ time, provider, eventId, meaning, bugCheck, dumpPath }: CrashEvent): string {
  const stop = bugCheck ? ` STOP ${bugCheck.code}${bugCheck.name ? ` ${bugCheck.name}` : ""}` : "";
  const parameters = bugCheck ? ` (${bugCheck.parameters.join(" ")})` : "";
  const dump = dumpPath ? `, dump ${dumpPath}` : "";
  return `${time ? timeText(time) : "time not known"} ${provider} ${eventId}: ${meaning}${stop}${parameters}${dump}`;
}

const statusWords: Readonly<Record<Triage["dumpStatus"], string>> = {
  found: "Dump found.",
  "in-page-file": "Dump not taken out yet.",
  "not-found": "No dump.",
  damaged: "Not known.",
  encrypted: "Encrypted.",
  unsupported: "Not readable from outside.",
  "no-windows-volume": "No Windows.",
};

function windowsLines({ disk, windows, crashControl }: Triage): string[] {
  const table = disk.partitioning === "none" ? "no partition table" : disk.partitioning.toUpperCase();
  const diskLine = `Disk: ${sizeText(disk.size)}, ${disk.format}, ${table}, partitions: ${disk.partitions
    .map((one) => `${one.number} ${one.type} ${sizeText(one.length)}${one.fileSystem ? ` ${one.fileSystem}` : ""}`)
    .join("; ")}`;
  if (!windows) return [diskLine];
  const product = windows.productName ?? "Windows of unknown version";
  const build = windows.build === null ? "" : `, build ${windows.build}`;
  const state = [
    windows.volumeDirty ? "volume was not unmounted" : "volume clean",
    windows.hiveDirty === null
      ? "registry not readable"
      : windows.hiveDirty
        ? "registry was being written"
        : "registry clean",
  ];
  return [
    `${windows.computerName ?? "Computer without a name"}: ${product}${build}, ${windows.systemRoot} in partition ${windows.partition} (${state.join(", ")})`,
    diskLine,
    ...(crashControl ? [settingsLine(crashControl)] : []),
  ];
}

function settingsLine(settings: NonNullable<Triage["crashControl"]>): string {
  const enabled =
    settings.dumpEnabled === null ? "not set" : (dumpKinds[settings.dumpEnabled] ?? String(settings.dumpEnabled));
  const parts = [
    `dumps ${enabled}`,
    `to ${settings.dumpFile ?? "the default place"}`,
    ...(settings.dedicatedDumpFile ? [`dedicated file ${settings.dedicatedDumpFile}`] : []),
    `page files ${settings.pagingFiles?.join(", ") ?? "not set"}`,
    ...(settings.lastCrashTime ? [`last crash ${settings.lastCrashTime}`] : []),
  ];
  return `Crash settings: ${parts.join("; ")}`;
}

/** CrashDumpEnabled in words. Source: "Memory dump file options" (Microsoft Learn). */
const dumpKinds: Readonly<Record<number, string>> = {
  0: "off",
  1: "complete",
  2: "kernel",
  3: "small",
  7: "automatic",
};

function dumpLines(dump: Triage["dumps"][number]): string[] {
  const { code, name, parameters, status } = dump.bugCheck;
  const complete = dump.complete === null ? "" : dump.complete ? ", complete" : ", CUT OFF";
  const when = dump.systemTime ? ` at ${timeText(dump.systemTime)}` : "";
  const meaning = status ? statusName(Number(status)) : null;
  return [
    `${dump.path}: ${dump.kind}, ${sizeText(dump.size)}${complete}`,
    `  STOP ${code}${name ? ` ${name}` : ""}${when}`,
    `  parameters ${parameters.join(" ")}`,
    ...(status ? [`  the process ended with ${status}${meaning ? ` ${meaning}` : ""}`] : []),
    `  ${dump.reason}`,
    "",
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", title, ...lines.map((line) => `  ${line}`)];
}

function readsLine({ reads }: Triage): string {
  return `Read ${sizeText(reads.bytes)} in ${reads.requests} requests, ${reads.milliseconds} ms.`;
}

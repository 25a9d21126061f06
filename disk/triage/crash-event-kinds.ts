import type { EventRecord } from "../event-log/event-record";
import { criticalPrograms } from "./critical-programs";

/** Logs that tell of a crash, by their file names below `System32\winevt\Logs`. */
export type CrashLog = "System" | "Application" | "Setup" | "Microsoft-Windows-CodeIntegrity%4Operational";

/** A kind of event that tells why Windows stopped, or why there is no dump. */
export interface CrashEventKind {
  readonly log: CrashLog;
  /** Providers that log it, any case. */
  readonly providers: readonly string[];
  readonly eventIds: readonly number[];
  /** What an event says, in a sentence; null for one that has nothing to do with a crash. */
  readonly meaning: (event: EventRecord) => string | null;
}

const values = ({ data }: EventRecord): string[] => data.filter((one) => one.name !== "Binary").map((one) => one.value);

const named = ({ data }: EventRecord, ...names: readonly string[]): string =>
  data.find((one) => one.name !== null && names.includes(one.name) && one.value !== "")?.value ?? "";

/** A value by its name, else by its place. */
const value = (event: EventRecord, name: string, place: number): string =>
  named(event, name) || (values(event)[place] ?? "");

const withDetail = (sentence: string, detail: string): string =>
  detail === "" ? `${sentence}.` : `${sentence}: ${detail}.`;

const kind = (
  log: CrashLog,
  providers: string | readonly string[],
  eventIds: readonly number[],
  meaning: string | CrashEventKind["meaning"],
): CrashEventKind => ({
  log,
  providers: typeof providers === "string" ? [providers] : providers,
  eventIds,
  meaning: typeof meaning === "string" ? () => meaning : meaning,
});

/** Messages of the driver that sets up and writes dumps. Source: ntiologc.h (Windows Driver Kit), IO_DUMP_…. */
const dumpMessages: Readonly<Record<number, string>> = {
  44: "No dump can be written: the places of the dump file on the disk could not be had.",
  45: "No dump can be written: the crash dump driver could not be loaded.",
  46: "No dump can be written: crash dump initialization failed. There may be no page file.",
  47: "A dump was found in the page file while a dedicated dump file was set up, which is turned off for it.",
  48: "The dedicated dump file could not be set up: look at its name, and at the space on its disk.",
  49: "No dump can be written: the page file could not be set up for it. It must be on the boot volume and large enough.",
  156: "Dumps are turned off: the disk for them is gone.",
  161: "A dump was begun and could not be written.",
  163: "Something failed while a dump was written; DumpStack.log tells more.",
  164: "The dedicated dump file could not be set up: look at its path, and at the space on its disk.",
};

/** Whether the end of a process stops Windows, by the path or name of its program; lsm.exe is one up to Windows 7. */
const isCritical = (program: string): boolean =>
  [...criticalPrograms, "lsm.exe"].includes(program.slice(program.lastIndexOf("\\") + 1).toLowerCase());

/**
 * Every kind that is looked for.
 *
 * Sources: "Event ID 41" and "Memory dump file options" (Microsoft Learn); "Stop errors: dump configuration" for 1001,
 * 46 and 49 (Microsoft Learn); messages of the providers as Windows Server 2022 has them.
 */
export const crashEventKinds: readonly CrashEventKind[] = [
  kind("System", ["Microsoft-Windows-WER-SystemErrorReporting", "BugCheck"], [1001], (event) =>
    withDetail("Windows started again after a bug check", value(event, "param1", 0)),
  ),
  kind("System", "Microsoft-Windows-Kernel-Power", [41], (event) =>
    Number(named(event, "BugcheckCode")) > 0
      ? "Windows started again after a bug check."
      : "Windows started again without having been shut down, and noted no bug check: it hung, was reset, or crashed too early.",
  ),
  kind("System", "EventLog", [6008], (event) =>
    withDetail("The shutdown before was unexpected", values(event).slice(0, 2).join(" ").trim()),
  ),
  kind("System", "EventLog", [6005], "Windows had started so far that the event log was running."),
  kind("System", "EventLog", [6006], "The event log was stopped: Windows was shut down in order."),
  kind("System", "User32", [1074], (event) =>
    withDetail(
      `A ${value(event, "param5", 4) || "shutdown"} was asked for`,
      [value(event, "param1", 0), value(event, "param7", 6), value(event, "param3", 2)].filter(Boolean).join(", "),
    ),
  ),
  kind("System", "User32", [1076], (event) =>
    withDetail("Somebody gave the reason of an unexpected shutdown", value(event, "param1", 0)),
  ),
  kind("System", "volmgr", Object.keys(dumpMessages).map(Number), ({ eventId }) => dumpMessages[eventId] ?? null),
  kind("System", "Service Control Manager", [7000, 7001, 7023], (event) =>
    withDetail("A service or driver did not start", [value(event, "param1", 0), value(event, "param2", 1)].join(", ")),
  ),
  kind("System", "Service Control Manager", [7026], (event) =>
    withDetail("Drivers that Windows needs to start were not loaded", value(event, "param1", 0).trim()),
  ),
  kind("System", "Service Control Manager", [7045], (event) =>
    withDetail(
      "A service or driver was installed",
      [named(event, "ServiceName"), named(event, "ImagePath")].join(", "),
    ),
  ),
  kind("System", "Microsoft-Windows-WindowsUpdateClient", [19], (event) =>
    withDetail("An update was installed", named(event, "updateTitle")),
  ),
  kind("System", "Microsoft-Windows-WindowsUpdateClient", [20], (event) =>
    withDetail("An update failed", [named(event, "errorCode"), named(event, "updateTitle")].join(", ")),
  ),
  kind("System", ["Ntfs", "Microsoft-Windows-Ntfs"], [55], (event) =>
    withDetail("The file system is damaged", named(event, "DriveName")),
  ),
  kind("Application", ["Microsoft-Windows-Wininit", "Wininit"], [1015], (event) =>
    withDetail("A critical process ended, and Windows had to restart", values(event).join(", ")),
  ),
  kind("Application", "Application Error", [1000], (event) => {
    const name = values(event)[0] ?? "";
    return isCritical(name) ? withDetail("A process of Windows itself crashed", name) : null;
  }),
  kind("Application", "Windows Error Reporting", [1001], (event) =>
    values(event).includes("BlueScreen") ? "Windows reported a bug check to Microsoft." : null,
  ),
  kind("Setup", "Microsoft-Windows-Servicing", [3], (event) =>
    withDetail(
      "A package could not be installed",
      [named(event, "PackageIdentifier"), named(event, "ErrorCode")].join(", "),
    ),
  ),
  kind("Setup", "Microsoft-Windows-Servicing", [4], (event) =>
    withDetail("A package waits for a restart", named(event, "PackageIdentifier")),
  ),
  kind(
    "Microsoft-Windows-CodeIntegrity%4Operational",
    "Microsoft-Windows-CodeIntegrity",
    [3001, 3002, 3003, 3004, 3023, 3033],
    (event) => withDetail("The signature of a file is missing or wrong", named(event, "FileNameBuffer", "File Name")),
  ),
];

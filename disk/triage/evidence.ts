import { isDamage } from "../errors";
import type { NtfsFile } from "../ntfs/ntfs-file";
import type { NtfsVolume } from "../ntfs/volume";
import { forPurpose } from "../sources/read-purpose";
import type { WindowsVolume } from "../windows";
import { systemDrive } from "./dump-places";

/** A file that helps to find out why Windows stopped, beside its dump. */
export interface EvidenceFile {
  /** As Windows sees it. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** ISO 8601 in UTC. */
  readonly modified: string | null;
  /** What it is good for. */
  readonly why: string;
}

const logs = ["", ".LOG1", ".LOG2"];

/**
 * Where such files are, from the root of the system drive; a star stands for any beginning of a name.
 *
 * Source: the manifests of Azure's disk inspection service (Azure/azure-diskinspect-service) and the articles of
 * Microsoft on STOP 0xC000021A and on updates that hang.
 */
const places: readonly { readonly folder: string; readonly names: readonly string[]; readonly why: string }[] = [
  {
    folder: "Windows\\System32\\config",
    names: ["SYSTEM", "SOFTWARE", "COMPONENTS"].flatMap((hive) => logs.map((log) => hive + log)),
    why: "registry: services, drivers, crash settings, pending updates",
  },
  {
    folder: "Windows\\System32\\winevt\\Logs",
    names: ["System.evtx", "Setup.evtx", "Application.evtx", "Microsoft-Windows-CodeIntegrity%4Operational.evtx"],
    why: "event log: bug checks, failed drivers, updates, bad signatures",
  },
  { folder: "Windows\\Minidump", names: ["*.dmp"], why: "earlier crashes" },
  { folder: "Windows\\WinSxS", names: ["pending.xml", "poqexec.log"], why: "an update that is half done" },
  { folder: "Windows\\Logs\\CBS", names: ["CBS.log"], why: "what servicing did last" },
  { folder: "Windows\\Logs\\DISM", names: ["dism.log"], why: "what servicing did last" },
  { folder: "Windows\\servicing\\sessions", names: ["sessions.xml"], why: "updates by session" },
  { folder: "Windows\\Panther", names: ["setupact.log", "setuperr.log"], why: "set-up and in-place upgrade" },
  { folder: "$Windows.~BT\\Sources\\Rollback", names: ["setupact.log", "setuperr.log"], why: "an upgrade rolled back" },
  { folder: "Windows\\INF", names: ["setupapi.dev.log"], why: "the driver that was installed last" },
  { folder: "Windows", names: ["ntbtlog.txt"], why: "the driver that was loaded last" },
  { folder: "Windows\\System32\\LogFiles\\Srt", names: ["SrtTrail.txt"], why: "what startup repair found" },
  { folder: "WindowsAzure\\Logs", names: ["WaAppAgent.log"], why: "what the VM agent did last" },
  { folder: "Boot", names: ["BCD"], why: "boot configuration (generation 1)" },
];

/** Finds the evidence that is there; what is damaged is left out, and told. */
export async function findEvidence(
  { volume }: WindowsVolume,
  onProblem: (problem: string) => void = () => undefined,
): Promise<EvidenceFile[]> {
  const wanted = places.flatMap(({ folder, names, why }) => names.map((name) => ({ folder, name, why })));
  const found = await Promise.all(
    wanted.map(async ({ folder, name, why }) => {
      const path = `${systemDrive}\\${folder}\\${name}`;
      try {
        const files = await forPurpose(path, () => filesOf(volume, folder, name));
        return files.filter((file) => !file.isDirectory).map((file) => evidence(file, why));
      } catch (error) {
        if (!isDamage(error)) throw error;
        onProblem(`${path} could not be looked up: ${error.message}`);
        return [];
      }
    }),
  );
  return found.flat();
}

async function filesOf(volume: NtfsVolume, folder: string, name: string): Promise<NtfsFile[]> {
  if (name.startsWith("*")) {
    const ending = name.slice(1).toUpperCase();
    return (await volume.list(`\\${folder}`)).filter((file) => file.name.toUpperCase().endsWith(ending));
  }
  const file = await volume.find(`\\${folder}\\${name}`);
  return file ? [file] : [];
}

function evidence(file: NtfsFile, why: string): EvidenceFile {
  return { path: systemDrive + file.path, size: file.size, modified: file.modified, why };
}

import { binary, dword, expandText, qword, text, texts, type HiveKey } from "./hive-values";
import { writeHive } from "./hive-writer";
import { dateToFileTime } from "./file-time";

/** What a sample's registry says. */
export interface WindowsFacts {
  readonly computerName: string;
  readonly productName: string;
  readonly build: number;
  readonly revision: number;
  /** Number of the control set in use. */
  readonly current: 1 | 2;
  /** Values of CrashControl in the control set in use. */
  readonly crashControl: HiveKey;
  /** Values of CrashControl in the other control set. */
  readonly otherCrashControl: HiveKey;
  readonly pagingFiles: readonly string[];
  /** Page files that the last start had, as the kernel names them. */
  readonly existingPageFiles: readonly string[];
  /** Values of MountedDevices by drive letter. */
  readonly mountedDevices: Readonly<Record<string, Uint8Array>>;
  /** Last shutdown or start. */
  readonly time: Date;
}

/** Services of every Windows Server; name, start type, image. */
const services: readonly (readonly [string, number, string])[] = [
  ["ACPI", 0, "System32\\drivers\\ACPI.sys"],
  ["AFD", 1, "\\SystemRoot\\system32\\drivers\\afd.sys"],
  ["BFE", 2, "%systemroot%\\system32\\svchost.exe -k LocalServiceNoNetworkFirewall -p"],
  ["CryptSvc", 2, "%SystemRoot%\\system32\\svchost.exe -k NetworkService -p"],
  ["Dhcp", 2, "%SystemRoot%\\system32\\svchost.exe -k LocalServiceNetworkRestricted -p"],
  ["disk", 0, "System32\\drivers\\disk.sys"],
  ["EventLog", 2, "%SystemRoot%\\System32\\svchost.exe -k LocalServiceNetworkRestricted -p"],
  ["mpssvc", 2, "%SystemRoot%\\system32\\svchost.exe -k LocalServiceNoNetworkFirewall -p"],
  ["netvsc", 3, "\\SystemRoot\\System32\\drivers\\netvsc.sys"],
  ["Ntfs", 1, ""],
  ["partmgr", 0, "System32\\drivers\\partmgr.sys"],
  ["RdAgent", 2, "C:\\WindowsAzure\\Packages\\WaAppAgent.exe"],
  ["storahci", 0, "System32\\drivers\\storahci.sys"],
  ["storvsc", 0, "System32\\drivers\\storvsc.sys"],
  ["TermService", 2, "%SystemRoot%\\System32\\svchost.exe -k NetworkService"],
  ["vmbus", 0, "System32\\drivers\\vmbus.sys"],
  ["volmgr", 0, "System32\\drivers\\volmgr.sys"],
  ["WindowsAzureGuestAgent", 2, "C:\\WindowsAzure\\Packages\\WindowsAzureGuestAgent.exe"],
];

/** The SYSTEM hive. */
export function systemHive(facts: WindowsFacts): Buffer {
  const other = facts.current === 1 ? 2 : 1;
  const root: HiveKey = {
    ActivationBroker: { Plugins: {} },
    [`ControlSet00${facts.current}`]: controlSet(facts, facts.crashControl),
    [`ControlSet00${other}`]: controlSet(facts, facts.otherCrashControl),
    DriverDatabase: { Version: dword(0x0a000000) },
    MountedDevices: Object.fromEntries(
      Object.entries(facts.mountedDevices).map(([letter, id]) => [`\\DosDevices\\${letter}`, binary(id)]),
    ),
    RNG: { Seed: binary(Buffer.alloc(76, "seed of the sample ", "latin1")) },
    Select: {
      Current: dword(facts.current),
      Default: dword(facts.current),
      Failed: dword(other === 2 ? 0 : 1),
      LastKnownGood: dword(other),
    },
    Setup: { CmdLine: text(""), OOBEInProgress: dword(0), SetupType: dword(0), SystemSetupInProgress: dword(0) },
    Software: { Microsoft: {} },
    WPA: {},
  };
  return writeHive(root, {
    fileName: "\\SystemRoot\\System32\\Config\\SYSTEM",
    lastWritten: facts.time,
    sequence: 214,
  });
}

/** The SOFTWARE hive. */
export function softwareHive(facts: WindowsFacts): Buffer {
  const root: HiveKey = {
    Classes: { ".dmp": { "": text("DumpFile") }, ".txt": { "": text("txtfile") } },
    Microsoft: {
      "Windows NT": {
        CurrentVersion: {
          CurrentBuild: text(String(facts.build)),
          CurrentBuildNumber: text(String(facts.build)),
          CurrentMajorVersionNumber: dword(10),
          CurrentMinorVersionNumber: dword(0),
          EditionID: text("ServerDatacenter"),
          InstallationType: text("Server"),
          ProductName: text(facts.productName),
          SystemRoot: text("C:\\Windows"),
          UBR: dword(facts.revision),
          Winlogon: { Shell: text("explorer.exe"), Userinit: text("C:\\Windows\\system32\\userinit.exe,") },
        },
      },
      Windows: { CurrentVersion: { ProgramFilesDir: text("C:\\Program Files"), Run: {} } },
    },
    Policies: {},
    WOW6432Node: { Microsoft: {} },
  };
  return writeHive(root, {
    fileName: "\\SystemRoot\\System32\\Config\\SOFTWARE",
    lastWritten: facts.time,
    sequence: 97,
  });
}

/** A hive with little in it: SAM, SECURITY, DEFAULT, the boot configuration. */
export function smallHive(fileName: string, time: Date): Buffer {
  return writeHive({ Setup: { Version: dword(1) } }, { fileName, lastWritten: time, sequence: 12 });
}

function controlSet(facts: WindowsFacts, crashControl: HiveKey): HiveKey {
  return {
    Control: {
      ComputerName: { ComputerName: { ComputerName: text(facts.computerName) } },
      CrashControl: crashControl,
      FileSystem: { NtfsDisable8dot3NameCreation: dword(2), LongPathsEnabled: dword(0) },
      Lsa: { LsaPid: dword(688), "Security Packages": texts([""]) },
      ProductOptions: { ProductType: text("ServerNT"), ProductSuite: texts(["Terminal Server", "DataCenter"]) },
      "Session Manager": {
        BootExecute: texts(["autocheck autochk *"]),
        "Memory Management": {
          ClearPageFileAtShutdown: dword(0),
          ExistingPageFiles: texts(facts.existingPageFiles),
          PagingFiles: texts(facts.pagingFiles),
        },
      },
      "Terminal Server": { fDenyTSConnections: dword(0) },
      TimeZoneInformation: { Bias: dword(0), ActiveTimeBias: dword(0), TimeZoneKeyName: text("UTC") },
      Windows: { Directory: expandText("%SystemRoot%"), ShutdownTime: binary(shutdownTime(facts.time)) },
    },
    Enum: {},
    "Hardware Profiles": {},
    Services: Object.fromEntries(
      services.map(([name, start, image]) => [
        name,
        {
          ErrorControl: dword(1),
          ...(image ? { ImagePath: expandText(image) } : {}),
          Start: dword(start),
          Type: dword(1),
        },
      ]),
    ),
  };
}

function shutdownTime(time: Date): Uint8Array {
  return qword(dateToFileTime(time)).data;
}

import { writeDump } from "../build/dump-writer";
import { expectedWindows, sha256 } from "../build/expected";
import { dword, expandText } from "../build/hive-values";
import { gptDevice } from "../build/mounted-device";
import type { DiskRecipe } from "../build/recipe";
import { image, windowsFiles } from "../build/windows-files";
import { smallHive, softwareHive, systemHive, type WindowsFacts } from "../build/windows-hives";

const crash = new Date("2026-10-30T02:14:37.512Z");
const build = 20348;
const windowsId = "6F3A8C52-9B1E-4D07-A4C3-27E58D90B1F4";

const windows: WindowsFacts = {
  computerName: "FIN-APP-07",
  productName: "Windows Server 2022 Datacenter Azure Edition",
  build,
  revision: 2762,
  current: 1,
  crashControl: {
    AutoReboot: dword(1),
    CrashDumpEnabled: dword(7),
    DumpFile: expandText("%SystemRoot%\\MEMORY.DMP"),
    LogEvent: dword(1),
    MinidumpDir: expandText("%SystemRoot%\\Minidump"),
    MinidumpsCount: dword(50),
    Overwrite: dword(1),
  },
  otherCrashControl: {
    AutoReboot: dword(1),
    CrashDumpEnabled: dword(3),
    MinidumpDir: expandText("%SystemRoot%\\Minidump"),
  },
  pagingFiles: ["?:\\pagefile.sys"],
  existingPageFiles: ["\\??\\C:\\pagefile.sys"],
  mountedDevices: { "C:": gptDevice(windowsId) },
  time: new Date("2026-10-30T02:09:12Z"),
};

const dump = writeDump({
  code: 0xc000021a,
  parameters: [0xffff_be0d_4a3c_8070n, 0xffff_ffff_c000_0428n, 0n, 0n],
  build,
  time: crash,
  upTimeSeconds: 41.7,
  processors: 4,
  pages: 760,
  message: "Windows SubSystem",
});

const config = (name: string): string => `Windows\\System32\\config\\${name}`;

export const recipe: DiskRecipe = {
  partitioning: "gpt",
  id: "B4D1C7E0-52A9-4F36-8E1D-90C3A7F2615B",
  partitions: [
    {
      name: "",
      type: "2700",
      uniqueId: "1D9E0B73-4C2F-4A86-9D15-6E7B8A3C5F20",
      sizeMiB: 8,
      volume: {
        fileSystem: "ntfs",
        label: "Recovery",
        time: windows.time,
        files: [image("Recovery\\WindowsRE\\boot.sdi", build)],
      },
    },
    {
      name: "EFI system partition",
      type: "EF00",
      uniqueId: "72F60A1C-8E3D-4B95-B0C7-143A9D5E6F81",
      sizeMiB: 36,
      volume: {
        fileSystem: "fat32",
        label: "SYSTEM",
        time: windows.time,
        files: [
          image("EFI\\Microsoft\\Boot\\bootmgfw.efi", build),
          image("EFI\\Boot\\bootx64.efi", build),
          { path: "EFI\\Microsoft\\Boot\\BCD", bytes: smallHive("\\EFI\\Microsoft\\Boot\\BCD", windows.time) },
        ],
      },
    },
    {
      name: "Microsoft reserved partition",
      type: "0C01",
      uniqueId: "C08B4E59-2D71-4F6A-83E4-B5A90D7C1362",
      sizeMiB: 1,
      volume: null,
    },
    {
      name: "Basic data partition",
      type: "0700",
      uniqueId: windowsId,
      sizeMiB: 40,
      volume: {
        fileSystem: "ntfs",
        label: "Windows",
        time: windows.time,
        dosNames: { "Program Files": "PROGRA~1" },
        files: [
          ...windowsFiles(build),
          { path: config("SYSTEM"), bytes: systemHive(windows) },
          { path: config("SYSTEM.LOG1"), bytes: Buffer.alloc(0) },
          { path: config("SYSTEM.LOG2"), bytes: Buffer.alloc(0) },
          { path: config("SOFTWARE"), bytes: softwareHive(windows) },
          { path: config("SAM"), bytes: smallHive("\\SystemRoot\\System32\\Config\\SAM", windows.time) },
          { path: config("SECURITY"), bytes: smallHive("emRoot\\System32\\Config\\SECURITY", windows.time) },
          { path: config("DEFAULT"), bytes: smallHive("temRoot\\System32\\Config\\DEFAULT", windows.time) },
          { path: "pagefile.sys", bytes: Buffer.alloc(1024 * 1024) },
          { path: "Windows\\MEMORY.DMP", bytes: dump, modified: new Date("2026-10-30T02:15:20Z"), scattered: true },
        ],
      },
    },
  ],
  expected: {
    disk: {
      partitioning: "gpt",
      id: "B4D1C7E0-52A9-4F36-8E1D-90C3A7F2615B",
      fileSystems: ["ntfs", "fat", null, "ntfs"],
    },
    ...expectedWindows(windows, 4),
    triage: "found",
    mount: { status: "mounted", windowsRoot: "F:\\Windows" },
    dumpStatus: "collected",
    dump: {
      path: "\\Windows\\MEMORY.DMP",
      size: dump.length,
      sha256: sha256(dump),
      bugCheck: {
        code: "0xC000021A",
        name: "WINLOGON_FATAL_ERROR",
        parameters: ["0xFFFFBE0D4A3C8070", "0xFFFFFFFFC0000428", "0x0", "0x0"],
        status: "0xC0000428",
      },
      kind: "bitmap-kernel",
      systemTime: "2026-10-30T02:14:37.5120000Z",
      build,
      complete: true,
    },
    says: {
      reason: null,
      nextSteps: [],
      searched: [{ path: "F:\\Windows\\MEMORY.DMP", found: true, why: "found-best" }],
    },
  },
};

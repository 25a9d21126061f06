import { expectedWindows } from "../build/expected";
import { dword, expandText } from "../build/hive-values";
import { mbrDevice } from "../build/mounted-device";
import type { DiskRecipe } from "../build/recipe";
import { usualCrashControl } from "../build/small-windows";
import { image, windowsFiles } from "../build/windows-files";
import { smallHive, softwareHive, systemHive, type WindowsFacts } from "../build/windows-hives";

const build = 17763;
const signature = "3C9A71E5";
const bootMiB = 16;

const windows: WindowsFacts = {
  computerName: "HR-WEB-02",
  productName: "Windows Server 2019 Datacenter",
  build,
  revision: 6414,
  current: 2,
  crashControl: usualCrashControl,
  // What a reader would find that does not look at Select.
  otherCrashControl: { AutoReboot: dword(0), CrashDumpEnabled: dword(0), DumpFile: expandText("E:\\old.dmp") },
  pagingFiles: ["D:\\pagefile.sys 0 0"],
  existingPageFiles: ["\\??\\D:\\pagefile.sys"],
  mountedDevices: {
    "C:": mbrDevice(signature, (1 + bootMiB) * 1024 * 1024),
    "D:": mbrDevice("A17F02C4", 1024 * 1024),
  },
  time: new Date("2026-11-03T21:40:05Z"),
};

const config = (name: string): string => `Windows\\System32\\config\\${name}`;

export const recipe: DiskRecipe = {
  partitioning: "mbr",
  id: signature,
  partitions: [
    {
      name: "",
      type: "7",
      sizeMiB: bootMiB,
      volume: {
        fileSystem: "ntfs",
        label: "System Reserved",
        time: windows.time,
        files: [
          image("bootmgr", build),
          { path: "Boot\\BCD", bytes: smallHive("\\Device\\HarddiskVolume1\\Boot\\BCD", windows.time) },
        ],
      },
    },
    {
      name: "",
      type: "7",
      sizeMiB: 46,
      volume: {
        fileSystem: "ntfs",
        label: "Windows",
        time: windows.time,
        files: [
          ...windowsFiles(build),
          { path: config("SYSTEM"), bytes: systemHive(windows) },
          { path: config("SYSTEM.LOG1"), bytes: Buffer.alloc(0) },
          { path: config("SYSTEM.LOG2"), bytes: Buffer.alloc(0) },
          { path: config("SOFTWARE"), bytes: softwareHive(windows) },
          { path: config("SAM"), bytes: smallHive("\\SystemRoot\\System32\\Config\\SAM", windows.time) },
          { path: config("SECURITY"), bytes: smallHive("emRoot\\System32\\Config\\SECURITY", windows.time) },
        ],
      },
    },
  ],
  expected: {
    disk: { partitioning: "mbr", id: signature, fileSystems: ["ntfs", "ntfs"] },
    ...expectedWindows(windows, 2),
    triage: "not-found",
    mount: { status: "mounted", windowsRoot: "F:\\Windows" },
    dumpStatus: "not-found",
    dump: null,
    says: {
      reason: "reason-temporary-pages",
      nextSteps: ["next-page-file", "next-enable-on-copy", "next-nmi", "next-reset"],
      searched: [
        { path: "F:\\Windows\\MEMORY.DMP", found: false, why: "absent" },
        { path: "D:\\pagefile.sys", found: false, why: "other-drive" },
      ],
    },
  },
};

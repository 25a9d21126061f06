import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
  closeSync,
  appendFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeDump } from "../../rehearsal/disks/build/dump-writer";
import { dword, expandText, text, texts, type HiveKey } from "../../rehearsal/disks/build/hive-values";
import { writeHive } from "../../rehearsal/disks/build/hive-writer";
import { writeVhdFooter } from "../../rehearsal/disks/build/vhd-footer";
import { cacheFolder } from "../../rehearsal/engine/cache-folder";

/** A disk of 127 GiB as Azure makes them, sparse, in two files: Windows' volume is in a file of its own. */
export interface LargeDisk {
  /** Partition table, footer and everything beside the volume. */
  readonly table: string;
  readonly volume: string;
  /** Byte offset of the volume on the disk. */
  readonly offset: number;
}

const mib = 1024 * 1024;
const diskSize = 127 * 1024 * mib;
const volumeOffset = 117 * mib;
const volumeSize = diskSize - volumeOffset - mib;

const fileCount = 80_000;
const filesInFolder = 400;

/** Bytes of the dump, in pieces with other data between them so that it is fragmented. */
const dumpSize = 1536 * mib;
const dumpPieces = 96;

/**
 * Makes the disk once in the cache folder: 80,000 files, a SYSTEM hive of 30 MB and a dump of 1.5 GiB.
 *
 * @throws Error where it cannot be made: it needs Linux, root, mkntfs, ntfs-3g and sgdisk
 */
export function makeLargeDisk(say: (line: string) => void): LargeDisk {
  const folder = join(cacheFolder(), "bench");
  const disk = { table: join(folder, "large-disk.vhd"), volume: join(folder, "large-disk.ntfs"), offset: volumeOffset };
  if (existsSync(disk.table)) return disk;
  if (process.platform !== "linux" || process.getuid?.() !== 0) {
    throw new Error("the disk of 127 GiB is made by root on Linux, with mkntfs, ntfs-3g and sgdisk");
  }
  say(`making a disk of 127 GiB with ${fileCount} files in ${folder}, once; it takes 2 GB and some minutes`);
  mkdirSync(folder, { recursive: true });
  makeVolume(disk.volume);
  const unfinished = `${disk.table}.new`;
  makeTable(unfinished);
  renameSync(unfinished, disk.table);
  return disk;
}

function makeTable(file: string): void {
  writeFileSync(file, "");
  truncateSync(file, diskSize);
  const sectors = (bytes: number): number => bytes / 512;
  const partitions = [
    ["-n", `1:${sectors(mib)}:${sectors(100 * mib)}`, "-t", "1:EF00"],
    ["-n", `2:${sectors(101 * mib)}:${sectors(volumeOffset) - 1}`, "-t", "2:0C01"],
    ["-n", `3:${sectors(volumeOffset)}:${sectors(volumeOffset + volumeSize) - 1}`, "-t", "3:0700"],
  ].flat();
  execFileSync("sgdisk", ["-a", "1", "-o", ...partitions, file], { stdio: "pipe" });
  appendFileSync(file, writeVhdFooter(diskSize));
}

function makeVolume(file: string): void {
  rmSync(file, { force: true });
  writeFileSync(file, "");
  truncateSync(file, volumeSize);
  execFileSync(
    "mkntfs",
    [
      "-F",
      "-Q",
      "-q",
      "-s",
      "512",
      "-c",
      "4096",
      "-p",
      String(volumeOffset / 512),
      "-H",
      "255",
      "-S",
      "63",
      "-L",
      "Windows",
      file,
    ],
    { stdio: "pipe" },
  );
  const root = mkdtempSync(join(tmpdir(), "bench-volume-"));
  execFileSync("ntfs-3g", [file, root]);
  try {
    writeFiles(root);
  } finally {
    execFileSync("umount", [root]);
    rmdirSync(root);
  }
}

function writeFiles(root: string): void {
  const config = join(root, "Windows", "System32", "config");
  mkdirSync(config, { recursive: true });
  mkdirSync(join(root, "Windows", "Minidump"));
  // System32 is the largest folder on the way to the hive: some 5,000 names.
  for (let index = 0; index < 5000; index++)
    writeFileSync(join(root, "Windows", "System32", `module-${index}.dll`), "");
  for (let index = 5000; index < fileCount; index++) {
    const folder = join(root, "Windows", "WinSxS", `amd64_component-${Math.floor(index / filesInFolder)}`);
    if (index % filesInFolder === 0 || index === 5000) mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `file-${index}.dll`), "");
  }
  writeFileSync(join(config, "SYSTEM"), systemHive());
  writeFileSync(join(config, "SOFTWARE"), softwareHive());
  writeFileSync(join(root, "pagefile.sys"), Buffer.alloc(mib));
  writeFileSync(join(root, "Windows", "Minidump", "103026-8421-01.dmp"), dumpHeader(256 * 1024, 4));
  writeFragmentedDump(root);
}

/** Writes the dump with a gap between its pieces, which another file fills. */
function writeFragmentedDump(root: string): void {
  const pieceSize = dumpSize / dumpPieces;
  const dump = openSync(join(root, "Windows", "MEMORY.DMP"), "w");
  const other = openSync(join(root, "other.bin"), "w");
  const bytes = Buffer.alloc(pieceSize);
  for (let index = 0; index < bytes.length; index += 4)
    bytes.writeUInt32LE(Math.imul(index, 2_654_435_761) >>> 0, index);
  for (let piece = 0; piece < dumpPieces; piece++) {
    bytes.writeUInt32LE(piece, 0x4000);
    if (piece === 0) dumpHeader(dumpSize, 6).copy(bytes);
    writeSync(dump, bytes);
    if (piece === 0) bytes.copyWithin(0, 0x4000, 0x8000);
    writeSync(other, bytes, 0, 64 * 1024);
  }
  closeSync(dump);
  closeSync(other);
}

export function dumpHeader(size: number, dumpType: number): Buffer {
  const dump = writeDump({
    code: 0xc000021a,
    parameters: [0xffff_be0d_4a3c_8070n, 0xffff_ffff_c000_0428n, 0n, 0n],
    build: 20348,
    time: new Date("2026-10-30T02:14:37Z"),
    upTimeSeconds: 41,
    processors: 4,
    pages: 8,
    message: "Windows SubSystem",
  }).subarray(0, 0x2000);
  dump.writeUInt32LE(dumpType, 0xf98);
  dump.writeBigUInt64LE(BigInt(size), 0xfa0);
  return dump;
}

/** Keys in numbers as Windows Server has them. */
function filler(count: number, prefix: string): HiveKey {
  const keys = Array.from({ length: count }, (_, index) => {
    const path = `%SystemRoot%\\System32\\drivers\\${prefix}${index}.sys`;
    return [
      `${prefix}${index}`,
      { ImagePath: expandText(path), Start: dword(3), Type: dword(1), Parameters: { Id: dword(index) } },
    ];
  });
  return Object.fromEntries(keys) as HiveKey;
}

function systemHive(): Buffer {
  const controlSet = {
    Control: {
      Class: filler(400, "class"),
      ComputerName: { ComputerName: { ComputerName: text("BENCH-01") } },
      CrashControl: {
        AutoReboot: dword(1),
        CrashDumpEnabled: dword(7),
        DumpFile: expandText("%SystemRoot%\\MEMORY.DMP"),
        MinidumpDir: expandText("%SystemRoot%\\Minidump"),
      },
      "Session Manager": {
        "Memory Management": {
          ExistingPageFiles: texts(["\\??\\C:\\pagefile.sys"]),
          PagingFiles: texts(["?:\\pagefile.sys"]),
        },
      },
    },
    Enum: filler(12_000, "device"),
    Services: filler(700, "service"),
  };
  const select = { Current: dword(1), Default: dword(1), Failed: dword(0), LastKnownGood: dword(1) };
  const root = { ControlSet001: controlSet, DriverDatabase: filler(40_000, "driver"), Select: select };
  return writeHive(root, { fileName: "SYSTEM", lastWritten: new Date("2026-10-30T02:14:00Z"), sequence: 214 });
}

function softwareHive(): Buffer {
  const version = {
    CurrentBuild: text("20348"),
    CurrentBuildNumber: text("20348"),
    ProductName: text("Windows Server 2022 Datacenter Azure Edition"),
  };
  const microsoft = {
    ...filler(600, "product"),
    "Windows NT": { CurrentVersion: { ...filler(80, "part"), ...version } },
  };
  const root = { Classes: filler(30_000, "class"), Microsoft: microsoft };
  return writeHive(root, { fileName: "SOFTWARE", lastWritten: new Date("2026-10-30T02:14:00Z"), sequence: 97 });
}

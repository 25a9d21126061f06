import { writeDump } from "../build/dump-writer";
import { changedPages, newLog, setSequence } from "../build/hive-log-writer";
import { text } from "../build/hive-values";
import {
  collected,
  expectedKernelDump,
  factsOf,
  smallDisk,
  winlogonCrash,
  type SmallWindows,
} from "../build/small-windows";
import { systemHive } from "../build/windows-hives";

const dump = writeDump({ ...winlogonCrash, pages: 16, message: "Windows Logon Process" });

const windows: SmallWindows = {
  partitionId: "020C25F0-1073-48B9-9B58-754E11A3E6D0",
  computerName: "PRINT-02",
  crashControl: { DumpFile: text("C:\\CrashDumps\\server.dmp") },
  files: [{ path: "CrashDumps\\server.dmp", bytes: dump }],
};

const written = systemHive(factsOf({ ...windows, crashControl: {} }));
const meant = systemHive(factsOf(windows));
const sequence = written.readUInt32LE(4);

export const recipe = smallDisk(
  "2CC885C2-9214-45B5-ADCF-B8D15704F24E",
  {
    ...windows,
    hive: {
      // The primary number is raised before the write, the secondary one after it: Windows stopped between the two.
      system: setSequence(written, sequence + 1, sequence),
      log1: newLog(meant, sequence + 1, [changedPages(written, meant)]),
      log2: Buffer.alloc(0),
    },
  },
  collected(expectedKernelDump("\\CrashDumps\\server.dmp", dump), {
    searched: [{ path: "F:\\CrashDumps\\server.dmp", found: true, why: "found-best" }],
  }),
);

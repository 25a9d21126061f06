import { writeDump } from "../build/dump-writer";
import { dword, expandText, text } from "../build/hive-values";
import { collected, expectedKernelDump, smallDisk, usualCrashControl, winlogonCrash } from "../build/small-windows";

const dump = writeDump({ ...winlogonCrash, pages: 16, message: "Windows Logon Process" });

export const recipe = smallDisk(
  "FE0254AA-DC5E-4173-857B-AFD56ADD1684",
  {
    partitionId: "FE09FB52-B224-4656-B383-6E8C3917711E",
    computerName: "HR-SQL-01",
    crashControl: { DumpFile: text("C:\\CrashDumps\\server.dmp") },
    facts: {
      current: 2,
      // What a reader would find that does not look at Select.
      otherCrashControl: { ...usualCrashControl, CrashDumpEnabled: dword(0), DumpFile: expandText("E:\\old.dmp") },
    },
    files: [{ path: "CrashDumps\\server.dmp", bytes: dump }],
  },
  collected(expectedKernelDump("\\CrashDumps\\server.dmp", dump), {
    searched: [{ path: "F:\\CrashDumps\\server.dmp", found: true, why: "found-best" }],
  }),
);

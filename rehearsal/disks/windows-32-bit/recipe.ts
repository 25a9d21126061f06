import { writeDump32 } from "../build/dump-writer";
import { dword } from "../build/hive-values";
import { collected, expectedDump, smallDisk, winlogonCrash } from "../build/small-windows";

const build = 6003;
const crash = {
  ...winlogonCrash,
  parameters: [0x8a1f_3c40n, 0xc000_0005n, 0x753e_1234n, 0x0026_f2a8n],
  build,
} as const;
const dump = writeDump32({ ...crash, pages: 16, message: "Windows Logon Process" });

export const recipe = smallDisk(
  "FE6C17BE-4570-4A9C-840A-C50F3CCF2762",
  {
    partitionId: "94EDDD16-C08B-4842-BC17-9433735E31F0",
    computerName: "LEGACY-ERP",
    crashControl: { CrashDumpEnabled: dword(1) },
    facts: { build, productName: "Windows Server 2008 Standard", pagingFiles: ["C:\\pagefile.sys 2048 4096"] },
    files: [{ path: "Windows\\MEMORY.DMP", bytes: dump }],
  },
  collected(
    expectedDump("\\Windows\\MEMORY.DMP", dump, crash, {
      kind: "full",
      name: "WINLOGON_FATAL_ERROR",
      status: "0xC0000005",
    }),
    { searched: [{ path: "F:\\Windows\\MEMORY.DMP", found: true, why: "found-best" }] },
  ),
);

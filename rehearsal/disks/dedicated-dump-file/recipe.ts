import { writeDump } from "../build/dump-writer";
import { dword, text } from "../build/hive-values";
import { collected, expectedKernelDump, smallDisk, winlogonCrash } from "../build/small-windows";

const dump = writeDump({ ...winlogonCrash, pages: 16, message: "Windows Logon Process" });

/** The file has the size that DumpFileSize asks for; the dump is at its start. */
const dedicated = Buffer.concat([dump, Buffer.alloc(1024 * 1024 - dump.length)]);

export const recipe = smallDisk(
  "51177281-4DF4-4161-A567-E230295F73DF",
  {
    partitionId: "2F98B567-7CF8-458D-AE0F-01AC8D7EF98F",
    computerName: "SAP-APP-2",
    crashControl: { DedicatedDumpFile: text("C:\\DedicatedDump.sys"), DumpFileSize: dword(1) },
    facts: { pagingFiles: ["D:\\pagefile.sys 0 0"], existingPageFiles: ["\\??\\D:\\pagefile.sys"] },
    files: [{ path: "DedicatedDump.sys", bytes: dedicated }],
  },
  collected(expectedKernelDump("\\DedicatedDump.sys", dump), {
    searched: [
      { path: "F:\\Windows\\MEMORY.DMP", found: false, why: "absent" },
      { path: "F:\\DedicatedDump.sys", found: true, why: "found-best" },
      { path: "D:\\pagefile.sys", found: false, why: "other-drive" },
    ],
  }),
);

import { writeDump } from "../build/dump-writer";
import { collected, expectedKernelDump, smallDisk, winlogonCrash } from "../build/small-windows";

const dump = writeDump({ ...winlogonCrash, pages: 16, message: "Windows Logon Process" });

export const recipe = smallDisk(
  "4F657E00-C69C-4039-9C58-9638506CD32C",
  {
    partitionId: "818F6EF9-C338-4849-A45D-A87F0056EB70",
    computerName: "FIN-APP-08",
    files: [{ path: "pagefile.sys", bytes: Buffer.concat([dump, Buffer.alloc(512 * 1024 - dump.length, "page ")]) }],
  },
  {
    ...collected(expectedKernelDump("\\pagefile.sys", dump), {
      reason: "reason-from-page-file",
      searched: [
        { path: "F:\\Windows\\MEMORY.DMP", found: false, why: "absent" },
        { path: "F:\\pagefile.sys", found: true, why: "found-best" },
      ],
    }),
    triage: "in-page-file",
  },
);

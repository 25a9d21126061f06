import { writeDump } from "../build/dump-writer";
import { collected, expectedKernelDump, smallDisk, winlogonCrash } from "../build/small-windows";

const dump = writeDump({ ...winlogonCrash, pages: 61, message: "Windows Logon Process" });

export const recipe = smallDisk(
  "77787E92-1714-434E-B2C8-E754ABCE06BF",
  {
    partitionId: "433D224F-938D-4DE9-9F93-3F2FD6322B03",
    computerName: "FILE-01",
    files: [{ path: "Windows\\MEMORY.DMP", bytes: dump, compressed: true }],
  },
  collected(expectedKernelDump("\\Windows\\MEMORY.DMP", dump), {
    searched: [{ path: "F:\\Windows\\MEMORY.DMP", found: true, why: "found-best" }],
  }),
);

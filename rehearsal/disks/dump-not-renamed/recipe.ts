import { writeDump } from "../build/dump-writer";
import { collected, crashTime, expectedKernelDump, smallDisk, winlogonCrash } from "../build/small-windows";

const dump = writeDump({ ...winlogonCrash, pages: 16, message: "Windows Logon Process" });

export const recipe = smallDisk(
  "11C53687-AD41-4629-88FC-8EEC6F21CC5C",
  {
    partitionId: "FF66AFB7-C567-44BE-A1EB-70D1F069A7C1",
    computerName: "FIN-APP-09",
    files: [
      // Left by a set-up program; no dump is as short.
      { path: "Windows\\dump0001.tmp", bytes: Buffer.from("temporary"), modified: crashTime },
      { path: "DUMP4c1a.tmp", bytes: dump, modified: crashTime },
    ],
  },
  collected(expectedKernelDump("\\DUMP4c1a.tmp", dump), {
    searched: [
      { path: "F:\\Windows\\MEMORY.DMP", found: false, why: "absent" },
      { path: "F:\\DUMP4c1a.tmp", found: true, why: "found-best" },
      { path: "F:\\Windows\\dump0001.tmp", found: true, why: "found-short" },
    ],
  }),
);

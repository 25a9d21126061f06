import { writeDump } from "../build/dump-writer";
import { dateToFileTime } from "../build/file-time";
import { qword } from "../build/hive-values";
import { collected, crashTime, expectedDump, smallDisk, winlogonCrash } from "../build/small-windows";

const earlier = {
  ...winlogonCrash,
  code: 0xd1,
  parameters: [0x28n, 0x2n, 0x0n, 0xffff_f806_7a31_4c20n],
  time: new Date("2026-10-12T09:30:11.125Z"),
} as const;
const dump = writeDump({ ...earlier, pages: 16, message: "netvsc.sys" });

export const recipe = smallDisk(
  "50112F21-A717-4BA3-BAFE-E7C1BA9BF433",
  {
    partitionId: "682387EF-9F78-44A4-B9D7-F81CD02FDD89",
    computerName: "WEB-05",
    crashControl: { LastCrashTime: qword(dateToFileTime(crashTime)) },
    files: [{ path: "Windows\\MEMORY.DMP", bytes: dump, modified: earlier.time }],
  },
  collected(
    expectedDump("\\Windows\\MEMORY.DMP", dump, earlier, {
      kind: "bitmap-kernel",
      name: "DRIVER_IRQL_NOT_LESS_OR_EQUAL",
      status: null,
    }),
    {
      reason: "reason-earlier",
      nextSteps: ["next-nmi"],
      searched: [{ path: "F:\\Windows\\MEMORY.DMP", found: true, why: "found-best" }],
    },
  ),
);

import { notFound, crashTime, smallDisk } from "../build/small-windows";
import { writeUserModeDump } from "../build/user-mode-dump-writer";

export const recipe = smallDisk(
  "1148F2BB-F3C6-47BC-B3F0-42C44F84EC56",
  {
    partitionId: "BB981407-22DC-409A-ADF4-86911F93E7C3",
    computerName: "APP-21",
    files: [{ path: "Windows\\MEMORY.DMP", bytes: writeUserModeDump(crashTime, 0x1_0000) }],
  },
  notFound({
    reason: "reason-never",
    nextSteps: ["next-nmi", "next-reset"],
    searched: [{ path: "F:\\Windows\\MEMORY.DMP", found: true, why: "found-user-mode" }],
  }),
);

import { writeDump } from "../build/dump-writer";
import { notFound, smallDisk, winlogonCrash } from "../build/small-windows";

const time = new Date("2026-11-01T03:12:44Z");
const live = writeDump({ ...winlogonCrash, code: 0x1a1, time, live: true, pages: 8, message: "Watchdog" });

export const recipe = smallDisk(
  "8C30E809-61D9-4BF2-B69C-BCF75BF2FBC6",
  {
    partitionId: "1D132040-E138-446F-8288-37A25CA3D563",
    computerName: "GPU-05",
    files: [
      {
        path: "Windows\\LiveKernelReports\\WATCHDOG\\WATCHDOG-20261101-0312.dmp",
        bytes: live,
        modified: time,
      },
    ],
  },
  notFound({
    reason: "reason-never",
    nextSteps: ["next-nmi", "next-reset"],
    searched: [
      { path: "F:\\Windows\\MEMORY.DMP", found: false, why: "absent" },
      {
        path: "F:\\Windows\\LiveKernelReports\\WATCHDOG\\WATCHDOG-20261101-0312.dmp",
        found: true,
        why: "live-some",
      },
    ],
  }),
);

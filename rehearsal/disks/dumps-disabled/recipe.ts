import { dword } from "../build/hive-values";
import { notFound, smallDisk } from "../build/small-windows";

export const recipe = smallDisk(
  "E64946E3-E751-48AC-A77A-ADBB83B5160F",
  {
    partitionId: "6CE909CE-C653-480E-AA07-94A4D16EAECA",
    computerName: "KIOSK-11",
    crashControl: { CrashDumpEnabled: dword(0) },
  },
  notFound({
    reason: "reason-disabled",
    nextSteps: ["next-enable", "next-enable-on-copy"],
    searched: [{ path: "F:\\Windows\\MEMORY.DMP", found: false, why: "absent" }],
  }),
);

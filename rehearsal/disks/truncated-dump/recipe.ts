import { writeDump } from "../build/dump-writer";
import { collected, expectedKernelDump, smallDisk, winlogonCrash } from "../build/small-windows";

const whole = writeDump({ ...winlogonCrash, pages: 16, message: "Windows Logon Process" });
const dump = whole.subarray(0, 50_000);

export const recipe = smallDisk(
  "F33B4244-08C9-451D-AEC8-ED9ABB167591",
  {
    partitionId: "A6B99665-2861-48E9-B1EB-C840990398C8",
    computerName: "BUILD-12",
    files: [{ path: "Windows\\MEMORY.DMP", bytes: dump }],
  },
  collected(
    { ...expectedKernelDump("\\Windows\\MEMORY.DMP", dump), complete: false },
    {
      reason: "reason-cut-off",
      nextSteps: ["next-nmi"],
      searched: [{ path: "F:\\Windows\\MEMORY.DMP", found: true, why: "found-best" }],
    },
  ),
);

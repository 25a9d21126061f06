import { writeMinidump } from "../build/minidump-writer";
import { dword } from "../build/hive-values";
import { collected, crashTime, expectedDump, smallDisk, winlogonCrash } from "../build/small-windows";

const dayBefore = new Date("2026-11-01T22:08:41.500Z");
const older = writeMinidump({ ...winlogonCrash, code: 0x7e, time: dayBefore });
const newer = writeMinidump(winlogonCrash);

export const recipe = smallDisk(
  "12698FFA-F033-4C5F-A7A4-FD412F3D7233",
  {
    partitionId: "0638F3E5-A934-47D7-AF5D-B7E3859C0546",
    computerName: "WEB-04",
    crashControl: { CrashDumpEnabled: dword(3) },
    files: [
      { path: "Windows\\Minidump\\110126-6093-01.dmp", bytes: older, modified: dayBefore },
      { path: "Windows\\Minidump\\110226-5515-01.dmp", bytes: newer, modified: crashTime },
    ],
  },
  collected(
    expectedDump("\\Windows\\Minidump\\110226-5515-01.dmp", newer, winlogonCrash, {
      kind: "minidump",
      name: "WINLOGON_FATAL_ERROR",
      status: "0xC0000005",
    }),
    {
      searched: [
        { path: "F:\\Windows\\MEMORY.DMP", found: false, why: "absent" },
        { path: "F:\\Windows\\Minidump\\110226-5515-01.dmp", found: true, why: "found-best" },
        { path: "F:\\Windows\\Minidump\\110126-6093-01.dmp", found: true, why: "found-other" },
      ],
    },
  ),
);

import { notFound, smallDisk } from "../build/small-windows";
import { systemLog } from "./system-log";

const computerName = "CACHE-03";

export const recipe = smallDisk(
  "04A1BFE4-878C-4079-A403-9781B69CC904",
  {
    partitionId: "E8B535FD-24F8-48EB-93B0-5C18DEAD67CE",
    computerName,
    files: [{ path: "Windows\\System32\\winevt\\Logs\\System.evtx", bytes: systemLog(computerName) }],
    facts: { pagingFiles: [], existingPageFiles: [] },
  },
  notFound({
    reason: "reason-no-page-file",
    nextSteps: ["next-page-file", "next-enable-on-copy", "next-nmi", "next-reset"],
    searched: [
      { path: "F:\\Windows\\MEMORY.DMP", found: false, why: "absent" },
      { path: "F:\\pagefile.sys", found: false, why: "absent" },
    ],
  }),
);

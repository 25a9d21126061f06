import type { Sample } from "../sample";

export const truncatedDump: Sample = {
  name: "truncated-dump",
  shows: "MEMORY.DMP is cut off: Windows was stopped while it wrote the file",
  status: "collected",
  nextStep: "Send it to support all the same: its header tells the crash. Cause another dump for the rest.",
};

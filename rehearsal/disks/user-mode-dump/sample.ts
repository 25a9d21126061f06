import type { Sample } from "../sample";

export const userModeDump: Sample = {
  name: "user-mode-dump",
  shows: "MEMORY.DMP is the dump of one program, not of Windows",
  status: "not-found",
  nextStep: "Cause a dump of Windows while the broken VM hangs at its blue screen (NMI).",
};

import type { Sample } from "../sample";

export const minidumpsOnly: Sample = {
  name: "minidumps-only",
  shows: "Small dumps only (CrashDumpEnabled is 3): the newest of two is taken",
  status: "collected",
  nextStep: "Send the small dump to support; set CrashDumpEnabled to 7 for more than the stack at the next crash.",
};

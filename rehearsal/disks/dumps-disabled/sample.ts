import type { Sample } from "../sample";

export const dumpsDisabled: Sample = {
  name: "dumps-disabled",
  shows: "Dumps are turned off (CrashDumpEnabled is 0)",
  status: "not-found",
  nextStep: "Turn dumps on in the broken Windows, and let it crash again.",
};

import type { Sample } from "../sample";

export const bitlocker: Sample = {
  name: "bitlocker",
  shows: "The Windows volume is encrypted with BitLocker and locked",
  status: "not-mounted",
  nextStep: "Unlock the volume on the repair VM with its recovery key, then run the kit again.",
};

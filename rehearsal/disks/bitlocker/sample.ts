import type { Sample } from "../sample";

export const bitlocker: Sample = {
  name: "bitlocker",
  shows: "The Windows volume is encrypted with BitLocker and locked",
  status: "encrypted",
  nextStep: "Give the recovery key to the kit (bitLockerRecoveryKey), or unlock the volume on the repair VM.",
};

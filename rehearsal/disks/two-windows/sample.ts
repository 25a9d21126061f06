import type { Sample } from "../sample";

export const twoWindows: Sample = {
  name: "two-windows",
  shows: "Two installations of Windows; the larger volume holds the one that is no longer used",
  status: "collected",
  nextStep: "Send the dump to support.",
};

import type { Sample } from "../sample";

export const noPageFile: Sample = {
  name: "no-page-file",
  shows: "There is no page file, so that no crash can be written",
  status: "not-found",
  nextStep: "Give the broken Windows a page file on C:, and let it crash again.",
};

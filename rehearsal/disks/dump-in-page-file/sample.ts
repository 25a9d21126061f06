import type { Sample } from "../sample";

export const dumpInPageFile: Sample = {
  name: "dump-in-page-file",
  shows: "Windows crashed again before it took the dump out of the page file",
  status: "not-found",
  nextStep: "Start the broken VM once more, so that Windows takes the dump out, then run the kit again.",
};

import type { Sample } from "../sample";

export const dumpOfEarlierCrash: Sample = {
  name: "dump-of-earlier-crash",
  shows: "MEMORY.DMP is three weeks older than the last crash that Windows noted",
  status: "collected",
  nextStep:
    "Do not take it for the crash of today: cause a new dump while the broken VM hangs at its blue screen (NMI).",
};

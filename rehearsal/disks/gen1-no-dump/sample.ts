import type { Sample } from "../sample";

export const gen1NoDump: Sample = {
  name: "gen1-no-dump",
  shows: "Generation 1, Windows Server 2019: no dump, for the page file is on the temporary disk D:",
  status: "not-found",
  nextStep: "Move the page file to C: in the broken Windows, and let it crash again.",
};

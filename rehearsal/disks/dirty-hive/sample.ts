import type { Sample } from "../sample";

export const dirtyHive: Sample = {
  name: "dirty-hive",
  shows: "The registry has changes that are in its logs only: they say where the dump is",
  status: "collected",
  nextStep: "Send the dump to support.",
};

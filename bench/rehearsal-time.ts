import type { Benchmark } from "./benchmark";
import { commandTime } from "./command-time";

export const rehearsalTime: Benchmark = {
  name: "rehearsal, set-up done",
  unit: "s",
  target: { atMost: 60 },
  how: "Wall time of npm run rehearse -- --json with the built-in disk.",
  run: async () => await commandTime("npm", ["run", "--silent", "rehearse", "--", "--json"]),
};

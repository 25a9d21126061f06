import type { Benchmark } from "./benchmark";
import { commandTime } from "./command-time";

export const testTime: Benchmark = {
  name: "npm test, set-up done",
  unit: "s",
  target: { atMost: 90 },
  how: "Wall time of npm test.",
  run: async () => await commandTime("npm", ["test"]),
};

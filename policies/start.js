// What Node compiles of the SDK is kept between starts: half of the pack's start otherwise.
require("node:module").enableCompileCache?.();

// The entry of the pack. Pulumi's own TypeScript loader checks types at every start, which takes seconds; tsx only strips
// them, so there is no build step.
require("tsx/cjs");
require("./index.ts");

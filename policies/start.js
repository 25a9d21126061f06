// The entry of the pack, without a build step: Pulumi's own TypeScript loader checks types at every start, which takes
// seconds. Within the kit what was compiled is kept between starts; the folder alone has tsx.
const { existsSync } = require("node:fs");
const { enableCompileCache } = require("node:module");
const { join } = require("node:path");

const compileOnDemand = join(__dirname, "..", "compile-on-demand.js");
if (existsSync(compileOnDemand)) {
  require(compileOnDemand);
} else {
  enableCompileCache?.();
  require("tsx/cjs");
}
require("./index.ts");

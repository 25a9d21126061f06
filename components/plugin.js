// The entry of the component plugin. Pulumi runs no build step on a plugin and its own TypeScript loader checks types at
// every start, which takes ten seconds; tsx only strips them. The schema is read from index.ts beside this file.
require("tsx/cjs");
module.exports = require("./index.ts");

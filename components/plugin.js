// The entry of the component plugin. Pulumi runs no build step on a plugin and its own TypeScript loader checks types at
// every start, which takes ten seconds. The schema is read from index.ts beside this file.
require("../compile-on-demand.js");
module.exports = require("./index.ts");

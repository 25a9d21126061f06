// Preloaded into the program by Pulumi.yaml: Node keeps what it compiled of the SDKs, a quarter of the program's start.
// JavaScript, because it comes before the TypeScript compiler, which is the largest of what is kept.
const { enableCompileCache } = require("node:module");
const { join } = require("node:path");

enableCompileCache?.(join(__dirname, "node_modules", ".cache", "compiled"));

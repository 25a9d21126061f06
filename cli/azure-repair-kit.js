#!/usr/bin/env node
// Starts the command in a clone, with no build step: TypeScript is compiled when it is first needed and kept, so that
// the second start takes a tenth of a second.
"use strict";

// A source may be an address with a signature; without this everybody on the machine sees it in the list of processes.
process.title = "azure-repair-kit";

const [major] = process.versions.node.split(".");
if (Number(major) < 22) {
  process.stderr.write(`azure-repair-kit needs Node 22 or newer; this is ${process.versions.node}.\n`);
  process.exitCode = 1;
} else {
  require("./compile-on-demand.js").compileOnDemand();
  require("./main.ts").main(process.argv.slice(2));
}

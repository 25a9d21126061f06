#!/usr/bin/env node
// Starts the command in a clone, with no build step: TypeScript is compiled when it is first needed and kept, so that
// the second start takes a tenth of a second.
"use strict";

const { dirname } = require("node:path");

// A source may be an address with a signature; without this everybody on the machine sees it in the list of processes.
process.title = "azure-repair-kit";

const [major] = process.versions.node.split(".");
if (Number(major) < 22) {
  process.stderr.write(`azure-repair-kit needs Node 22 or newer; this is ${process.versions.node}.\n`);
  process.exitCode = 1;
} else {
  start();
}

function start() {
  try {
    require("../compile-on-demand.js");
    require("./main.ts").main(process.argv.slice(2));
  } catch (error) {
    if (error.code !== "MODULE_NOT_FOUND") throw error;
    const [line] = error.message.split("\n");
    process.stderr.write(
      `The kit's dependencies are not installed: run npm install in ${dirname(__dirname)} (${line}).\n`,
    );
    process.exitCode = 1;
  }
}

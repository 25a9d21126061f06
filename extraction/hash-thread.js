// The thread of running-hash.ts. JavaScript, so that it starts without compiling anything.
"use strict";

const { createHash } = require("node:crypto");
const { parentPort } = require("node:worker_threads");

const hash = createHash("sha256");

parentPort.on("message", (piece) => {
  if (piece === "end") {
    parentPort.postMessage(hash.digest("hex"));
    return;
  }
  hash.update(piece);
  parentPort.postMessage("next");
});

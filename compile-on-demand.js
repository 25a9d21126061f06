// Lets `require` take the kit's TypeScript files with no build step: `node --require ./compile-on-demand.js file.ts`.
// What was compiled once is kept below node_modules, so that a program starts as quickly as one in JavaScript. Stack traces
// tell lines of the TypeScript files with NODE_OPTIONS=--enable-source-maps.
"use strict";

const { createHash, randomUUID } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const { enableCompileCache } = require("node:module");
const { join } = require("node:path");

const cache = join(__dirname, "node_modules", ".cache", "azure-repair-kit");

/** A source map in every file is three quarters of what a program keeps of its code in memory. */
const sourceMaps = process.sourceMapsEnabled ? "inline" : false;

enableCompileCache?.(join(cache, "code"));
require.extensions[".ts"] = (module, file) => {
  const source = readFileSync(file, "utf8");
  module._compile(compiled(source, file), file);
};

function compiled(source, file) {
  const kept = join(cache, `${createHash("sha1").update([file, sourceMaps, source].join("\0")).digest("hex")}.js`);
  try {
    return readFileSync(kept, "utf8");
  } catch {
    const code = compile(source, file);
    keep(kept, code);
    return code;
  }
}

function compile(source, file) {
  const { transformSync } = require("@swc/core");
  return transformSync(source, {
    filename: file,
    configFile: false,
    swcrc: false,
    jsc: { parser: { syntax: "typescript" }, target: "es2022" },
    module: { type: "commonjs" },
    sourceMaps,
  }).code;
}

/** Two starts at once may write the same file; each puts it in place whole. A folder that is read-only is no matter. */
function keep(file, code) {
  try {
    mkdirSync(cache, { recursive: true });
    const own = `${file}.${randomUUID()}`;
    writeFileSync(own, code);
    renameSync(own, file);
  } catch {
    // It only costs time.
  }
}

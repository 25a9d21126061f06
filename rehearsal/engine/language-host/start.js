// JavaScript, so that it starts without a build step. Each engine command starts a host, and swc compiles its few files
// within this process in a third of the time that tsx needs, which starts a process of its own for it.
const { readFileSync } = require("node:fs");
const { transformSync } = require("@swc/core");

const settings = {
  jsc: { parser: { syntax: "typescript" }, target: "es2022" },
  module: { type: "commonjs" },
  swcrc: false,
};

require.extensions[".ts"] = (module, file) => {
  const { code } = transformSync(readFileSync(file, "utf8"), { ...settings, filename: file });
  module._compile(code, file);
};

require("./main.ts");

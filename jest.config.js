/** Paths below node_modules of packages that test/load-once loads. */
const loadedOnce =
  "(azurite/dist/|@peculiar/|reflect-metadata/|typescript/lib/typescript\\.js|@npmcli/arborist/lib/index\\.js)";

/** @type {import("jest").Config} */
module.exports = {
  testEnvironment: "<rootDir>/test/load-once/environment.js",
  globalSetup: "<rootDir>/test/disk/support/unpack-folder.ts",
  testSequencer: "<rootDir>/test/support/long-first.js",
  roots: ["<rootDir>/test"],
  // One more than the cores of a small machine: many tests wait for child processes.
  maxWorkers: 3,
  // A hang is what a timeout is to find, not a busy machine.
  testTimeout: 60_000,
  // As parameters of each module: in jest's sandbox a look-up of a global takes longer than reading a field of a disk.
  sandboxInjectedGlobals: ["BigInt", "Buffer", "DataView", "Date", "JSON", "Math", "Number", "Object", "Uint8Array"],
  testMatch: ["**/*.test.ts"],
  modulePathIgnorePatterns: ["/dist/"],
  transformIgnorePatterns: [`/node_modules/(?!${loadedOnce})`],
  transform: {
    [`/node_modules/${loadedOnce}`]: "<rootDir>/test/load-once/transform.js",
    "^.+\\.ts$": [
      "@swc/jest",
      {
        jsc: { parser: { syntax: "typescript" }, target: "es2022" },
        module: { type: "commonjs" },
        sourceMaps: "inline",
      },
    ],
  },
};

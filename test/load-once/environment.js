// jest loads every module anew for each test file, with a loader of its own and without Node's compile cache. For a few large
// packages that takes longer than the tests, so Node loads those, once for all the files that a worker runs: transform.js
// turns each of their modules into a call of `loadOnce`.
const { TestEnvironment } = require("jest-environment-node");
require("../support/end-at-once");

module.exports = class extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    this.global.loadOnce = require;
    this.global.Date = Date;
  }
};

// jest starts what took long the last time first. In a fresh clone it knows of no last time and takes the largest files first,
// so that a suite of half a minute may come last and be waited for alone.
const { existsSync } = require("node:fs");
const { join } = require("node:path");
const { default: Sequencer } = require("@jest/test-sequencer");

/** Suites that run the Pulumi engine, or many other commands; the longest first. */
const long = [
  "stack/stack",
  "cli/azure",
  "rehearsal/engine/language-host",
  "rehearsal/start",
  "rehearsal/provider/engine",
  "rehearsal/rehearse",
  "policies/engine",
  "rehearsal/arm/simulator",
  "components/schema",
  "cli/command",
];

const files = long.map((name) => join(__dirname, "..", `${name}.test.ts`));
const gone = files.filter((file) => !existsSync(file));
if (gone.length > 0) throw new Error(`long-first.js names suites that are not there: ${gone.join(", ")}`);

function rank({ path }) {
  const place = files.indexOf(path);
  return place < 0 ? files.length : place;
}

module.exports = class extends Sequencer {
  sort(tests) {
    return super.sort(tests).sort((one, other) => rank(one) - rank(other));
  }
};

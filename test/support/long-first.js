// jest starts what took long the last time first. In a fresh clone it knows of no last time and takes the largest files first,
// so that a suite of half a minute may come last and be waited for alone.
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

function rank({ path }) {
  const place = long.findIndex((name) => path.endsWith(`/test/${name}.test.ts`));
  return place < 0 ? long.length : place;
}

module.exports = class extends Sequencer {
  sort(tests) {
    return super.sort(tests).sort((one, other) => rank(one) - rank(other));
  }
};

// A provider whose resources take as long to create as their input says.
const { provider } = require("@pulumi/pulumi");
const { setTimeout: delay } = require("node:timers/promises");

const sample = {
  version: "1.0.0",
  check: async (_urn, _olds, inputs) => ({ inputs }),
  create: async (_urn, inputs) => {
    await delay(inputs.seconds * 1000);
    return { id: "id", outs: inputs };
  },
  diff: async () => ({ changes: false }),
  delete: async () => undefined,
};

provider.main(sample, process.argv.slice(2));

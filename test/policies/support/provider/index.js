// A provider that takes any resource of any type, and answers in the shape of azure-native: rules judge what a program
// asks for, whatever comes of it.
require("../../../../compile-on-demand.js");
const { provider } = require("@pulumi/pulumi");
const { named, outputsOf } = require("../azure-names.ts");

const typeOf = (urn) => urn.split("::")[2].split("$").at(-1);
const nameOf = (urn) => urn.split("::")[3];

provider.main(
  {
    version: "1.0.0",
    check: async (urn, _olds, inputs) => ({ inputs: named(typeOf(urn), nameOf(urn), inputs) }),
    create: async (urn, inputs) => {
      const outs = outputsOf(typeOf(urn), nameOf(urn), inputs);
      return { id: outs.id, outs };
    },
    diff: async () => ({ changes: false }),
    delete: async () => undefined,
  },
  process.argv.slice(2),
);

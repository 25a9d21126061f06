// The entry of the component plugin. Pulumi runs no build step on a plugin, checks types at every start where it loads
// TypeScript itself, and infers the schema of the components at every start: five seconds each. So TypeScript is compiled
// once, and the schema is a file; test/components/schema.test.ts proves that it is what Pulumi infers.
require("../compile-on-demand.js");
const { ComponentProvider, getPulumiComponents } = require("@pulumi/pulumi/provider/experimental/provider");
const { main } = require("@pulumi/pulumi/provider/server");
const schema = require("./schema.json");

class RecordedComponents extends ComponentProvider {
  componentDefinitions = Object.fromEntries(
    Object.entries(schema.resources).map(([token, { properties }]) => [
      token.split(":").at(-1),
      { outputs: properties },
    ]),
  );

  async getSchema() {
    return JSON.stringify(schema);
  }
}

const provider = new RecordedComponents({
  name: schema.name,
  version: schema.version,
  dirname: __dirname,
  components: getPulumiComponents(require("./index.ts")),
});
main(provider, process.argv.slice(2));

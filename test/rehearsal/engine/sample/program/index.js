// Two resources, the second after the first, and a secret output; config says what else.
const pulumi = require("@pulumi/pulumi");

class Thing extends pulumi.CustomResource {
  constructor(name, args, options) {
    super("sample:index:Thing", name, args, { ...options, version: "1.0.0" });
  }
}

const config = new pulumi.Config();
if (config.getBoolean("fail")) throw new Error("the program does not want to go on");
const first = new Thing("first", { colour: config.get("colour") ?? "red", seconds: config.getNumber("seconds") ?? 0 });
new Thing("second", { colour: "blue", seconds: 0 }, { dependsOn: first });
console.log(`dry run: ${pulumi.runtime.isDryRun()}`);

module.exports = { firstUrn: first.urn, hidden: config.getSecret("hidden") };

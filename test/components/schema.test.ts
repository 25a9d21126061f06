import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { ComponentProvider } from "@pulumi/pulumi/provider/experimental/provider";

import * as components from "../../components/index";

const FOLDER = join(__dirname, "..", "..", "components");
const FILE = join(FOLDER, "schema.json");

describe("the schema for other languages", () => {
  it("is inferred from the components as recorded; a difference is a change for every consumer", async () => {
    const provider = new ComponentProvider({
      components: Object.values(components),
      dirname: FOLDER,
      name: "azure-repair-kit",
    });

    const schema = JSON.parse(await provider.getSchema());

    if (process.env.UPDATE_SCHEMA) {
      writeFileSync(FILE, `${JSON.stringify(schema, null, 2)}\n`);
    }
    expect(schema).toEqual(JSON.parse(readFileSync(FILE, "utf8")));
  });
});

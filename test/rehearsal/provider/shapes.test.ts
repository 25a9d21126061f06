import { readFileSync } from "node:fs";

import { requestShape, responseShape, type Shape } from "../../../rehearsal/provider/azure-native/body-shape";
import { resourceTypes, type ResourceType } from "../../../rehearsal/provider/azure-native/resource-types";
import { operationSpec } from "../../../rehearsal/provider/azure-native/sdk-clients";

// The stand-in takes shapes from the Azure SDK. What azure-native's own SDK says of the same types is independent of it.

/** What the class of a resource says in azure-native's SDK. */
function standInClass({ token }: ResourceType): {
  inputs: string[];
  outputs: string[];
  required: string[];
  apiVersion: string;
} {
  const [, folder = "", name = ""] = token.split(":");
  const file = require.resolve(`@pulumi/azure-native/${folder}/${name.charAt(0).toLowerCase()}${name.slice(1)}.js`);
  const source = readFileSync(file, "utf8");
  const all = (pattern: RegExp) => [...new Set([...source.matchAll(pattern)].map(([, found = ""]) => found))].sort();
  return {
    inputs: all(/resourceInputs\["(\w+)"\] = .*\bargs\b/g),
    outputs: all(/resourceInputs\["(\w+)"\] = undefined \/\*out\*\//g),
    required: all(/Missing required property '(\w+)'/g),
    apiVersion: /Uses Azure REST API version ([\d-]+)/.exec(source)?.[1] ?? "",
  };
}

function names(shape: Shape, keep: (readOnly: boolean) => boolean = () => true): string[] {
  if (shape.kind !== "object") return [];
  return [...shape.properties].filter(([, property]) => keep(property.readOnly)).map(([name]) => name);
}

describe.each(resourceTypes.map((type) => [type.token, type] as const))("%s", (_token, type) => {
  const known = standInClass(type);

  it("takes the inputs that azure-native takes, and no others", async () => {
    const shape = requestShape(await operationSpec(type.client, type.group, type.put), type.outputOnly);

    expect([...new Set([...names(shape, (readOnly) => !readOnly), ...type.path])].sort()).toEqual(known.inputs);
  });

  it("has the outputs that azure-native has", async () => {
    const shape = responseShape(await operationSpec(type.client, type.group, type.get));
    // azureApiVersion is the plugin's own; systemData is documented but not in the Azure SDK's shapes of these versions.
    const outputs = known.outputs.filter((name) => name !== "azureApiVersion" && name !== "systemData");

    expect(names(shape)).toEqual(expect.arrayContaining(outputs));
  });

  it("is of the API version that azure-native uses", async () => {
    const spec = await operationSpec(type.client, type.group, type.put);
    const own = spec.queryParameters?.find(({ mapper }) => mapper.serializedName === "api-version")?.mapper;

    expect(type.apiVersion).toBe(known.apiVersion);
    // Where the Azure SDK fixes the version, it has to be the same; Resources leaves the choice.
    if (type.client !== "resources") expect(own?.defaultValue).toBe(type.apiVersion);
  });

  it("has its name made up where azure-native does not demand one, and the other path parameters given", () => {
    expect(known.required).toEqual(expect.arrayContaining(type.path.slice(0, -1)));
    expect(known.required).not.toContain(type.path.at(-1));
  });

  it("names operations that the Azure SDK has", async () => {
    const operations = [type.get, type.put, type.patch, type.delete].filter((name) => name !== undefined);
    const methods = await Promise.all(operations.map((name) => operationSpec(type.client, type.group, name)));

    expect(methods.map(({ httpMethod }) => httpMethod)).toEqual([
      "GET",
      "PUT",
      ...(type.patch ? ["PATCH"] : []),
      ...(type.delete ? ["DELETE"] : []),
    ]);
  });
});

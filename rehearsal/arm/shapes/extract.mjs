/**
 * Writes the JSON files of this folder from the tables of the official clients (`models/mappers.js`), which hold the
 * wire names, types, required and read-only flags at the api-versions of azure-native's defaults (azure-arm.md 5).
 * Run by hand after a client's version changed: node rehearsal/arm/shapes/extract.mjs
 *
 * A property is a word: "string", "number", "boolean", "any", a model's name, "[x]" a list, "{x}" a map,
 * "a|b" a fixed choice; before it "!" required, "-" read-only.
 */
import { writeFile } from "node:fs/promises";

const SOURCES = {
  compute: {
    mappers: "arm-compute/dist/esm",
    models: [
      "VirtualMachine",
      "VirtualMachineUpdate",
      "VirtualMachineRunCommand",
      "VirtualMachineRunCommandUpdate",
      "Disk",
      "DiskUpdate",
      "Snapshot",
      "SnapshotUpdate",
      "GrantAccessData",
    ],
  },
  network: {
    mappers: "arm-network/dist-esm/src",
    models: [
      "VirtualNetwork",
      "Subnet",
      "NetworkSecurityGroup",
      "SecurityRule",
      "PublicIPAddress",
      "NetworkInterface",
      "TagsObject",
    ],
  },
  storage: {
    mappers: "arm-storage/dist/esm",
    models: [
      "StorageAccountCreateParameters",
      "StorageAccountUpdateParameters",
      "StorageAccountCheckNameAvailabilityParameters",
      "AccountSasParameters",
      "ServiceSasParameters",
      "StorageAccountRegenerateKeyParameters",
      "BlobContainer",
      "BlobServiceProperties",
      "ManagementPolicy",
    ],
  },
  msi: { mappers: "arm-msi/dist-esm/src", models: ["Identity", "IdentityUpdate"] },
  authorization: { mappers: "arm-authorization/dist-esm/src", models: ["RoleAssignmentCreateParameters"] },
  devtestlabs: { mappers: "arm-devtestlabs/dist-esm/src", models: ["Schedule", "ScheduleFragment"] },
  resources: { mappers: "arm-resources/dist-esm/src", models: ["ResourceGroup", "ResourceGroupPatchable"] },
};

for (const [namespace, { mappers, models }] of Object.entries(SOURCES)) {
  const tables = await import(
    new URL(`../../../node_modules/@azure/${mappers}/models/mappers.js`, import.meta.url).href
  );
  const words = {};
  const pending = [...models];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (name in words) continue;
    const properties = Object.values(tables[name].type.modelProperties ?? {});
    words[name] = Object.fromEntries(
      properties.map((property) => [property.serializedName, flags(property) + word(property.type, pending)]),
    );
  }
  const sorted = Object.fromEntries(Object.entries(words).sort(([a], [b]) => (a < b ? -1 : 1)));
  await writeFile(new URL(`${namespace}.json`, import.meta.url), `${JSON.stringify(sorted, null, 1)}\n`);
}

function flags({ readOnly, required }) {
  return readOnly ? "-" : required ? "!" : "";
}

function word(type, pending) {
  switch (type.name) {
    case "Composite":
      pending.push(type.className);
      return type.className;
    case "Sequence":
      return `[${word(type.element.type, pending)}]`;
    case "Dictionary":
      return `{${word(type.value.type, pending)}}`;
    case "Enum":
      return type.allowedValues.join("|");
    case "Number":
    case "Boolean":
      return type.name.toLowerCase();
    case "any":
      return "any";
    default:
      return "string";
  }
}

import type { JsonObject } from "../json";

const TAG = { field: "[concat('tags[', parameters('tagName'), ']')]" };
const IS_GROUP = { field: "type", equals: "Microsoft.Resources/subscriptions/resourceGroups" };
const OTHER_VALUE = { not: { ...TAG, equals: "[parameters('tagValue')]" } };

/** A built-in policy definition. */
export interface BuiltInPolicy {
  /** GUID of the definition, the same in every tenant. */
  readonly id: string;
  readonly displayName: string;
  readonly mode: "Indexed" | "All";
  readonly parameters: readonly string[];
  readonly condition: JsonObject;
  readonly effect: string;
}

/** The built-in policies that refuse what lacks a tag, and one that does not refuse (Azure/azure-policy, policyDefinitions/Tags). */
export const BUILT_IN_POLICIES: readonly BuiltInPolicy[] = [
  {
    id: "871b6d14-10aa-478d-b590-94f262ecfa99",
    displayName: "Require a tag on resources",
    mode: "Indexed",
    parameters: ["tagName"],
    condition: { ...TAG, exists: "false" },
    effect: "deny",
  },
  {
    id: "1e30110a-5ceb-460c-a204-c1c3969c6d62",
    displayName: "Require a tag and its value on resources",
    mode: "Indexed",
    parameters: ["tagName", "tagValue"],
    condition: OTHER_VALUE,
    effect: "deny",
  },
  {
    id: "96670d01-0a4d-4649-9c89-2d3abc0a5025",
    displayName: "Require a tag on resource groups",
    mode: "All",
    parameters: ["tagName"],
    condition: { allOf: [IS_GROUP, { ...TAG, exists: "false" }] },
    effect: "deny",
  },
  {
    id: "8ce3da23-7156-49e4-b145-24f95f9dcb46",
    displayName: "Require a tag and its value on resource groups",
    mode: "All",
    parameters: ["tagName", "tagValue"],
    condition: { allOf: [IS_GROUP, OTHER_VALUE] },
    effect: "deny",
  },
  {
    id: "4f9dc7db-30c1-420c-b61a-e1d640128d26",
    displayName: "Add a tag to resources",
    mode: "Indexed",
    parameters: ["tagName", "tagValue"],
    condition: { ...TAG, exists: "false" },
    effect: "modify",
  },
];

import { initiativeValues, tagRequirements, type ParameterValues } from "../../preflight/tag-requirements";

const TAG = "[concat('tags[', parameters('tagName'), ']')]";
const deny = { effect: "deny" };

function tagsOf(policyRule: object, values: ParameterValues = {}, more: object = {}) {
  return tagRequirements({ mode: "Indexed", policyRule, ...more }, values, "tags");
}

describe("tags that a policy requires", () => {
  it("are read from the built-in policies", () => {
    const values = { tagName: { value: "costCenter" }, tagValue: { value: "42" } };
    const group = { field: "type", equals: "Microsoft.Resources/subscriptions/resourceGroups" };

    expect(tagsOf({ if: { field: TAG, exists: "false" }, then: deny }, values)).toEqual([
      { tag: "costCenter", of: "resources", assignment: "tags" },
    ]);
    expect(tagsOf({ if: { not: { field: TAG, equals: "[parameters('tagValue')]" } }, then: deny }, values)).toEqual([
      { tag: "costCenter", value: "42", of: "resources", assignment: "tags" },
    ]);
    expect(
      tagsOf({ if: { allOf: [group, { field: TAG, exists: "false" }] }, then: deny }, values, { mode: "All" }),
    ).toEqual([{ tag: "costCenter", of: "resource groups", assignment: "tags" }]);
  });

  it("are read from other spellings: a name of its own, an effect by parameter, both kinds", () => {
    const rule = {
      if: {
        anyOf: [
          { field: "tags['owner']", exists: false },
          { field: "tags.team", notEquals: "web" },
        ],
      },
      then: { effect: "[parameters('effect')]" },
    };
    const parameters = { effect: { defaultValue: "Deny" } };

    expect(tagsOf(rule, {}, { mode: "All", parameters })).toEqual([
      { tag: "owner", of: "resources and resource groups", assignment: "tags" },
      { tag: "team", value: "web", of: "resources and resource groups", assignment: "tags" },
    ]);
    expect(tagsOf(rule, { effect: { value: "Audit" } }, { parameters })).toEqual([]);
  });

  it.each([
    ["adds the tag itself", { if: { field: TAG, exists: "false" }, then: { effect: "modify" } }],
    ["is about something else", { if: { field: "location", notIn: ["westeurope"] }, then: deny }],
    ["forbids the tag", { if: { field: TAG, exists: "true" }, then: deny }],
    [
      "is about types that the kit does not make",
      {
        if: {
          allOf: [
            { field: "type", in: ["Microsoft.Sql/servers", "Microsoft.Web/sites"] },
            { field: TAG, exists: "false" },
          ],
        },
        then: deny,
      },
    ],
    ["is empty", {}],
  ])("are none where the policy %s", (_title, rule) => {
    expect(tagsOf(rule, { tagName: { value: "costCenter" } })).toEqual([]);
  });

  it.each([
    { field: "type", equals: "microsoft.compute/snapshots" },
    { field: "type", in: ["Microsoft.Sql/servers", "Microsoft.Compute/disks"] },
    { not: { field: "type", equals: "Microsoft.Sql/servers" } },
  ])("hold where the policy is about %j", (type) => {
    const rule = { if: { allOf: [type, { field: "tags.owner", exists: false }] }, then: deny };

    expect(tagsOf(rule)).toEqual([{ tag: "owner", of: "resources", assignment: "tags" }]);
  });

  it("of a policy in an initiative take its parameters through", () => {
    const initiative = { parameters: { name: { defaultValue: "owner" } } };
    const member = { tagName: { value: "[parameters('name')]" }, tagValue: { value: "fixed" } };

    expect(initiativeValues(initiative, member, {})).toEqual({
      tagName: { value: "owner" },
      tagValue: { value: "fixed" },
    });
    expect(initiativeValues(initiative, member, { name: { value: "team" } })).toMatchObject({
      tagName: { value: "team" },
    });
  });
});

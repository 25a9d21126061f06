import { objectAt, type JsonObject } from "../json";
import type { ResourceType } from "../resource-type";
import { shapeOf } from "../shapes/body-shape";
import { NO_PLURALS } from "./default-security-rules";
import { NetworkResourceNotFound } from "./network-errors";
import { NETWORK_TYPE } from "./network-type";
import { checkRule, checkRulesTogether } from "./security-rule-checks";

/** Security rules as resources of their own; see network-security-groups.ts. */
export const SECURITY_RULES: ResourceType = {
  ...NETWORK_TYPE,
  type: "Microsoft.Network/networkSecurityGroups/securityRules",
  tracked: false,
  shape: shapeOf("network", "SecurityRule"),
  notFound: (id) => new NetworkResourceNotFound(id),
  // Writes to one group exclude each other (azure-arm.md 7.2).
  exclusive: ({ id }) => (id.parent === null ? [id] : [id, id.parent]),
  put: ({ azure, id, body }) => {
    const draft = { id, body: ruleBody(body) };
    checkRule(draft);
    const siblings = id.parent === null ? [] : azure.store.childrenOf(id.parent, "securityRules");
    checkRulesTogether([...siblings.filter((rule) => rule.id.key !== id.key), draft]);
    return { body: draft.body };
  },
  delete: () => ({}),
};

/** A rule's body with defaults. */
export function ruleBody(rule: JsonObject): JsonObject {
  return { properties: { ...NO_PLURALS, ...objectAt(rule, "properties") } };
}

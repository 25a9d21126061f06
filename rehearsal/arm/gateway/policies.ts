import type { Azure } from "../azure";
import { AzureError } from "../azure-error";
import { NotSimulated } from "../gateway-errors";
import { isObject, objectAt, objectsAt, textAt, valueAt, type JsonObject, type JsonValue } from "../json";
import type { Resource } from "../resource";
import { liesIn, parseResourceId, type ResourceId } from "../resource-id";
import type { ResourceType } from "../resource-type";
import { POLICY_DEFINITIONS } from "../authorization/policy-definitions";

/** 403 (azure-arm.md 6). */
export class RequestDisallowedByPolicy extends AzureError {
  constructor(name: string, assignment: Resource, definition: Resource) {
    const policies = [
      {
        policyAssignment: { name: textAt(assignment.body, "properties", "displayName"), id: assignment.id.text },
        policyDefinition: { name: textAt(definition.body, "properties", "displayName"), id: definition.id.text },
      },
    ];
    super(
      403,
      "RequestDisallowedByPolicy",
      `Resource '${name}' was disallowed by policy. Policy identifiers: '${JSON.stringify(policies)}'.`,
      {
        target: name,
        additionalInfo: [{ type: "PolicyViolation", info: { policyAssignmentId: assignment.id.text } }],
        gateway: true,
      },
    );
  }
}

/** What a policy sees of a PUT. */
interface Request {
  readonly type: string;
  readonly tags: JsonObject;
}

/**
 * Refuses a PUT that an assigned policy denies. Knows conditions on `type` and tags (learn: policy,
 * definition-structure-policy-rule); others are not simulated.
 *
 * @throws RequestDisallowedByPolicy
 */
export function checkPolicies(azure: Azure, id: ResourceId, type: ResourceType, body: JsonObject): void {
  const isGroup = type.type === "Microsoft.Resources/resourceGroups";
  const request: Request = {
    type: isGroup ? "Microsoft.Resources/subscriptions/resourceGroups" : type.type,
    tags: objectAt(body, "tags"),
  };
  for (const assignment of azure.store.ofType("Microsoft.Authorization/policyAssignments")) {
    if (
      !liesIn(id, assignment.id.parent) ||
      textAt(assignment.body, "properties", "enforcementMode") === "DoNotEnforce"
    ) {
      continue;
    }
    for (const { definition, values } of definitionsOf(azure, assignment)) {
      const properties = objectAt(definition.body, "properties");
      const applies = textAt(properties, "mode") === "All" || (type.tracked && !isGroup);
      const { if: condition, then } = objectAt(properties, "policyRule");
      const effect = resolve(valueAt(then, "effect"), values).toLowerCase();
      if (applies && CHANGING.includes(effect)) {
        throw new NotSimulated("POLICY", `effect ${effect}`);
      }
      if (applies && effect === "deny" && isObject(condition) && holds(condition, request, values)) {
        throw new RequestDisallowedByPolicy(id.name, assignment, definition);
      }
    }
  }
}

/** Effects that change what is made (learn: governance/policy/concepts/effect-basics); the others but deny only tell of it. */
const CHANGING = ["modify", "append", "deployifnotexists", "mutate", "denyaction"];

type Values = Readonly<Record<string, JsonValue | undefined>>;

function definitionsOf(azure: Azure, assignment: Resource): { definition: Resource; values: Values }[] {
  const id = textAt(assignment.body, "properties", "policyDefinitionId") ?? "";
  const given = valuesOf(objectAt(assignment.body, "properties", "parameters"), {});
  const set = /policySetDefinitions/i.test(id) ? azure.store.get(id) : undefined;
  const members =
    set === undefined
      ? [{ id, given }]
      : objectsAt(set.body, "properties", "policyDefinitions").map((member) => ({
          id: textAt(member, "policyDefinitionId") ?? "",
          given: valuesOf(objectAt(member, "parameters"), withDefaults(set, given)),
        }));
  return members.flatMap((member) => {
    const parsed = parseResourceId(member.id);
    const definition = azure.store.get(member.id) ?? (parsed === null ? undefined : POLICY_DEFINITIONS.find?.(parsed));
    return definition === undefined ? [] : [{ definition, values: withDefaults(definition, member.given) }];
  });
}

function valuesOf(parameters: JsonObject, outer: Values): Values {
  return Object.fromEntries(
    Object.keys(parameters).map((name) => {
      const value = objectAt(parameters, name).value;
      return [name, typeof value === "string" ? resolve(value, outer) : value];
    }),
  );
}

function withDefaults(definition: Resource, given: Values): Values {
  const parameters = objectAt(definition.body, "properties", "parameters");
  return {
    ...Object.fromEntries(Object.keys(parameters).map((name) => [name, objectAt(parameters, name).defaultValue])),
    ...given,
  };
}

function holds(condition: JsonObject, request: Request, values: Values): boolean {
  if (isObject(condition.not)) {
    return !holds(condition.not, request, values);
  }
  if (Array.isArray(condition.allOf)) {
    return objectsAt(condition, "allOf").every((one) => holds(one, request, values));
  }
  if (Array.isArray(condition.anyOf)) {
    return objectsAt(condition, "anyOf").some((one) => holds(one, request, values));
  }
  const value = fieldOf(resolve(condition.field, values), request);
  const wanted = (name: string) => resolve(condition[name], values).toLowerCase();
  if (condition.exists !== undefined) {
    return (value !== undefined) === (wanted("exists") === "true");
  }
  if (condition.equals !== undefined) {
    return value?.toLowerCase() === wanted("equals");
  }
  if (condition.notEquals !== undefined) {
    return value?.toLowerCase() !== wanted("notEquals");
  }
  throw new NotSimulated("POLICY", JSON.stringify(condition));
}

function fieldOf(field: string, { type, tags }: Request): string | undefined {
  if (field.toLowerCase() === "type") {
    return type;
  }
  const tag = /^tags\['?(.*?)'?\]$/i.exec(field)?.[1]?.toLowerCase();
  if (tag === undefined) {
    throw new NotSimulated("POLICY", `field ${field}`);
  }
  const name = Object.keys(tags).find((one) => one.toLowerCase() === tag);
  return name === undefined ? undefined : scalar(tags[name]);
}

/** `[parameters('x')]`, and `[concat('a', parameters('x'), 'b')]`, as text. */
function resolve(value: JsonValue | undefined, values: Values): string {
  const text = scalar(value);
  const parameter = /^\[parameters\('([^']+)'\)\]$/.exec(text)?.[1];
  if (parameter !== undefined) {
    return scalar(values[parameter]);
  }
  const [, before, name, after] = /^\[concat\('([^']*)',\s*parameters\('([^']+)'\),\s*'([^']*)'\)\]$/.exec(text) ?? [];
  if (name !== undefined) {
    return `${before ?? ""}${scalar(values[name])}${after ?? ""}`;
  }
  if (/^\[(?!\[)/.test(text)) {
    throw new NotSimulated("POLICY", `expression ${text}`);
  }
  return text;
}

function scalar(value: JsonValue | undefined): string {
  return typeof value === "string" || typeof value === "boolean" || typeof value === "number" ? String(value) : "";
}

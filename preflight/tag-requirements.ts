import { MADE_TYPES } from "./needed-actions";

/** A tag without which Azure Policy refuses to make something. */
export interface TagRequirement {
  readonly tag: string;
  /** The only value that is taken; absent: any. */
  readonly value?: string;
  /** What must have it. */
  readonly of: "resources" | "resource groups" | "resources and resource groups";
  /** Name of the policy assignment. */
  readonly assignment: string;
}

/** A policy definition as Azure shows it, as far as it tells which tags it requires. */
export interface PolicyDefinition {
  /** `Indexed` leaves resource groups out. */
  readonly mode?: string;
  readonly policyRule?: unknown;
  readonly parameters?: Readonly<Record<string, { readonly defaultValue?: unknown }>>;
}

/** Values of parameters, as assignments and initiatives give them. */
export type ParameterValues = Readonly<Record<string, { readonly value?: unknown }>>;

const GROUP_TYPE = "microsoft.resources/subscriptions/resourcegroups";

/**
 * The tags that a policy requires: it denies what lacks the tag, or has it with another value. Reads the conditions that
 * the built-in "Require a tag …" policies have (Azure/azure-policy, policyDefinitions/Tags), and others of their form.
 */
export function tagRequirements(
  definition: PolicyDefinition,
  values: ParameterValues,
  assignment: string,
): TagRequirement[] {
  const resolve = (value: unknown) => resolveValue(value, definition, values);
  const { if: condition, then } = asObject(definition.policyRule);
  if (textOf(resolve(asObject(then).effect)).toLowerCase() !== "deny") {
    return [];
  }
  const all = conditionsOf(condition, false);
  const aboutType = all.find(({ test }) => textOf(resolve(test.field)).toLowerCase() === "type");
  const groupsOnly = aboutType !== undefined && textOf(resolve(aboutType.test.equals)).toLowerCase() === GROUP_TYPE;
  if (aboutType !== undefined && concernsNone(aboutType, resolve)) {
    return [];
  }
  const groupsToo = definition.mode?.toLowerCase() === "all" && aboutType === undefined;
  const of = groupsOnly ? "resource groups" : groupsToo ? "resources and resource groups" : "resources";
  return all.flatMap(({ test, negated }): TagRequirement[] => {
    const tag = tagName(textOf(resolve(test.field)));
    if (tag === undefined) {
      return [];
    }
    const other = negated ? test.equals : test.notEquals;
    if (other !== undefined) {
      return [{ tag, value: textOf(resolve(other)), of, assignment }];
    }
    const isMissing = textOf(resolve(test.exists)).toLowerCase() === (negated ? "true" : "false");
    return isMissing ? [{ tag, of, assignment }] : [];
  });
}

/**
 * Values that an initiative gives to the parameters of a policy in it: written down there, or taken from the
 * initiative's own parameters, whose values the assignment gives.
 */
export function initiativeValues(
  initiative: Pick<PolicyDefinition, "parameters">,
  given: ParameterValues,
  assigned: ParameterValues,
): ParameterValues {
  const entries = Object.entries(given).map(
    ([name, { value }]) => [name, { value: resolveValue(value, initiative, assigned) }] as const,
  );
  return Object.fromEntries(entries);
}

interface Condition {
  readonly test: Readonly<Record<string, unknown>>;
  readonly negated: boolean;
}

/** The single conditions of a rule, whatever joins them, and whether a `not` is around them. */
function conditionsOf(rule: unknown, negated: boolean): Condition[] {
  const { not, allOf, anyOf, ...test } = asObject(rule);
  const lists = [allOf, anyOf].flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : []));
  return [
    ...(not === undefined ? [] : conditionsOf(not, !negated)),
    ...lists.flatMap((one) => conditionsOf(one, negated)),
    ...("field" in test ? [{ test, negated }] : []),
  ];
}

/** Whether a condition on the type names types, and none that the kit makes. */
function concernsNone({ test, negated }: Condition, resolve: (value: unknown) => unknown): boolean {
  const named = test.equals === undefined ? resolve(test.in) : [resolve(test.equals)];
  const types = Array.isArray(named) ? named.map((type) => textOf(type).toLowerCase()) : [];
  return !negated && types.length > 0 && !MADE_TYPES.some((made) => types.includes(made.toLowerCase()));
}

/** `tags['name']`, `tags[name]` or `tags.name`. */
function tagName(field: string): string | undefined {
  return (/^tags\[\s*'?(.+?)'?\s*\]$/i.exec(field) ?? /^tags\.(.+)$/i.exec(field))?.[1];
}

/** Puts values in place of `[parameters('x')]` and `[concat('a', parameters('x'), …)]`, the forms that name tags. */
function resolveValue(value: unknown, definition: PolicyDefinition, values: ParameterValues): unknown {
  const expression = typeof value === "string" ? /^\[(?!\[)(.*)\]$/s.exec(value)?.[1]?.trim() : undefined;
  if (expression === undefined) {
    return value;
  }
  const concat = /^concat\((.*)\)$/is.exec(expression)?.[1];
  const parts = [...(concat ?? expression).matchAll(/parameters\('([^']+)'\)|'((?:[^']|'')*)'/gi)];
  const resolved = parts.map(([, name, literal = ""]) =>
    name === undefined ? literal.replaceAll("''", "'") : parameter(name, definition, values),
  );
  return concat === undefined ? resolved[0] : resolved.map(textOf).join("");
}

function parameter(name: string, { parameters }: PolicyDefinition, values: ParameterValues): unknown {
  const find = <T>(all: Readonly<Record<string, T>> = {}) =>
    Object.entries(all).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
  return find(values)?.value ?? find(parameters)?.defaultValue;
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "boolean" || typeof value === "number" ? String(value) : "";
}

import type { Resource } from "./resource";

/** Longest value that a message quotes. */
const LONGEST_QUOTE = 160;

/** What is wrong with one property of a resource. */
export interface Problem {
  /** Path of the property, like `osProfile.adminPassword`. */
  readonly property: string;
  readonly found: unknown;
  /** What it has to be, as the end of the sentence "must be …". */
  readonly wanted: string;
  /** What to change, as a sentence. */
  readonly change: string;
}

/** One line that names the resource, the value found, the value wanted, and what to change. */
export function problemText(resource: Resource, { property, found, wanted, change }: Problem): string {
  return `${label(resource)}: ${property} is ${quoted(found)}, must be ${wanted}. ${change}`;
}

/** A resource as the messages name it. Quoted, because names may come from outside and hold anything. */
export function label({ type, name }: Resource): string {
  return `${type} ${quoted(name)}`;
}

/** Any value as one line of plain text: control characters are escaped, long values cut. */
export function quoted(value: unknown): string {
  if (value === undefined) {
    return "not set";
  }
  const text = JSON.stringify(value, (_, item: unknown) => (typeof item === "symbol" ? "(unknown)" : item))
    // What JSON leaves as it is, and a terminal may act on or hide.
    .replace(/[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, escaped);
  return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** `"a"`, `"a" or "b"`: the values that a property may have. */
export function oneOf(values: readonly unknown[]): string {
  return values.map(quoted).join(" or ");
}

/** Where the change is made in the kit's ready-made stack, whose program nobody edits; empty for other projects. */
export function configHint({ urn }: Resource, key: string): string {
  const [stackPart = "", project] = urn.split("::");
  const stack = stackPart.slice(stackPart.lastIndexOf(":") + 1);
  return project === "azure-repair-kit" ? ` It is ${project}:${key} in Pulumi.${stack}.yaml.` : "";
}

import { readFileSync } from "node:fs";
import * as path from "node:path";

import { isObject, type JsonObject, type JsonValue } from "../json";

/** Namespaces whose models are in this folder; extract.mjs makes them. */
export type ShapeNamespace = "compute" | "network" | "storage" | "msi" | "authorization" | "devtestlabs" | "resources";

/** A model of a request body. */
export interface BodyShape {
  readonly namespace: ShapeNamespace;
  readonly model: string;
}

/** What is wrong with a body: the JSON path, and what stands there against what should. */
export interface ShapeViolation {
  readonly path: string;
  readonly problem: string;
}

/** A body that fits its shape, or the first violation. */
export type ShapeResult = { readonly body: JsonObject } | { readonly violation: ShapeViolation };

type Words = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Members by name: a word of extract.mjs, or the members of an inner object that has no model of its own. */
interface Members {
  readonly [name: string]: string | Members;
}

const wordsByNamespace = new Map<ShapeNamespace, Words>();
const membersByModel = new Map<string, Members>();

/** Names a model: `shapeOf("network", "Subnet")`. */
export function shapeOf(namespace: ShapeNamespace, model: string): BodyShape {
  return { namespace, model };
}

/**
 * Checks JSON types, drops read-only and unknown members.
 *
 * Unknown members are dropped as Network does (azure-rest-api-specs #25475); nulls stay only where `partial`, in which
 * required members may be missing (a PATCH: null removes).
 */
export function readBody(shape: BodyShape, body: JsonObject, partial: boolean): ShapeResult {
  try {
    return { body: readMembers(shape.namespace, membersOf(shape), body, "", partial) };
  } catch (error) {
    if (error instanceof Mismatch) {
      return { violation: { path: error.path, problem: error.message } };
    }
    throw error;
  }
}

class Mismatch extends Error {
  constructor(
    readonly path: string,
    problem: string,
  ) {
    super(problem);
  }
}

function readMembers(
  namespace: ShapeNamespace,
  members: Members,
  value: JsonObject,
  at: string,
  partial: boolean,
): JsonObject {
  const read: JsonObject = {};
  for (const [name, word] of Object.entries(members)) {
    const given = Object.hasOwn(value, name) ? value[name] : undefined;
    const where = at === "" ? name : `${at}.${name}`;
    const absent = given === undefined || given === null;
    if (typeof word === "string" && (word.startsWith("-") || absent)) {
      // `location` has an error of its own, see location-checks.ts.
      if (word.startsWith("!") && !partial && where !== "location") {
        throw new Mismatch(where, `Required property '${name}' not found in JSON.`);
      }
      if (given === null && partial && !word.startsWith("-")) {
        read[name] = null;
      }
    } else if (!absent) {
      read[name] =
        typeof word === "string"
          ? readWord(namespace, word.replace("!", ""), given, where, partial)
          : readMembers(namespace, word, objectOr(given, where), where, partial);
    } else if (given === null && partial) {
      read[name] = null;
    }
  }
  return read;
}

function readWord(namespace: ShapeNamespace, word: string, value: JsonValue, at: string, partial: boolean): JsonValue {
  if (word === "any") {
    return value;
  }
  if (word === "string" || word === "number" || word === "boolean") {
    return readScalar(word, value, at);
  }
  const inner = word.slice(1, -1);
  if (word.startsWith("[")) {
    if (!Array.isArray(value)) {
      throw new Mismatch(at, `Cannot deserialize ${kindOf(value)} into a list.`);
    }
    return value.map((item, index) => readWord(namespace, inner, item, `${at}[${index}]`, false));
  }
  if (word.startsWith("{")) {
    const entries = Object.entries(objectOr(value, at));
    return Object.fromEntries(
      entries
        .filter(([, item]) => item !== undefined)
        // A null entry removes a key, for example of identity.userAssignedIdentities (azure-arm.md 11.2).
        .map(([key, item]) => [
          key,
          item === null || item === undefined ? null : readWord(namespace, inner, item, `${at}['${key}']`, partial),
        ]),
    );
  }
  if (word.includes("|")) {
    const choice = word
      .split("|")
      .find((option) => typeof value === "string" && option.toLowerCase() === value.toLowerCase());
    if (choice === undefined) {
      throw new Mismatch(
        at,
        `Error converting value ${JSON.stringify(value)} to one of ${word.split("|").join(", ")}.`,
      );
    }
    return choice;
  }
  return readMembers(namespace, membersOf({ namespace, model: word }), objectOr(value, at), at, partial);
}

function readScalar(word: "string" | "number" | "boolean", value: JsonValue, at: string): JsonValue {
  if (typeof value === word) {
    return value;
  }
  // Json.NET, which the services read with, takes "4" for a number and "true" for a boolean, and any scalar for a string.
  if (word === "number" && typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value))) {
    return Number(value);
  }
  if (word === "boolean" && typeof value === "string" && /^(true|false)$/i.test(value)) {
    return value.toLowerCase() === "true";
  }
  if (word === "string" && (typeof value === "number" || typeof value === "boolean")) {
    return String(value);
  }
  throw new Mismatch(at, `Error converting ${kindOf(value)} to a ${word}.`);
}

function objectOr(value: JsonValue, at: string): JsonObject {
  if (!isObject(value)) {
    throw new Mismatch(at, `Cannot deserialize ${kindOf(value)} into an object.`);
  }
  return value;
}

function kindOf(value: JsonValue): string {
  return Array.isArray(value) ? "an array" : isObject(value) ? "an object" : `value ${JSON.stringify(value)}`;
}

/** The members of a model; dotted wire names (`properties.subnets`) become inner objects. */
function membersOf({ namespace, model }: BodyShape): Members {
  const key = `${namespace}/${model}`;
  let members = membersByModel.get(key);
  if (members === undefined) {
    const words = wordsOf(namespace)[model];
    if (words === undefined) {
      throw new Error(`internal error: no model "${model}" in shapes/${namespace}.json; name it in shapes/extract.mjs`);
    }
    members = nest(Object.entries(words));
    membersByModel.set(key, members);
  }
  return members;
}

function nest(entries: readonly (readonly [string, string])[]): Members {
  const members: Record<string, string | Members> = {};
  const inner = new Map<string, (readonly [string, string])[]>();
  for (const [name, word] of entries) {
    const dot = name.search(/(?<!\\)\./);
    if (dot < 0) {
      members[name.replaceAll("\\.", ".")] = word;
    } else {
      const head = name.slice(0, dot);
      inner.set(head, [...(inner.get(head) ?? []), [name.slice(dot + 1), word]]);
    }
  }
  for (const [head, rest] of inner) {
    members[head] = nest(rest);
  }
  return members;
}

function wordsOf(namespace: ShapeNamespace): Words {
  let words = wordsByNamespace.get(namespace);
  if (words === undefined) {
    words = JSON.parse(readFileSync(path.join(__dirname, `${namespace}.json`), "utf8")) as Words;
    wordsByNamespace.set(namespace, words);
  }
  return words;
}

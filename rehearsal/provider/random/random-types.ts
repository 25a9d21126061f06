import { randomBytes, randomInt, randomUUID } from "node:crypto";

import type { PropertyMap } from "../property-values";
import { impossible, randomText, type TextRules } from "./random-text";

/** One type of random resource. */
export interface RandomType {
  /** What is computed, besides the inputs. */
  readonly outputs: readonly string[];
  /** Outputs that are secret whatever the program says. */
  readonly secrets: readonly string[];
  /** Values of inputs that are not given. */
  readonly defaults: PropertyMap;
  /** Says what is wrong with known inputs, defaults included; undefined where nothing is. */
  problem(inputs: PropertyMap): string | undefined;
  /** Makes the outputs. */
  make(inputs: PropertyMap): { id: string; outputs: PropertyMap };
}

const textDefaults = {
  lower: true,
  upper: true,
  numeric: true,
  special: true,
  minLower: 0,
  minUpper: 0,
  minNumeric: 0,
  minSpecial: 0,
};

const adjectives = [
  "able",
  "brave",
  "calm",
  "deep",
  "eager",
  "fair",
  "glad",
  "keen",
  "lucky",
  "mild",
  "neat",
  "proud",
  "quick",
  "safe",
  "tidy",
  "warm",
];
const animals = [
  "ant",
  "bee",
  "cat",
  "crane",
  "deer",
  "eel",
  "fox",
  "goat",
  "hare",
  "ibis",
  "jay",
  "lynx",
  "mole",
  "newt",
  "owl",
  "seal",
];

/** The random resources that the stand-in serves, by type token. */
export const randomTypes: ReadonlyMap<string, RandomType> = new Map<string, RandomType>([
  [
    "random:index/randomPassword:RandomPassword",
    {
      ...text(),
      secrets: ["result"],
      // Real passwords are not ids: the id is shown everywhere.
      make: (inputs) => ({ id: "none", outputs: { result: randomText(rulesOf(inputs)) } }),
    },
  ],
  [
    "random:index/randomString:RandomString",
    {
      ...text(),
      make(inputs) {
        const result = randomText(rulesOf(inputs));
        return { id: result, outputs: { result } };
      },
    },
  ],
  [
    "random:index/randomPet:RandomPet",
    {
      outputs: [],
      secrets: [],
      defaults: { length: 2, separator: "-" },
      problem: ({ length }) => (Number(length) >= 1 ? undefined : `length must be at least 1, got ${Number(length)}`),
      make({ length, prefix, separator }) {
        const words = Array.from({ length: Number(length) - 1 }, () => oneOf(adjectives));
        const named = typeof prefix === "string" ? [prefix] : [];
        return {
          id: [...named, ...words, oneOf(animals)].join(typeof separator === "string" ? separator : "-"),
          outputs: {},
        };
      },
    },
  ],
  [
    "random:index/randomId:RandomId",
    {
      outputs: ["b64Std", "b64Url", "dec", "hex"],
      secrets: [],
      defaults: {},
      problem: ({ byteLength }) =>
        Number(byteLength) >= 1 ? undefined : `byteLength must be at least 1, got ${Number(byteLength)}`,
      make({ byteLength, prefix }) {
        const bytes = randomBytes(Number(byteLength));
        const before = typeof prefix === "string" ? prefix : "";
        const hex = bytes.toString("hex");
        const outputs = {
          b64Std: before + bytes.toString("base64"),
          b64Url: before + bytes.toString("base64url"),
          dec: before + BigInt(`0x${hex}`).toString(),
          hex: before + hex,
        };
        return { id: bytes.toString("base64url"), outputs };
      },
    },
  ],
  [
    "random:index/randomUuid:RandomUuid",
    {
      outputs: ["result"],
      secrets: [],
      defaults: {},
      problem: () => undefined,
      make() {
        const result = randomUUID();
        return { id: result, outputs: { result } };
      },
    },
  ],
  [
    "random:index/randomUuid7:RandomUuid7",
    {
      outputs: ["result"],
      secrets: [],
      defaults: {},
      problem: () => undefined,
      make() {
        const result = uuid7(Date.now());
        return { id: result, outputs: { result } };
      },
    },
  ],
  [
    "random:index/randomInteger:RandomInteger",
    {
      outputs: ["result"],
      secrets: [],
      defaults: {},
      problem: ({ min, max }) =>
        Number(min) <= Number(max) ? undefined : `min (${Number(min)}) must be at most max (${Number(max)})`,
      make({ min, max }) {
        const result = randomInt(Number(min), Number(max) + 1);
        return { id: String(result), outputs: { result } };
      },
    },
  ],
]);

function text(): Pick<RandomType, "outputs" | "secrets" | "defaults" | "problem"> {
  return { outputs: ["result"], secrets: [], defaults: textDefaults, problem: (inputs) => impossible(rulesOf(inputs)) };
}

function rulesOf(inputs: PropertyMap): TextRules {
  const { number, numeric } = inputs;
  // `number` is the older name of `numeric`.
  return { overrideSpecial: "", ...inputs, numeric: number === false ? false : numeric } as unknown as TextRules;
}

function oneOf(words: readonly string[]): string {
  return words[randomInt(words.length)] ?? "";
}

/** RFC 9562, 5.7: 48 bits of time, then version and variant as in any UUID, the rest random. */
function uuid7(milliseconds: number): string {
  const time = milliseconds.toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}

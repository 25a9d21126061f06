import fc from "fast-check";

import { randomText, type TextRules } from "../../../rehearsal/provider/random/random-text";
import { ProviderPlugin } from "./provider-plugin";

const PASSWORD = "random:index/randomPassword:RandomPassword";
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

let plugin: ProviderPlugin;

beforeAll(async () => {
  plugin = await ProviderPlugin.start("random");
  await plugin.configure();
});

afterAll(() => plugin.stop());

it("makes a password that is secret and follows the rules", async () => {
  const inputs = { length: 20, minUpper: 2, minNumeric: 3, minSpecial: 4, overrideSpecial: "+-" };
  const { id, outputs } = await plugin.create(PASSWORD, inputs);

  expect(id).toBe("none");
  expect(outputs.result).toMatchObject(SECRET);
  expect(outputs.result.value).toMatch(/^[a-zA-Z0-9+-]{20}$/);
  expect(outputs.result.value).toMatch(/([A-Z].*){2}/);
  expect(outputs.result.value).toMatch(/(\d.*){3}/);
  expect(outputs.result.value).toMatch(/([+-].*){4}/);
  expect(outputs).toMatchObject({ lower: true, special: true, minLower: 0 });
});

it("never makes the same password twice, and keeps the one in the state", async () => {
  const [one, other] = [await plugin.create(PASSWORD, { length: 20 }), await plugin.create(PASSWORD, { length: 20 })];
  expect(one.outputs.result.value).not.toBe(other.outputs.result.value);

  const state = { ...one.outputs, result: one.outputs.result.value };
  const read = await plugin.read(PASSWORD, "none", { inputs: { length: 20 }, outputs: state });

  expect(read.outputs.result).toEqual({ ...SECRET, value: state.result });
});

it("replaces for changed keepers", async () => {
  const { changes } = await plugin.diff(
    PASSWORD,
    { length: 20, keepers: { vm: "a" } },
    { length: 20, keepers: { vm: "b" } },
  );

  expect(changes).toEqual({ "keepers.vm": "UPDATE_REPLACE" });
});

it("does not know the password in a preview", async () => {
  const { outputs } = await plugin.create(PASSWORD, { length: 20 }, { preview: true });

  expect(outputs.result).toEqual({ ...SECRET, value: UNKNOWN });
});

it("fails when no password can follow the rules", async () => {
  const short = await plugin.check(PASSWORD, { length: 3, minUpper: 2, minLower: 2 });
  const nothing = await plugin.check(PASSWORD, {
    length: 3,
    lower: false,
    upper: false,
    number: false,
    special: false,
  });

  expect(short.failures).toEqual(["length (3) must be at least the sum of the minimums (4)"]);
  expect(nothing.failures).toEqual(["no characters are allowed; set one of lower, upper, numeric, special to true"]);
});

it.each([
  ["randomString:RandomString", { length: 8, special: false }, "result", /^[a-zA-Z0-9]{8}$/],
  ["randomUuid:RandomUuid", {}, "result", /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/],
  ["randomUuid7:RandomUuid7", {}, "result", /^0[0-9a-f]{7}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/],
  ["randomInteger:RandomInteger", { min: 5, max: 6 }, "result", /^[56]$/],
  ["randomId:RandomId", { byteLength: 4, prefix: "a-" }, "hex", /^a-[0-9a-f]{8}$/],
])("makes a %s", async (type, inputs, output, expected) => {
  const { outputs } = await plugin.create(`random:index/${type}`, inputs);

  expect(String(outputs[output])).toMatch(expected);
});

it("makes a name of words, which is its id", async () => {
  const { id } = await plugin.create("random:index/randomPet:RandomPet", { length: 3, prefix: "kit" });

  expect(id).toMatch(/^kit-[a-z]+-[a-z]+-[a-z]+$/);
});

it("names the types it serves when it is given another one", async () => {
  await expect(plugin.create("random:index/randomShuffle:RandomShuffle", {})).rejects.toThrow(
    /RandomShuffle not found by the random stand-in: it serves .*RandomPassword/,
  );
});

it("follows every set of rules that can be followed", () => {
  const minimum = fc.nat({ max: 5 });
  const rules = fc
    .record({
      minLower: minimum,
      minUpper: minimum,
      minNumeric: minimum,
      minSpecial: minimum,
      more: fc.nat({ max: 20 }),
    })
    .map(({ more, ...minimums }): TextRules => {
      const length = Object.values(minimums).reduce((sum, value) => sum + value, more);
      return { ...minimums, length, lower: true, upper: true, numeric: true, special: true, overrideSpecial: "" };
    });
  const count = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].length;

  fc.assert(
    fc.property(rules, (rule) => {
      const text = randomText(rule);
      return (
        text.length === rule.length &&
        count(text, /[a-z]/g) >= rule.minLower &&
        count(text, /[A-Z]/g) >= rule.minUpper &&
        count(text, /\d/g) >= rule.minNumeric &&
        count(text, /[^a-zA-Z\d]/g) >= rule.minSpecial
      );
    }),
  );
});

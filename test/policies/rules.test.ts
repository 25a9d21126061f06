import { readFileSync } from "node:fs";
import { join } from "node:path";

import { rules } from "../../policies/rules";
import { analyze } from "./support/analyze";
import { casesOf } from "./support/cases-of";

const folder = join(__dirname, "..", "..", "policies");

describe.each(rules.map((rule) => [rule.name, rule] as const))("%s", (name, rule) => {
  const { stopped, passed } = casesOf(name);

  it("has at least three programs of each kind", () => {
    expect(Object.keys(stopped).length).toBeGreaterThanOrEqual(3);
    expect(Object.keys(passed).length).toBeGreaterThanOrEqual(3);
  });

  it.each(Object.entries(stopped))("stops %s", async (_, program) => {
    const violations = await analyze(rule, program, { phase: "update" });
    expect(violations).not.toEqual([]);
    for (const { message } of violations) {
      // The description, then resource, property, found, wanted, change.
      expect(message).toMatch(/^.+\n[\w:/-]+ ".+": .+ is .+, must be .+\. .+$/);
    }
  });

  it.each(Object.entries(passed))("lets %s pass, in a preview and in an update", async (_, program) => {
    await expect(analyze(rule, program, { phase: "preview" })).resolves.toEqual([]);
    await expect(analyze(rule, program, { phase: "update" })).resolves.toEqual([]);
  });

  it("survives resources of unknown types, and properties that are missing, unknown or of another kind", async () => {
    for (const broken of [undefined, null, 7, "text", [], [null], {}, { unknown: 1 }]) {
      for (const program of [...Object.values(stopped), ...Object.values(passed)]) {
        const twisted = program.map((declared) => ({
          ...declared,
          inputs: Object.fromEntries(Object.keys(declared.inputs ?? {}).map((key) => [key, broken])),
        }));
        await analyze(rule, twisted, { phase: "update" });
      }
    }
    await analyze(rule, [{ type: "what:ever/odd:Thing", name: "::$", inputs: { a: 1 } }], { phase: "preview" });
  });
});

it("is a list of rules with different names, each in the file of its name", () => {
  const names = rules.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) {
    expect(readFileSync(join(folder, `${name}.ts`), "utf8")).toContain(`name: "${name}"`);
  }
});

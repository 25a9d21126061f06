import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { rules } from "../../policies/rules";

const repository = join(__dirname, "..", "..");
const folder = join(repository, "policies");

function read(...path: string[]): string {
  return readFileSync(join(repository, ...path), "utf8");
}

function manifest(...path: string[]) {
  return JSON.parse(read(...path, "package.json")) as {
    name: string;
    version: string;
    dependencies: Record<string, string>;
    devDependencies: Record<string, string>;
  };
}

describe("the pack", () => {
  it("has the version of the kit, and of each dependency", () => {
    const [own, kit] = [manifest("policies"), manifest()];
    expect(own.version).toBe(kit.version);
    expect({ ...kit.devDependencies, ...kit.dependencies }).toMatchObject(own.dependencies);
  });

  it("has one file a rule, named after it, and no rule that is not in the list", () => {
    const files = readdirSync(folder).filter(
      (file) => file.endsWith(".ts") && !["index.ts", "rules.ts"].includes(file),
    );
    expect(files.sort()).toEqual(rules.map(({ name }) => `${name}.ts`).sort());
    for (const { name } of rules) {
      expect(read("policies", `${name}.ts`)).toContain(`name: "${name}"`);
      expect(existsSync(join(__dirname, "cases", `${name}.ts`))).toBe(true);
    }
  });

  it("stands in the catalogue as it is", () => {
    const rows = read("policies", "README.md")
      .split("\n")
      .filter((line) => /^\| `[a-z0-9-]+` \|/.test(line))
      .map((line) =>
        line
          .split("|")
          .map((cell) => cell.trim())
          .slice(1, 5),
      );
    const actual = rules.map(({ name, severity, enforcementLevel, configSchema }) => [
      `\`${name}\``,
      severity,
      enforcementLevel,
      Object.keys(configSchema?.properties ?? {})
        .map((parameter) => `\`${parameter}\``)
        .join(", "),
    ]);
    expect(rows).toEqual(actual);
  });

  it.each(rules.map((rule) => [rule.name, rule] as const))("tells all about %s", (_, rule) => {
    expect(rule.description).toMatch(/^[A-Z].+\.$/);
    expect(rule.remediationSteps).toMatch(/^[A-Z].+\.$/);
    for (const schema of Object.values(rule.configSchema?.properties ?? {})) {
      expect(schema).toMatchObject({
        type: expect.any(String),
        default: expect.anything(),
        description: expect.any(String),
      });
    }
  });

  it("is told of in docs/safety.md, rule by rule", () => {
    const safety = read("docs", "safety.md");
    for (const { name } of rules) {
      expect(safety).toContain(`\`${name}\``);
    }
  });
});

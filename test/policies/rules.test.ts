import { copyAccessDeniedByDefault } from "../../policies/copy-access-denied-by-default";
import { dumpStoreTls12 } from "../../policies/dump-store-tls12";
import { expiresOnTag } from "../../policies/expires-on-tag";
import type { Rule } from "../../policies/internal/rule";
import { noPlainSecrets } from "../../policies/no-plain-secrets";
import { noPublicRdp } from "../../policies/no-public-rdp";
import { rules } from "../../policies/rules";
import { sourceVmUntouched } from "../../policies/source-vm-untouched";
import { analyze } from "./support/analyze";
import type { Program } from "./support/case";
import { casesOf } from "./support/cases-of";
import { account, disk, group, rdpRule, runCommand, securityGroup, snapshot } from "./support/valid-args";

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

describe("a message", () => {
  it.each([
    [-30, /It has expired/],
    [120, /an earlier date, by a lower expiresAfterDays/],
    [null, /Add the tag expires-on/],
  ])("tells what to do about a date that is %p days ahead", async (days, change) => {
    const date =
      days === null ? undefined : new Date(Date.now() + days * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
    const tags = { "created-by": "azure-repair-kit", ...(date && { "expires-on": date }) };
    const [violation] = await analyze(expiresOnTag, [group("group", { tags })], { phase: "update" });
    expect(violation?.message).toMatch(change);
  });

  it("shows hostile names and values as one line of plain text", async () => {
    const hostile = "\u001b]0;owned\u0007\u202etxt\u2028\r\nok: all rules passed";
    const program = [disk(hostile, { networkAccessPolicy: hostile.repeat(100) })];
    const [violation] = await analyze(copyAccessDeniedByDefault, program, { phase: "update" });
    const [, line = "", ...rest] = violation?.message.split("\n") ?? [];
    expect(rest).toEqual([]);
    expect(line).toContain("\\u001b]0;owned\\u0007\\u202etxt\\u2028\\r\\nok");
    expect(line).not.toMatch(/\p{Cc}|\p{Cf}|\p{Zl}/u);
    expect(line.length).toBeLessThan(1000);
  });

  it("never quotes a secret", async () => {
    for (const program of Object.values(casesOf("no-plain-secrets").stopped)) {
      const violations = await analyze(noPlainSecrets, program, { phase: "update" });
      expect(JSON.stringify(violations)).not.toMatch(/Correct-Horse|ZmFrZSBz|QWxsIHlv|MII/);
    }
  });
});

describe("parameters", () => {
  const found = async (rule: Rule, program: Program, config: object) =>
    (await analyze(rule, program, { phase: "update", config })).length;

  it("change what a rule judges and by what", async () => {
    const open = securityGroup("open", { securityRules: [rdpRule({ sourceAddressPrefix: "*" })] });
    await expect(found(noPublicRdp, [open], { ports: [33890] })).resolves.toBe(0);
    await expect(found(noPublicRdp, [open], { mostAddresses: 2 ** 32 })).resolves.toBe(1);
    const foreign = runCommand("run-command", { resourceGroupName: "Repairs", vmName: "any" });
    await expect(found(sourceVmUntouched, [foreign], {})).resolves.toBe(1);
    await expect(found(sourceVmUntouched, [foreign], { resourceGroups: ["repairs"] })).resolves.toBe(0);
    const unrelated = account("account", { minimumTlsVersion: "TLS1_0", tags: {} }, { component: null });
    await expect(found(dumpStoreTls12, [unrelated], { scope: "all" })).resolves.toBe(1);
    await expect(found(copyAccessDeniedByDefault, [snapshot()], { snapshots: "denied" })).resolves.toBe(2);
  });
});

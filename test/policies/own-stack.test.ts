import { rules } from "../../policies/rules";
import { type OwnStack, startOwnStack } from "./support/own-stack";

/** For each rule, a part of the kit that has a guard, and that support/mutated-program runs without it. */
const guarded: Readonly<Record<string, string>> = {
  "source-vm-untouched": "repair-attachment-run-command",
  "snapshot-before-disk": "repair-copy-disk",
  "os-disk-copy-not-incremental-across-regions": "repair-copy-snapshot",
  "repair-vm-same-location-as-copy": "repair-vm-machine",
  "explicit-data-disk-fields": "repair-vm-machine",
  "delete-before-replace-on-repair-vm": "repair-vm-machine",
  "no-public-rdp": "repair-vm-security-group",
  "no-public-ip-unless-asked": "repair-vm-public-address",
  "dump-store-private": "repaidumps342e0a",
  "dump-store-no-shared-key": "repaidumps342e0a",
  "dump-store-tls12": "repaidumps342e0a",
  "dump-store-retention": "repaidumps342e0a",
  "dump-store-least-privilege": "repair-store-role",
  "copy-access-denied-by-default": "repair-copy-disk",
  "required-tags": "repair-vm-interface",
  "expires-on-tag": "repair-vm-machine",
  "no-plain-secrets": "repair-vm-machine",
  "auto-shutdown": "repair-vm-machine",
  "no-reference-to-old-api": "repair-vm-machine",
  "evidence-kept": "repair-store",
};

const allMandatory = Object.fromEntries(rules.map(({ name }) => [name, "mandatory"]));

let stack: OwnStack;
beforeAll(async () => {
  stack = await startOwnStack({ rdpSources: ["203.0.113.7/32"] });
}, 60_000);
afterAll(() => stack.stop());

describe("the kit's own stack", () => {
  it("passes at mandatory in the preview, with what is not known yet", async () => {
    const judgement = await stack.judge(["preview"], allMandatory);
    expect(judgement).toEqual({ found: [], messages: [], stopped: false });
  }, 60_000);

  it("is stopped before anything is made when its guards are taken out, each missed by its rule", async () => {
    stack.useProgram("test/policies/support/mutated-program");
    const before = stack.writes();
    const { found, stopped } = await stack.judge(["preview"], {});
    expect(stopped).toBe(true);
    expect(found).toEqual(expect.arrayContaining(rules.map(({ name }) => `${name} ${guarded[name] ?? "?"}`)));
    expect(stack.writes()).toBe(before);
  }, 60_000);

  it("passes at mandatory while it is made, with all values known", async () => {
    stack.useProgram("");
    const judgement = await stack.judge(["up", "--yes", "--skip-preview"], allMandatory);
    expect(judgement).toEqual({ found: [], messages: [], stopped: false });
  }, 90_000);
});

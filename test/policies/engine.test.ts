import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { stringify } from "yaml";

import { rules } from "../../policies/rules";
import { findReadyEngine, Pulumi } from "../../rehearsal/engine";
import { caseName, casesOf } from "./support/cases-of";

const repository = join(__dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "policies-"));

/** Packages whose resources the programs have, all of the one provider that takes anything. */
const packages = [
  "aws",
  "azure",
  "azure-native",
  "azure-native_storage_v20190401",
  "azure-native_storage_v20240101",
  "tls",
];

/** Names of the resources that each rule spoke of. */
const spokenOf = new Map<string, string[]>();
const messages: string[] = [];

beforeAll(async () => {
  const projectFolder = join(folder, "project");
  mkdirSync(projectFolder);
  symlinkSync(repository, join(projectFolder, "repository"), "junction");
  const provider = join(__dirname, "support", "provider");
  writeFileSync(
    join(projectFolder, "Pulumi.yaml"),
    stringify({
      name: "policy-cases",
      runtime: "nodejs",
      main: "repository/test/policies/support/program",
      plugins: { providers: packages.map((name) => ({ name, path: provider })) },
    }),
  );
  // At this level the engine goes on, and tells all there is.
  const config = join(folder, "config.json");
  writeFileSync(config, JSON.stringify({ all: "advisory" }));
  const pulumi = await Pulumi.open({
    engine: await findReadyEngine(),
    projectFolder,
    workFolder: join(folder, "work"),
    // The state of hundreds of resources is of no interest, and is otherwise written once for each of them.
    environment: { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" },
  });
  await pulumi.run(["stack", "init", "cases"]);
  const pack = ["--policy-pack", join(repository, "policies"), "--policy-pack-config", config];
  await pulumi.run(["up", "--yes", "--skip-preview", ...pack], {
    onEvent: ({ policyEvent }) => {
      if (policyEvent !== undefined) {
        const { policyName, resourceUrn = "", message } = policyEvent;
        const name = resourceUrn.split("::").slice(3).join("::");
        spokenOf.set(policyName, [...(spokenOf.get(policyName) ?? []), name]);
        messages.push(message);
      }
    },
  });
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.each(rules.map(({ name }) => name))("in the engine, %s stops what it must, and nothing else", (rule) => {
  const { stopped } = casesOf(rule);
  const found = (spokenOf.get(rule) ?? []).filter((name) => name.startsWith(`${rule}/`));
  const programs = new Set(found.map((name) => name.split("/").slice(0, 2).join("/")));
  expect([...programs].sort()).toEqual(
    Object.keys(stopped)
      .map((title) => caseName(rule, title))
      .sort(),
  );
});

it("could run every rule on every resource", () => {
  expect(messages.filter((message) => message.includes("can't run policy"))).toEqual([]);
});

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { stringify } from "yaml";

import { rules } from "../../policies/rules";
import { findReadyEngine, Pulumi } from "../../rehearsal/engine";
import { serveAnyProvider } from "./support/any-provider";
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
let stopProvider: (() => void) | undefined;

beforeAll(async () => {
  const projectFolder = join(folder, "project");
  mkdirSync(projectFolder);
  symlinkSync(repository, join(projectFolder, "repository"), "junction");
  const runtime = { name: "nodejs", options: { typescript: false } };
  writeFileSync(
    join(projectFolder, "Pulumi.yaml"),
    stringify({ name: "policy-cases", runtime, main: "repository/test/policies/support/program" }),
  );
  const { port, stop } = await serveAnyProvider();
  stopProvider = stop;
  // At this level the engine goes on, and tells all there is.
  const config = join(folder, "config.json");
  writeFileSync(config, JSON.stringify({ all: "advisory" }));
  const pulumi = await Pulumi.open({
    engine: await findReadyEngine(),
    projectFolder,
    workFolder: join(folder, "work"),
    environment: {
      // The engine attaches to these instead of starting one process for each package.
      PULUMI_DEBUG_PROVIDERS: packages.map((name) => `${name}:${port}`).join(","),
      // The state of hundreds of resources is of no interest, and is otherwise written once for each of them.
      PULUMI_EXPERIMENTAL: "true",
      PULUMI_SKIP_CHECKPOINTS: "true",
    },
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

afterAll(() => {
  stopProvider?.();
  rmSync(folder, { recursive: true, force: true });
});

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

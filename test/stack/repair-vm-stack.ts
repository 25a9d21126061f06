import { readFileSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { stringify } from "yaml";

import { neededActions } from "../../preflight/needed-actions";
import { actionOf } from "../../rehearsal/arm/gateway/action-of";
import { Pulumi } from "../../rehearsal/engine";
import { repositoryFolder } from "../../rehearsal/project";
import { policyPack, withoutGuards } from "./support/policy-pack";
import { openStack, type SimulatedAzure, type Stack } from "./support/stack";

/** Of a disk that is not encrypted: it goes everywhere, and does nothing. */
const RECOVERY_KEY = "111111-222222-333333-444444-555555-666666-777777-888888";

const RUN_COMMAND = "VirtualMachineRunCommandByVirtualMachine";

/** One stack, used by the tests in their order: standing one up costs more than all they do with it. */
export function repairVmStack(azureOf: () => SimulatedAzure): void {
  let azure: SimulatedAzure;
  let stack: Stack;
  let outputs: Record<string, unknown>;

  beforeAll(async () => {
    azure = azureOf();
    stack = await openStack(azure);
  });

  afterAll(async () => {
    await stack.close();
  });

  it("refuses a VM that is not there in one line, and makes nothing", async () => {
    const reasons = await stack.failure("up", { vm: "production/nobody" });

    expect(reasons).toEqual([
      'vm must name an existing VM, got "production/nobody"; Azure knows none of this name, ' +
        "see what there is with: az vm list --output table",
    ]);
    expect(stack.writes()).toEqual([]);
  });

  it("passes the policy pack at mandatory in a preview, with what is not known yet", async () => {
    const config = { vm: "production/web-01", rdpSources: "203.0.113.7/32" };
    await stack.run("preview", config, policyPack(stack.workFolder, { mandatory: true }));

    expect(stack.found()).toEqual([]);
  });

  it("is stopped by the policy pack before anything is made when its guards are taken out, each missed by its rule", async () => {
    stack.useProgram("test/policies/support/mutated-program");
    await stack.failure("preview", {}, policyPack(stack.workFolder, { mandatory: false }));
    stack.useProgram();

    expect(stack.found()).toEqual(expect.arrayContaining([...withoutGuards]));
    expect(stack.writes()).toEqual([]);
  });

  it("collects the dump and tells where everything is", async () => {
    await stack.pulumi.run(["config", "set", "--secret", "bitLockerRecoveryKey", RECOVERY_KEY]);
    await stack.run("up", { rdpSources: "" });
    outputs = await stack.pulumi.outputs({ showSecrets: true });

    expect(outputs).toEqual({
      rdpAddress: "10.66.0.4",
      rdpUsername: "repairadmin",
      rdpPassword: expect.stringMatching(/^\S{24}$/),
      driveLetter: expect.stringMatching(/^[E-Z]/),
      dumpPath: expect.stringMatching(/^[E-Z]:\\Windows\\MEMORY.DMP$/),
      dumpBlobUrl: expect.stringMatching(/\/dumps\/web-01\/repair-copy-snapshot[0-9a-f]{8}\/MEMORY.DMP$/),
      dumpSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      dumpSize: expect.any(Number),
      bugCheck: expect.objectContaining({ code: "0xC000021A", parameters: expect.any(Array) }),
      dumpStatus: "collected",
      searched: expect.arrayContaining([{ path: outputs.dumpPath, found: true, why: expect.any(String) }]),
      nextSteps: expect.arrayContaining([expect.stringContaining("az network bastion rdp")]),
      manifestBlobUrl: null,
      snapshotProbe: null,
      copyDumpSettings: null,
      readme: expect.stringContaining("${outputs.dumpBlobUrl}"),
    });
    const writes = stack.writes();
    expect(writes.filter((write) => write.includes("/resourceGroups/production"))).toEqual([]);
    // Nothing is read from outside unless it is asked for.
    expect(writes.filter((write) => write.includes("GetAccess"))).toEqual([]);
  });

  it("keeps the password out of the state in plain text", async () => {
    const state = await stack.pulumi.run(["stack", "export"]);

    expect(state).not.toContain(outputs.rdpPassword);
  });

  it("finds nothing to change in what a refresh reads", async () => {
    const { steps } = await stack.run("up", {}, ["--refresh"]);

    expect([steps, stack.writes()]).toEqual([[], []]);
  });

  it("touches only what hangs on it when RDP sources and the settings for dumps change, and passes the policy pack", async () => {
    const { steps } = await stack.run(
      "up",
      { rdpSources: "203.0.113.7/32,198.51.100.0/24", enableDumpOnCopy: "true" },
      policyPack(stack.workFolder, { mandatory: true }),
    );

    expect(stack.found()).toEqual([]);
    expect(steps.filter((step) => !/ Repair(Vm|Environment) /.test(step)).sort()).toEqual([
      "create DumpEnablement repair-dumps",
      "create PublicIPAddress repair-vm-public-address",
      `create ${RUN_COMMAND} repair-dumps-run-command`,
      "update NetworkInterface repair-vm-interface",
      "update NetworkSecurityGroup repair-vm-security-group",
    ]);
    expect(stack.writes().filter((write) => write.includes("/resourceGroups/production"))).toEqual([]);
  });

  it("tells how to give the broken VM what was written to the copy, and keeps the recovery key secret", async () => {
    const { copyDumpSettings, nextSteps } = await stack.pulumi.outputs({ showSecrets: true });

    expect(copyDumpSettings).toMatchObject({ status: "enabled", changes: expect.any(Array) });
    expect(nextSteps).toContainEqual(expect.stringContaining("az disk create --resource-group production"));
    expect((await stack.pulumi.run(["stack", "export"])) + stack.printed()).not.toContain(RECOVERY_KEY);
  });

  it("renews copy, attachment and collection when the trigger changes, the new snapshot before the old one goes", async () => {
    const { steps, story } = await stack.run("up", {
      ...{ snapshotTrigger: "2", probe: "true", enableDumpOnCopy: "false" },
      collect: "dump,evidence",
    });

    const changes = steps.filter((step) => /^(create-replacement|delete-replaced) /.test(step));
    expect(changes).toEqual([
      "create-replacement Snapshot repair-copy-snapshot",
      "create-replacement Disk repair-copy-disk",
      `delete-replaced ${RUN_COMMAND} repair-dumps-run-command`,
      `delete-replaced ${RUN_COMMAND} repair-collection-run-command`,
      `delete-replaced ${RUN_COMMAND} repair-attachment-run-command`,
      "delete-replaced VirtualMachine repair-vm-machine",
      "create-replacement VirtualMachine repair-vm-machine",
      `create-replacement ${RUN_COMMAND} repair-attachment-run-command`,
      `create-replacement ${RUN_COMMAND} repair-collection-run-command`,
      "delete-replaced Disk repair-copy-disk",
      "delete-replaced Snapshot repair-copy-snapshot",
    ]);
    const renewed = await stack.pulumi.outputs({ showSecrets: true });
    expect(renewed).toMatchObject({
      dumpStatus: "collected",
      dumpSha256: outputs.dumpSha256,
      rdpPassword: outputs.rdpPassword,
    });
    expect(renewed.dumpBlobUrl).not.toBe(outputs.dumpBlobUrl);
    expect(renewed.manifestBlobUrl).toMatch(/\/repair-copy-snapshot[0-9a-f]{8}\/manifest\.json$/);
    expect(renewed.nextSteps).toContainEqual(
      expect.stringMatching(/^\d+ files are collected, listed with their hashes/),
    );
    const probed = story.findIndex((line) => /^found: .* STOP 0xC000021A /.test(line));
    expect(story.slice(probed)).toContain("create-replacement VirtualMachine repair-vm-machine …");
    expect(renewed.snapshotProbe).toMatchObject({ status: "found", dumpPath: "C:\\Windows\\MEMORY.DMP" });
    stack.writes();
  });

  it("leaves only the evidence, without the right to write to it", async () => {
    await stack.run("destroy");

    const deleted = stack.writes();
    expect(deleted.every((write) => write.startsWith("DELETE "))).toBe(true);
    expect(deleted.filter((write) => write.includes("repair-store-group"))).toEqual([
      expect.stringContaining("/containers/dumps/providers/Microsoft.Authorization/roleAssignments/"),
    ]);
    expect(azure.problems).toEqual([]);
  });

  it("asks for no right that the preflight does not name", () => {
    const named = neededActions(null, { vmSize: "", tags: {}, publicAddress: true }).map(({ action }) =>
      action.toLowerCase(),
    );
    const asked = readFileSync(azure.simulator.auditLog, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line))
      .filter(({ path }) => path.startsWith("/subscriptions/"))
      .map((request) => actionOf(request)?.toLowerCase());

    expect(asked).toContain("microsoft.compute/virtualmachines/write");
    expect([...new Set(asked)].filter((action) => action !== undefined && !named.includes(action))).toEqual([]);
  });

  it("gives a component to another program through the engine", async () => {
    const consumer = await openConsumer(azure, stack);

    await consumer.run(["up", "--yes", "--skip-preview"]);
    const made = stack.writes();
    const [exported] = Object.values(await consumer.outputs());
    await consumer.run(["destroy", "--yes", "--skip-preview"]);

    expect(exported).toMatch(/\/blobServices\/default\/containers\/dumps$/);
    expect(made.map((write) => write.split("/").at(-2))).toEqual(
      expect.arrayContaining(["resourcegroups", "storageAccounts", "containers", "managementPolicies"]),
    );
    expect(stack.writes().map((write) => write.split(" ")[0])).toEqual(made.map(() => "DELETE"));
  });
}

/** A program in plain JavaScript that makes a DumpStore of the component plugin, as one in any other language would. */
async function openConsumer(azure: SimulatedAzure, stack: Stack): Promise<Pulumi> {
  const workFolder = stack.workFolder;
  const projectFolder = join(workFolder, "consumer");
  await mkdir(projectFolder);
  await symlink(join(repositoryFolder, "node_modules"), join(projectFolder, "node_modules"), "junction");
  const providers = ["azure-native", "random"].map((name) => ({
    name,
    path: join(repositoryFolder, "rehearsal", "provider", name),
  }));
  await writeFile(
    join(projectFolder, "Pulumi.yaml"),
    stringify({
      name: "consumer",
      runtime: { name: "nodejs", options: { typescript: false } },
      plugins: { providers: [...providers, { name: "azure-repair-kit", path: join(repositoryFolder, "components") }] },
    }),
  );
  await writeFile(join(projectFolder, "package.json"), JSON.stringify({ name: "consumer", main: "index.js" }));
  await writeFile(
    join(projectFolder, "index.js"),
    `const { ComponentResource } = require("@pulumi/pulumi");
     const args = { location: "westus2", keepEvidence: false, containerId: undefined };
     const store = new ComponentResource("azure-repair-kit:index:DumpStore", "evidence", args, { version: "0.1.0" }, true);
     exports.containerId = store.containerId;`,
  );
  const pulumi = await Pulumi.open({
    engine: azure.engine,
    projectFolder,
    workFolder: join(workFolder, "consumer-work"),
    environment: azure.environment,
  });
  await pulumi.run(["stack", "init", "test"]);
  return pulumi;
}

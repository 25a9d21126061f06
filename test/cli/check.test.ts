import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { ManagementLockClient } from "@azure/arm-locks";
import { PolicyClient } from "@azure/arm-policy";
import { checkVm, type CheckOptions } from "../../cli/commands/check";
import { reportLines, type Report } from "../../cli/check/report";
import type { SourceFacts } from "../../rehearsal/arm";
import { defaultConditions, type Conditions } from "../../rehearsal/arm/conditions";
import { GROUP, LOCATION, refusal, startFixture, type Fixture } from "../rehearsal/arm/simulator/fixture";
import { runCommand } from "./support/run-command";

let azure: Fixture;
let environment: Record<string, string>;
let subscription: string;

beforeAll(async () => {
  azure = await startFixture();
  environment = { ...azure.simulator.environment };
  subscription = `/subscriptions/${azure.simulator.subscriptionId}`;
}, 60_000);

afterAll(() => azure.stop());

afterEach(() => {
  Object.assign(azure.simulator.core.conditions, defaultConditions());
  expect(azure.problems.splice(0)).toEqual([]);
});

/** Checks a VM in this process. */
function check(options: CheckOptions, more: Record<string, string> = {}): Promise<Report> {
  const console: any = { say: () => undefined };
  return checkVm(options, { console, signal: new AbortController().signal, environment: { ...environment, ...more } });
}

/** Puts a broken VM of its own in place, and checks it. */
async function checkSource(facts: Partial<SourceFacts>, options: CheckOptions = {}): Promise<Report> {
  const name = `vm-${randomUUID().slice(0, 8)}`;
  return check({ vm: await azure.simulator.addSourceVm({ resourceGroup: name, vmName: name, ...facts }), ...options });
}

function resultsOf({ checks }: Report): Record<string, string> {
  return Object.fromEntries(checks.map(({ id, result }) => [id, result]));
}

function verdict(report: Report, id: string) {
  return report.checks.find((one) => one.id === id);
}

const ALL_OK = {
  "source-vm": "ok",
  "operating-system": "ok",
  "os-disk": "ok",
  encryption: "ok",
  generation: "ok",
  place: "ok",
  "purchase-plan": "ok",
  "disk-type": "ok",
  "network-access": "ok",
  "vm-size": "ok",
  cores: "ok",
  "disk-quota": "ok",
  locks: "ok",
  rights: "ok",
  "required-tags": "ok",
  cost: "ok",
};

describe("check of a VM that the kit can help", () => {
  it("says ok to everything, with the cost, and asks for nothing but to read", async () => {
    const before = readFileSync(azure.simulator.auditLog, "utf8").length;
    const report = await check({ vm: azure.simulator.sourceVmId });

    expect(resultsOf(report)).toEqual(ALL_OK);
    // 24 hours of two cores at 0.094 an hour; an E4 of 2.40 a month; a P1 of 0.60; 1 GiB of snapshot.
    expect(report).toMatchObject({
      schema: 1,
      vm: azure.simulator.sourceVmId,
      location: "westus2",
      vmSize: "Standard_D2s_v5",
      result: "ok",
      costPerDay: { amount: 4.61, currency: "USD" },
    });
    const requests = readFileSync(azure.simulator.auditLog, "utf8").slice(before).trim().split("\n");
    expect(requests.length).toBeGreaterThan(8);
    expect(
      requests
        .map((line) => JSON.parse(line))
        .filter(({ method, path }) => method !== "GET" && !path.endsWith("/token")),
    ).toEqual([]);
  });

  it("tells the same to people, a line a check", async () => {
    const lines = reportLines(await check({ vm: "production/web-01", vmSize: "Standard_B2s" }));

    expect(lines.filter((line) => /^(ok|warning|stop) /.test(line))).toHaveLength(Object.keys(ALL_OK).length);
    expect(lines.join("\n")).toMatch(/^warning {2}vm-size .* little for a debugger\n +-> pulumi config set vmSize /m);
    expect(lines.at(-1)).toBe("Nothing stands in the way; mind the warnings.");
  });
});

describe("check of a source", () => {
  it("that is not there stops, and says no more", async () => {
    expect((await check({ vm: "production/nobody" })).checks).toMatchObject([{ id: "source-vm", result: "stop" }]);
    expect((await check({ vm: "nowhere/web-01" })).checks).toMatchObject([{ id: "source-vm", result: "stop" }]);
  });

  it.each<[string, Partial<SourceFacts>, string, "ok" | "warning" | "stop", RegExp]>([
    ["runs Linux", { osType: "Linux" }, "operating-system", "stop", /Linux/],
    ["has an unmanaged disk", { managed: false }, "os-disk", "stop", /unmanaged/],
    ["has an ephemeral disk", { ephemeral: true }, "os-disk", "stop", /ephemeral/],
    ["is encrypted by dual pass", { diskEncryption: "dual-pass" }, "encryption", "stop", /dual pass/],
    ["is encrypted by single pass", { diskEncryption: "single-pass" }, "encryption", "warning", /single pass/],
    ["is confidential", { securityType: "ConfidentialVM" }, "encryption", "stop", /own chip/],
    ["has a customer's key", { diskEncryptionSet: "keys" }, "encryption", "ok", /diskEncryptionSets\/keys/],
    ["is encrypted at host", { encryptionAtHost: true }, "encryption", "ok", /encryption at host/],
    ["has Trusted Launch", { securityType: "TrustedLaunch" }, "generation", "ok", /Generation 2, Trusted Launch/],
    ["is in a zone", { zone: "2" }, "place", "ok", /westus2, zone 2/],
    [
      "has a purchase plan",
      { purchasePlan: { name: "p", publisher: "them", product: "thing" } },
      "purchase-plan",
      "warning",
      /them\/thing\/p/,
    ],
    ["has an ultra disk", { diskSku: "UltraSSD_LRS" }, "disk-type", "stop", /UltraSSD_LRS/],
    ["has a Premium SSD v2", { diskSku: "PremiumV2_LRS" }, "disk-type", "stop", /PremiumV2_LRS/],
    ["may not be exported", { networkAccessPolicy: "DenyAll" }, "network-access", "warning", /DenyAll/],
    [
      "is exported privately",
      { networkAccessPolicy: "AllowPrivate", diskAccess: "private" },
      "network-access",
      "warning",
      /private endpoints of .*diskAccesses\/private only \(/,
    ],
    ["lost its disk access", { networkAccessPolicy: "AllowPrivate" }, "network-access", "warning", /is not there/],
    ["is exported with a token", { entraExport: true }, "network-access", "warning", /Entra token/],
  ])("that %s", async (_title, facts, id, result, finding) => {
    const report = await checkSource(facts);

    expect(verdict(report, id)).toMatchObject({
      result,
      finding: expect.stringMatching(finding),
      remedy: result === "ok" ? null : expect.stringMatching(/\w{3}/),
    });
    expect(report.result === "stop").toBe(Object.values(resultsOf(report)).includes("stop"));
  });

  it("that may not be exported stops where the dump shall be taken from outside", async () => {
    const report = await checkSource({ networkAccessPolicy: "DenyAll" }, { extractFromSnapshot: true });
    expect(verdict(report, "network-access")).toMatchObject({ result: "stop" });
  });
});

/** What Azure says to a VM of this size; the body goes no further than the checks of size and quota. */
function makeVm(vmSize: string, zones?: string[]) {
  const storageProfile = { osDisk: { createOption: "FromImage" } };
  return refusal(
    azure.compute.virtualMachines.beginCreateOrUpdate(GROUP, "repair-vm", {
      location: LOCATION,
      zones,
      hardwareProfile: { vmSize },
      storageProfile,
    }),
  );
}

describe("offers and quotas", () => {
  it.each<[string, Partial<Conditions>, Partial<SourceFacts>, string, RegExp]>([
    [
      "a size that is not sold here",
      { restrictedSizes: [{ size: "Standard_D2s_v5" }] },
      {},
      "vm-size",
      /SkuNotAvailable/,
    ],
    [
      "a size that is closed in the zone",
      { restrictedSizes: [{ size: "Standard_D2s_v5", zones: ["1", "2"] }] },
      { zone: "2" },
      "vm-size",
      /SkuNotAvailable/,
    ],
    ["no cores of the family", { limits: { standardDSv5Family: 1 } }, {}, "cores", /standardDSv5Family Cores quota/],
    ["no cores in the region", { limits: { cores: 1 } }, {}, "cores", /Total Regional Cores quota/],
  ])("stop at %s, which Azure would refuse", async (_title, conditions, facts, id, refused) => {
    Object.assign(azure.simulator.core.conditions, conditions);

    const { result, remedy } = verdict(await checkSource(facts), id)!;

    expect({ result, remedy }).toEqual({ result: "stop", remedy: expect.stringMatching(/vmSize Standard_D|Quotas/) });
    const { code, message } = await makeVm("Standard_D2s_v5", facts.zone ? [facts.zone] : undefined);
    expect(`${code ?? ""} ${message}`).toMatch(refused);
  });

  it("propose a size that passes its own check", async () => {
    azure.simulator.core.conditions.restrictedSizes = [{ size: "Standard_D2s_v5" }];
    const { remedy } = verdict(await checkSource({ zone: "3" }), "vm-size")!;
    const vmSize = /vmSize (\S+?),? /.exec(`${remedy ?? ""} `)![1]!;

    expect(verdict(await checkSource({ zone: "3" }, { vmSize }), "vm-size")).toMatchObject({ result: "ok" });
  });

  it("stop at a size that starts another generation, or that nobody knows", async () => {
    const v1 = await checkSource({}, { vmSize: "Standard_D2_v2" });
    expect(verdict(v1, "vm-size")).toMatchObject({ result: "stop", finding: expect.stringContaining("Generation 2") });
    const unknown = await checkSource({}, { vmSize: "Standard_D2s_v99" });
    expect(resultsOf(unknown)).toMatchObject({ "vm-size": "stop", cost: "warning" });
    expect(unknown.costPerDay).toBeNull();
  });

  it("stop at the last snapshot and the last disk", async () => {
    azure.simulator.core.conditions.limits = { StandardSnapshotCount: 0 };
    expect(verdict(await checkSource({}), "disk-quota")).toMatchObject({ result: "stop" });
    azure.simulator.core.conditions.limits = { PremiumDiskCount: 1 };
    expect(verdict(await checkSource({}), "disk-quota")).toMatchObject({ result: "stop" });
  });
});

describe("locks", () => {
  let locks: ManagementLockClient;

  beforeAll(() => {
    const options = {
      endpoint: azure.simulator.armEndpoint,
      credentialScopes: [`${azure.simulator.armEndpoint}/.default`],
    };
    locks = new ManagementLockClient(azure.credential, azure.simulator.subscriptionId, options);
  });

  const makeGroup = () => azure.resources.resourceGroups.createOrUpdate("locked", { location: LOCATION });

  it("on the subscription: ReadOnly stops, as it refuses every write; CanNotDelete keeps destroy from its work", async () => {
    const { managementLocks } = locks;
    await managementLocks.createOrUpdateAtSubscriptionLevel("frozen", { level: "ReadOnly" });
    const frozen = verdict(await check({ vm: azure.simulator.sourceVmId }), "locks")!;
    expect(await refusal(makeGroup())).toMatchObject({ status: 409, code: "ScopeLocked" });
    await managementLocks.deleteAtSubscriptionLevel("frozen");

    await managementLocks.createOrUpdateAtSubscriptionLevel("kept", { level: "CanNotDelete" });
    const kept = verdict(await check({ vm: azure.simulator.sourceVmId }), "locks")!;
    await makeGroup();
    expect(await refusal(azure.resources.resourceGroups.beginDeleteAndWait("locked"))).toMatchObject({
      code: "ScopeLocked",
    });
    await managementLocks.deleteAtSubscriptionLevel("kept");

    expect(frozen).toMatchObject({ result: "stop", remedy: expect.stringContaining("az lock delete --ids") });
    expect(kept).toMatchObject({ result: "warning", finding: expect.stringContaining("pulumi destroy") });
  });

  it("on the source do not matter, or not for certain", async () => {
    await locks.managementLocks.createOrUpdateAtResourceGroupLevel("production", "kept", { level: "CanNotDelete" });
    expect(verdict(await check({ vm: azure.simulator.sourceVmId }), "locks")).toMatchObject({
      result: "ok",
      finding: expect.stringContaining("no matter"),
    });
    await locks.managementLocks.createOrUpdateAtResourceGroupLevel("production", "frozen", { level: "ReadOnly" });
    expect(verdict(await check({ vm: azure.simulator.sourceVmId }), "locks")).toMatchObject({ result: "warning" });
    await locks.managementLocks.deleteAtResourceGroupLevel("production", "kept");
    await locks.managementLocks.deleteAtResourceGroupLevel("production", "frozen");
  });
});

describe("rights of the caller", () => {
  const group = () => `${subscription}/resourceGroups/production`;
  const copyDisk = () =>
    azure.compute.snapshots.beginCreateOrUpdateAndWait(
      GROUP,
      `copy-${randomUUID()}`,
      { location: LOCATION, creationData: { createOption: "Copy", sourceResourceId: azure.simulator.sourceDiskId } },
      { updateIntervalInMs: 20 },
    );

  it("suffice as the README lists them, to do what they are for", async () => {
    azure.simulator.core.conditions.callerRoles = [
      { role: "Reader", scope: group() },
      { role: "Disk Backup Reader", scope: group() },
      { role: "Contributor", scope: subscription },
      { role: "Role Based Access Control Administrator", scope: subscription },
    ];

    expect(verdict(await check({ vm: azure.simulator.sourceVmId }), "rights")).toMatchObject({ result: "ok" });
    await expect(copyDisk()).resolves.toMatchObject({ provisioningState: "Succeeded" });
  });

  it("to give roles are what a Contributor has not: its notActions take them away", async () => {
    azure.simulator.core.conditions.callerRoles = [{ role: "Contributor" }];

    expect(verdict(await check({ vm: azure.simulator.sourceVmId }), "rights")).toMatchObject({
      result: "stop",
      finding: expect.stringContaining(`Microsoft.Authorization/roleAssignments/write on ${subscription}`),
      remedy: `have the role given: az role assignment create --assignee YOU --role "Role Based Access Control Administrator" --scope ${subscription}`,
    });
  });

  it("to copy the disk are what a Reader has not, and Azure refuses it", async () => {
    azure.simulator.core.conditions.callerRoles = [
      { role: "Reader", scope: group() },
      { role: "Owner", scope: `${subscription}/resourceGroups/${GROUP}` },
    ];

    const { result, finding, details } = verdict(await check({ vm: azure.simulator.sourceVmId }), "rights")!;

    expect(result).toBe("stop");
    expect(finding).toContain(`Microsoft.Compute/disks/beginGetAccess/action on ${azure.simulator.sourceDiskId}`);
    expect(details).toContainEqual(
      expect.objectContaining({ action: "Microsoft.Compute/disks/beginGetAccess/action", role: "Disk Backup Reader" }),
    );
    expect(await refusal(copyDisk())).toMatchObject({
      code: "LinkedAuthorizationFailed",
      message: expect.stringContaining("Microsoft.Compute/disks/beginGetAccess/action"),
    });
  });

  it("to see the VM at all are missing: that is said first", async () => {
    azure.simulator.core.conditions.callerRoles = [];

    expect(await check({ vm: azure.simulator.sourceVmId })).toMatchObject({
      result: "stop",
      checks: [
        { id: "source-vm", finding: expect.stringContaining("403 AuthorizationFailed") },
        {
          id: "rights",
          finding: expect.stringContaining("Microsoft.Compute/virtualMachines/read"),
          remedy: expect.stringContaining('"Reader"'),
        },
      ],
    });
  });
});

describe("an existing subnet and dump store", () => {
  const container = () =>
    `${subscription}/resourceGroups/${GROUP}/providers/Microsoft.Storage/storageAccounts/preflight/blobServices/default/containers/dumps`;
  const subnet = (name: string) =>
    `${subscription}/resourceGroups/production/providers/Microsoft.Network/virtualNetworks/production-vnet/subnets/${name}`;

  beforeAll(async () => {
    await azure.storage.storageAccounts.beginCreateAndWait(GROUP, "preflight", {
      location: LOCATION,
      kind: "StorageV2",
      sku: { name: "Standard_LRS" },
      networkRuleSet: { defaultAction: "Deny" },
    });
    await azure.storage.blobContainers.create(GROUP, "preflight", "dumps", {});
  });

  it("are looked at; data actions to fetch the dump are another right than those of an Owner", async () => {
    const report = await check({ vm: azure.simulator.sourceVmId, subnet: subnet("default"), dumpStore: container() });

    expect(resultsOf(report)).toMatchObject({ subnet: "ok", "dump-store": "warning", rights: "warning" });
    expect(verdict(report, "rights")).toMatchObject({
      finding: expect.stringContaining(`containers/blobs/read on ${container()}`),
      remedy: expect.stringContaining(`--role "Storage Blob Data Reader" --scope ${container()}`),
    });
  });

  it("that are not there stop", async () => {
    const report = await check({
      vm: azure.simulator.sourceVmId,
      subnet: subnet("other"),
      dumpStore: container().replace(/dumps$/, "others"),
    });

    expect(resultsOf(report)).toMatchObject({ subnet: "stop", "dump-store": "stop" });
  });
});

describe("tags that policies require", () => {
  let policy: PolicyClient;
  const BUILT_IN = "/providers/Microsoft.Authorization/policyDefinitions";

  beforeAll(() => {
    const options = {
      endpoint: azure.simulator.armEndpoint,
      credentialScopes: [`${azure.simulator.armEndpoint}/.default`],
    };
    policy = new PolicyClient(azure.credential, azure.simulator.subscriptionId, options);
  });

  const assign = (name: string, policyDefinitionId: string, parameters: object = {}, more: object = {}) =>
    policy.policyAssignments.create(subscription, name, {
      displayName: name,
      policyDefinitionId,
      parameters: parameters as any,
      ...more,
    });
  const makeGroup = (tags: Record<string, string> = {}) =>
    azure.resources.resourceGroups.createOrUpdate("tagged", { location: LOCATION, tags });

  afterEach(async () => {
    for await (const { name } of policy.policyAssignments.list()) {
      await policy.policyAssignments.delete(subscription, name!);
    }
  });

  it("stop, with the command that sets them; with them given all is well, here and in Azure", async () => {
    await assign("groups have an owner", `${BUILT_IN}/96670d01-0a4d-4649-9c89-2d3abc0a5025`, {
      tagName: { value: "owner" },
    });
    await assign("all is for 42", `${BUILT_IN}/1e30110a-5ceb-460c-a204-c1c3969c6d62`, {
      tagName: { value: "costCenter" },
      tagValue: { value: "42" },
    });
    const vm = azure.simulator.sourceVmId;

    expect(verdict(await check({ vm }), "required-tags")).toMatchObject({
      result: "stop",
      remedy: `pulumi config set --path 'tags["owner"]' VALUE; pulumi config set --path 'tags["costCenter"]' 42`,
    });
    expect(await refusal(makeGroup())).toMatchObject({ status: 403, code: "RequestDisallowedByPolicy" });
    const wrong = await check({ vm, tag: { Owner: "me", costcenter: "41" } });
    expect(verdict(wrong, "required-tags")).toMatchObject({
      result: "stop",
      details: [{ tag: "costCenter", value: "42" }],
    });
    const right = await check({ vm, tag: { Owner: "me", costcenter: "42" } });
    expect(verdict(right, "required-tags")).toMatchObject({ result: "ok" });
    await expect(makeGroup({ Owner: "me", costcenter: "42" })).resolves.toBeDefined();
  });

  it("are found in an initiative of the subscription; what is not enforced, or adds the tag itself, is none", async () => {
    const { id } = await policy.policySetDefinitions.createOrUpdate("standard", {
      parameters: { name: { type: "String", defaultValue: "team" } },
      policyDefinitions: [
        {
          policyDefinitionId: `${BUILT_IN}/871b6d14-10aa-478d-b590-94f262ecfa99`,
          parameters: { tagName: { value: "[parameters('name')]" } },
        },
        { policyDefinitionId: `${BUILT_IN}/00000000-0000-0000-0000-000000000000` },
      ],
    });
    await assign("standard", id!);
    const tag = { tagName: { value: "audited" } };
    await assign("not enforced", `${BUILT_IN}/871b6d14-10aa-478d-b590-94f262ecfa99`, tag, {
      enforcementMode: "DoNotEnforce",
    });
    await assign("added", `${BUILT_IN}/4f9dc7db-30c1-420c-b61a-e1d640128d26`, { ...tag, tagValue: { value: "1" } });

    expect(verdict(await check({ vm: azure.simulator.sourceVmId }), "required-tags")).toMatchObject({
      result: "stop",
      details: [{ tag: "team", assignment: "standard", of: "resources" }],
    });
  });

  it("that change what is made are beyond the simulated Azure, which says so", async () => {
    const values = { tagName: { value: "added" }, tagValue: { value: "1" } };
    await assign("added", `${BUILT_IN}/4f9dc7db-30c1-420c-b61a-e1d640128d26`, values);
    const empty = { location: LOCATION, diskSizeGB: 4, creationData: { createOption: "Empty" } };

    expect(await refusal(azure.compute.disks.beginCreateOrUpdateAndWait("production", "tagged", empty))).toMatchObject({
      status: 501,
    });
    expect(azure.problems.splice(0)).toEqual([expect.stringContaining("effect modify")]);
  });
});

describe("prices", () => {
  it.each([
    ["http://127.0.0.1:9/", "127.0.0.1:9"],
    ["nowhere", "nowhere"],
  ])("that cannot be had from %s are a warning, never a failure", async (endpoint, told) => {
    const report = await check({ vm: azure.simulator.sourceVmId }, { AZURE_REPAIR_KIT_PRICES: endpoint });

    expect(report).toMatchObject({ result: "warning", costPerDay: null });
    expect(verdict(report, "cost")).toMatchObject({ result: "warning", finding: expect.stringContaining(told) });
  });
});

describe("the command", () => {
  it("prints one JSON object, or lines, and ends with 0, 1 or 2", async () => {
    azure.simulator.core.conditions.limits = { cores: 0 };
    const [json, nobody, wrong] = await Promise.all([
      runCommand(["check", "--vm", azure.simulator.sourceVmId, "--json"], environment),
      runCommand(["check", "--resource-group", "production", "--name", "nobody"], environment),
      runCommand(["check", "--vm", "nobody"], environment),
    ]);

    expect({ code: json.code, result: JSON.parse(json.stdout).result }).toEqual({ code: 1, result: "stop" });
    expect(nobody).toMatchObject({ code: 1, stdout: expect.stringMatching(/^stop {5}source-vm /m) });
    expect(wrong).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining('got "nobody"') });
  });

  it.each<[string, CheckOptions, RegExp]>([
    ["no VM", {}, /Name the VM/],
    ["two VMs", { vm: "a/b", name: "b" }, /Name the VM/],
    ["a VM without a name", { resourceGroup: "a" }, /Name the VM/],
    ["a size of no form", { vm: "a/b", vmSize: "large" }, /--vm-size must be a VM size/],
    ["a subnet that is none", { vm: "a/b", subnet: "hub" }, /--subnet must be/],
    ["a store that is none", { vm: "a/b", dumpStore: "https://x" }, /--dump-store must be/],
  ])("refuses %s before it asks Azure", async (_title, options, message) => {
    await expect(check(options)).rejects.toThrow(message);
  });
});

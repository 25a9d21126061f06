import { CHECKS } from "../../preflight/checks";
import type { Facts, Lock } from "../../preflight/facts";
import { runChecks } from "../../preflight/run-checks";
import { disk, DISK_ID, PLAN, size, SUBSCRIPTION, verdictOf, vm, VM_ID } from "./support";

describe("the list of checks", () => {
  it("has every check once", () => {
    expect(new Set(CHECKS.map(({ id }) => id)).size).toBe(CHECKS.length);
  });

  it("says nothing where nothing is known, and of a VM that is not there only that", () => {
    expect(runChecks({}, PLAN)).toEqual([]);
    expect(runChecks({ vm: { value: null }, osDisk: { value: null } }, PLAN).map(({ id }) => id)).toEqual([
      "source-vm",
    ]);
  });

  it("takes a fact that could not be found out for a warning, or for a stop where nothing goes without it", () => {
    const unknown = { unknown: "403 AuthorizationFailed" };
    const facts: Facts = { vm: { value: vm() }, osDisk: { value: disk() }, locks: unknown, prices: unknown };

    expect(verdictOf("locks", facts)).toMatchObject({ result: "warning", finding: expect.stringContaining("403") });
    expect(verdictOf("cost", facts)).toMatchObject({ result: "warning" });
    expect(verdictOf("source-vm", { vm: unknown })).toMatchObject({ result: "stop" });
    expect(verdictOf("os-disk", { vm: { value: vm() }, osDisk: unknown })).toMatchObject({ result: "stop" });
  });
});

describe("vm-size", () => {
  const other = size({ name: "Standard_D2as_v5", family: "standardDASv5Family" });
  const judge = (sizes: Partial<ReturnType<typeof size>>, osDisk = disk()) =>
    verdictOf("vm-size", { sizes: { value: [size(sizes), other] }, osDisk: { value: osDisk } });

  it.each<[string, Partial<ReturnType<typeof size>>, ReturnType<typeof disk>, RegExp]>([
    ["is not sold", { name: "Standard_D4s_v5" }, disk(), /does not sell it/],
    ["is closed to the subscription", { restriction: "NotAvailableForSubscription" }, disk(), /NotAvailableForSub/],
    ["is closed in the disk's zone", { zones: ["2"] }, disk({ zones: ["1"] }), /the zones 2 .* is in zone 1/],
    ["is in no zone", { zones: [] }, disk({ zones: ["1"] }), /in no zone/],
    ["starts another generation", { generations: ["V2"] }, disk(), /Generation 1/],
    [
      "has no Trusted Launch",
      { trustedLaunch: false },
      disk({ securityProfile: { securityType: "TrustedLaunch" } }),
      /Trusted Launch/,
    ],
    ["is no x64", { architecture: "Arm64" }, disk(), /Arm64/],
    ["takes no premium disks", { premiumDisks: false }, disk(), /no premium disks/],
  ])("stops when the size %s, and names another", (_title, changes, osDisk, finding) => {
    expect(judge(changes, osDisk)).toMatchObject({
      result: "stop",
      finding: expect.stringMatching(finding),
      remedy: expect.stringMatching(/^pulumi config set vmSize Standard_D2as_v5/),
    });
  });

  it("passes a size that is closed in zones, for a disk in none", () => {
    expect(judge({ zones: [] })).toMatchObject({ result: "ok" });
  });

  it("warns of little memory", () => {
    expect(judge({ memory: 4 })).toMatchObject({ result: "warning" });
  });
});

describe("cores", () => {
  const usage = (name: string, used: number, limit: number) => ({ name, title: name, used, limit });
  const judge = (family: number, total: number, machines = 10) =>
    verdictOf("cores", {
      sizes: { value: [size(), size({ name: "Standard_D2as_v5", family: "standardDASv5Family" })] },
      osDisk: { value: disk() },
      usages: {
        value: [
          usage("standarddsv5family", 10 - family, 10),
          usage("standardDASv5Family", 0, 10),
          usage("cores", 10 - total, 10),
          usage("virtualMachines", 10 - machines, 10),
        ],
      },
    });

  it("are enough to the last one", () => {
    expect(judge(2, 2, 1)).toMatchObject({ result: "ok" });
  });

  it("of the family are short: another family is proposed", () => {
    expect(judge(1, 2)).toMatchObject({ result: "stop", remedy: expect.stringContaining("vmSize Standard_D2as_v5") });
  });

  it.each([
    ["altogether", judge(2, 1)],
    ["as machines", judge(2, 2, 0)],
  ])("are short %s: more is to be asked for", (_title, verdict) => {
    expect(verdict).toMatchObject({ result: "stop", remedy: expect.stringContaining("Quotas") });
  });

  it("are not known: a warning", () => {
    const facts: Facts = { sizes: { value: [size()] }, usages: { value: [] }, osDisk: { value: disk() } };
    expect(verdictOf("cores", facts)).toMatchObject({ result: "warning" });
  });
});

describe("locks", () => {
  const GROUP = `${SUBSCRIPTION}/resourceGroups/web-prod`;
  const STORE = `${SUBSCRIPTION}/resourceGroups/logs/providers/Microsoft.Storage/storageAccounts/logs`;
  const CONTAINER = `${STORE}/blobServices/default/containers/dumps`;
  const lock = (level: string, scope: string): Lock => ({ name: "keep", level, scope });
  const judge = (one: Lock, dumpStoreId?: string) =>
    verdictOf("locks", { vm: { value: vm() }, locks: { value: [one] } }, { dumpStoreId });

  it.each([
    ["ReadOnly", SUBSCRIPTION, "stop"],
    ["ReadOnly", SUBSCRIPTION.toUpperCase(), "stop"],
    ["CanNotDelete", SUBSCRIPTION, "warning"],
    ["ReadOnly", STORE, "stop"],
    ["CanNotDelete", STORE, "warning"],
    ["ReadOnly", GROUP, "warning"],
    ["ReadOnly", VM_ID, "warning"],
    ["ReadOnly", DISK_ID, "warning"],
    ["CanNotDelete", GROUP, "ok"],
    ["ReadOnly", GROUP.replace("web-prod", "web"), "ok"],
    ["ReadOnly", STORE.slice(0, -1), "ok"],
  ])("%s on %s: %s", (level, scope, result) => {
    expect(judge(lock(level, scope), CONTAINER)).toMatchObject({ result });
  });

  it("on a store that is not used do not matter", () => {
    expect(judge(lock("ReadOnly", STORE))).toMatchObject({ result: "ok" });
  });
});

describe("network-access of a disk whose dump shall be taken from outside", () => {
  const judge = (changes: Parameters<typeof disk>[0]) =>
    verdictOf(
      "network-access",
      { osDisk: { value: disk(changes) }, diskAccess: { value: "/access" } as never },
      { extractFromSnapshot: true },
    );

  it.each([
    ["networkAccessPolicy is DenyAll", { networkAccessPolicy: "DenyAll" }],
    ["publicNetworkAccess is Disabled", { publicNetworkAccess: "Disabled" }],
    ["dataAccessAuthMode is AzureActiveDirectory", { dataAccessAuthMode: "AzureActiveDirectory" }],
  ])("stops when its %s", (property, changes) => {
    expect(judge(changes)).toMatchObject({
      result: "stop",
      requirement: `be false for a disk whose ${property}`,
      remedy: expect.stringContaining("leave extractFromSnapshot out"),
    });
  });

  it("warns of private endpoints, through which it may work, and passes one that is open", () => {
    const closed = { networkAccessPolicy: "AllowPrivate", publicNetworkAccess: "Disabled", diskAccessId: "/access" };

    expect(judge(closed)).toMatchObject({ result: "warning", remedy: expect.stringContaining("run pulumi up where") });
    expect(judge({})).toMatchObject({ result: "ok" });
  });
});

describe("rights on a container that was there before", () => {
  const container = "/subscriptions/s/…/containers/dumps";
  const granted = (dataActions: readonly string[]) => ({
    rights: { value: { dumpStore: { id: container, permissions: { value: [{ actions: ["*/read"], dataActions }] } } } },
  });
  const plan = { dumpStoreId: container, extractFromSnapshot: true };

  it("are those to write blobs for whoever copies the dump into it, and no more", () => {
    expect(verdictOf("rights", granted(["*"]), plan)).toMatchObject({ result: "ok" });
    expect(verdictOf("rights", granted(["*/read"]), plan)).toMatchObject({
      result: "stop",
      remedy: expect.stringContaining('--role "Storage Blob Data Contributor"'),
    });
  });

  it("are those to give the repair VM a role where that writes", () => {
    expect(verdictOf("rights", granted(["*"]), { dumpStoreId: container })).toMatchObject({
      result: "stop",
      finding: expect.stringContaining("roleAssignments/write"),
    });
  });
});

describe("dump-store", () => {
  it.each([
    [{ publicNetworkAccess: "Disabled" }, "warning"],
    [{ defaultAction: "Deny" }, "warning"],
    [{ defaultAction: "Allow" }, "ok"],
  ])("with %j: %s", (firewall, result) => {
    expect(verdictOf("dump-store", { dumpStore: { value: { name: "logs", ...firewall } } })).toMatchObject({ result });
  });
});

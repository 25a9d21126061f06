import { RepairEnvironment, type RepairEnvironmentArgs } from "../../components/index";
import { ANSWERS, guestAnswers, inputsOf, register, SUBSCRIPTION, valueOf } from "./support/mocks";

const mounted = {
  schema: 1,
  status: "mounted",
  driveLetter: "F",
  windowsRoot: "F:\\Windows",
  reason: null,
  nextSteps: [],
};
const noDump = {
  schema: 1,
  status: "not-found",
  reason: "Never configured.",
  searched: [],
  nextSteps: ["Send an NMI."],
};

/** How a secret goes over the wire: an object with this key. */
const SECRET_MARK = "4dabf18193072939515e22adb298388d";

function environment(args: Partial<RepairEnvironmentArgs> = {}, mount: object = mounted, collection: object = noDump) {
  return register(() => new RepairEnvironment("web01", { vm: "web-prod/web01", ...args }), {
    ...ANSWERS,
    ...guestAnswers((name) => (name.includes("attachment") ? mount : collection)),
  });
}

describe("RepairEnvironment", () => {
  it("makes all in the region of the source disk, not of the VM's group", async () => {
    const { registered } = await environment();

    const places = registered.filter(({ inputs }) => "location" in inputs).map(({ inputs }) => inputs.location);
    expect(new Set(places)).toEqual(new Set(["westeurope"]));
    expect(registered.map(({ type }) => type.split(":").pop())).toEqual(
      expect.arrayContaining(["OsDiskCopy", "RepairVm", "DumpStore", "DiskAttachment", "DumpCollection"]),
    );
  });

  it("writes to two resource groups of its own, never to the source's", async () => {
    const { registered } = await environment();

    const groups = registered.map(({ inputs }) => inputs.resourceGroupName).filter((group) => group !== undefined);
    expect(new Set(groups)).toEqual(new Set(["web01-group", "web01-store-group"]));
  });

  it("attaches the copy to the VM, and mounts and collects from it under the snapshot's name", async () => {
    const { registered } = await environment();

    const vm = inputsOf(registered, "azure-native:compute:VirtualMachine");
    expect(vm.storageProfile.dataDisks).toMatchObject([{ lun: 2, name: "web01-copy-disk" }]);
    expect(inputsOf(registered, "azure-repair-kit:index:DiskAttachment")).toMatchObject({
      lun: 2,
      runId: "web01-copy-snapshot",
    });
    expect(inputsOf(registered, "azure-repair-kit:index:DumpCollection")).toMatchObject({
      windowsRoot: "F:\\Windows",
      blobPrefix: "web01/web01-copy-snapshot",
      identityClientId: "client-of-vm",
      runId: "web01-copy-snapshot",
    });
  });

  it("tags everything with the broken VM, and the repair VM so that az vm repair finds it", async () => {
    const { registered } = await environment({ tags: { team: "support" } });

    const tags = {
      team: "support",
      "created-by": "azure-repair-kit",
      "expires-on": "2026-12-08",
      "repair-of": "web-prod/web01",
    };
    const untagged = registered.filter(
      ({ type, inputs }) =>
        /^azure-native:(?!storage:(Blob|Manag)|authorization)/.test(type) && inputs.tags?.team !== "support",
    );
    expect(untagged).toEqual([]);
    expect(inputsOf(registered, "azure-native:compute:Snapshot").tags).toEqual(tags);
    expect(inputsOf(registered, "azure-native:compute:VirtualMachine").tags).toEqual({
      ...tags,
      repair_source: "web-prod/web01",
    });
  });

  it("says until when it is needed on everything but the evidence, counted from when it was first made", async () => {
    const { registered } = await environment({ expiresAfterDays: 3 });

    const dated = registered.filter(({ inputs }) => inputs.tags?.["expires-on"] === "2026-11-27");
    const undated = registered.filter(
      ({ type, inputs }) => type.startsWith("azure-native:") && inputs.tags && !inputs.tags["expires-on"],
    );
    expect(dated.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["web01-group", "web01-copy-snapshot", "web01-copy-disk", "web01-vm-machine"]),
    );
    expect(undated.map(({ type }) => type)).toEqual([
      "azure-native:resources:ResourceGroup",
      "azure-native:storage:StorageAccount",
    ]);
  });

  it("keeps a date of the user's own", async () => {
    const { registered } = await environment({ tags: { "expires-on": "2027-01-31" } });

    expect(inputsOf(registered, "azure-native:compute:Snapshot").tags["expires-on"]).toBe("2027-01-31");
  });

  it("names the repair VM after the broken one", async () => {
    const { registered } = await environment();

    expect(inputsOf(registered, "azure-native:compute:VirtualMachine").vmName).toBe("repair-web01");
  });

  it("tells the collection's status, its reason first among the next steps", async () => {
    const { result } = await environment({ rdpSources: ["203.0.113.7/32"] });

    expect(await valueOf(result.dumpStatus)).toBe("not-found");
    expect(await valueOf(result.nextSteps)).toEqual([
      "Never configured.",
      "Send an NMI.",
      "Connect by RDP to 198.51.100.10 as repairadmin; read the password with: pulumi stack output rdpPassword --show-secrets",
    ]);
  });

  it("writes to the copy only when asked, after the collection has read it, and tells what it changed", async () => {
    const events: string[] = [];
    const enabled = {
      schema: 1,
      status: "enabled",
      changes: [{ controlSet: "ControlSet001", key: "Control\\CrashControl", name: "AutoReboot", from: 1, to: 0 }],
      backupFile: "F:\\backup",
      reason: null,
      nextSteps: ["Make a disk of your own."],
    };
    const { result, registered } = await register(
      () => new RepairEnvironment("web01", { vm: "web-prod/web01", enableDumpOnCopy: true }),
      {
        ...ANSWERS,
        ...guestAnswers((name) => {
          events.push(`answer of ${name}`);
          return name.includes("dumps") ? enabled : name.includes("attachment") ? mounted : noDump;
        }),
      },
      (type, name) => {
        if (type.endsWith("RunCommandByVirtualMachine")) events.push(name);
        return undefined;
      },
    );

    expect(events.slice(-3)).toEqual([
      "answer of web01-collection-run-command",
      "web01-dumps-run-command",
      "answer of web01-dumps-run-command",
    ]);
    expect(await valueOf(result.copyDumpSettings)).toEqual({
      status: "enabled",
      changes: [{ ...enabled.changes[0], from: "1", to: "0" }],
      backupFile: "F:\\backup",
      reason: undefined,
    });
    expect(await valueOf(result.nextSteps)).toContain("Make a disk of your own.");
    expect(inputsOf(registered, "azure-repair-kit:index:DumpEnablement").copyDiskId).toContain("web01-copy-disk");

    const without = await environment();
    expect(without.registered.map(({ type }) => type)).not.toContain("azure-repair-kit:index:DumpEnablement");
    expect(await valueOf(without.result.copyDumpSettings)).toBeUndefined();
  });

  it("keeps a recovery key as a secret wherever it goes, also one that was given as plain text", async () => {
    const key = "111111-222222-333333-444444-555555-666666-777777-888888";

    const { registered } = await environment({ bitLockerRecoveryKey: key, enableDumpOnCopy: true });

    const holding = registered.filter(({ inputs }) => JSON.stringify(inputs).includes(key));
    expect(holding.map(({ type }) => type.split(":").pop()).toSorted()).toEqual([
      "DiskAttachment",
      "DumpEnablement",
      "RepairEnvironment",
      "VirtualMachineRunCommandByVirtualMachine",
      "VirtualMachineRunCommandByVirtualMachine",
    ]);
    for (const { inputs } of holding) {
      const plain = JSON.stringify(inputs, (_name, value) => (value?.[SECRET_MARK] ? "secret" : value));
      expect(plain).not.toContain(key);
    }
  });

  it.each([
    ["vmSize", "Standard_Nope"],
    ["imageSku", "nope"],
  ])("fails on a %s of no known form before anything is made", (argument, value) => {
    expect(() => new RepairEnvironment("web01", { vm: "web-prod/web01", [argument]: value })).toThrow(
      new RegExp(`${argument} must be .* got "${value}"`),
    );
  });

  it("tells where the evidence is, also when there is no dump", async () => {
    const manifestBlobUrl = "https://store.blob.core.windows.net/dumps/web01/manifest.json";
    const answer = { ...noDump, manifestBlobUrl, collectedFiles: 7 };

    const { registered, result } = await environment({ collect: ["dump", "evidence"] }, mounted, answer);

    const runs = registered.filter(({ inputs }) => JSON.stringify(inputs).includes('"dump,evidence"'));
    expect(runs).toHaveLength(1);
    expect(await valueOf(result.manifestBlobUrl)).toBe(manifestBlobUrl);
    expect(await valueOf(result.nextSteps)).toContainEqual(
      expect.stringMatching(/^7 files are collected, listed with their hashes in https.*manifest\.json/),
    );
  });

  it("tells how to fetch a collected dump, and from whom it needs which role", async () => {
    const dumpBlobUrl = "https://store.blob.core.windows.net/dumps/web01/MEMORY.DMP";
    const { result } = await environment({}, mounted, {
      schema: 1,
      status: "collected",
      dumpBlobUrl,
      dumpSha256: "5f",
      reason: null,
      searched: [],
      nextSteps: [],
    });

    const [fetch, support, connect] = await valueOf(result.nextSteps);
    expect(fetch).toContain(`az storage blob download --auth-mode login --blob-url "${dumpBlobUrl}" --file MEMORY.DMP`);
    expect(fetch).toMatch(/--role "Storage Blob Data Reader" --scope "\/subscriptions\/\S+\/containers\/\S+"/);
    expect(support).toContain("SHA-256 5f");
    expect(connect).toContain("repairadmin");
  });

  it("tells the mount's status while nothing is mounted, and does not send anyone to a VM that runs the broken Windows", async () => {
    const booted = {
      schema: 1,
      status: "booted-from-copy",
      reason: "Started from the copy.",
      nextSteps: ["Choose imageSku."],
    };

    const { result } = await environment({}, booted, {
      schema: 1,
      status: "not-mounted",
      reason: "Nothing mounted.",
      nextSteps: [],
    });

    expect(await valueOf(result.dumpStatus)).toBe("booted-from-copy");
    expect(await valueOf(result.nextSteps)).toEqual(["Started from the copy.", "Choose imageSku."]);
  });

  it("tells how to connect where there is no public address", async () => {
    const { result } = await environment();

    const vmId = `${SUBSCRIPTION}/resourceGroups/web01-group/providers/Microsoft.Compute/virtualMachines/repair-web01`;
    const connect = (await valueOf(result.nextSteps)).at(-1);
    expect(connect).toContain(`az network bastion rdp --target-resource-id "${vmId}"`);
    expect(connect).toContain("from inside its network to 10.66.0.4");
    expect(connect).toContain("set rdpSources");
  });

  it("makes network, identity, store and role while Azure is still copying the disk", async () => {
    const beside = ["NetworkInterface", "StorageAccount", "RoleAssignment", "ManagementPolicy", "RandomPassword"];
    const missing = new Set(beside);
    let finishSnapshot: () => void = () => undefined;
    const othersMade = new Promise<void>((resolve) => {
      finishSnapshot = resolve;
    });

    const { registered } = await register(
      () => new RepairEnvironment("web01", { vm: "web-prod/web01" }),
      { ...ANSWERS, ...guestAnswers((name) => (name.includes("attachment") ? mounted : noDump)) },
      (type) => {
        missing.delete(type.split(":").pop() ?? "");
        if (missing.size === 0) finishSnapshot();
        return type === "azure-native:compute:Snapshot" ? othersMade : undefined;
      },
    );

    expect(registered.map(({ type }) => type.split(":").pop())).toContain("VirtualMachine");
  });

  it.each<[string, Partial<RepairEnvironmentArgs>]>([
    ["vm", { vm: "web01" }],
    ["rdpSources", { rdpSources: ["0.0.0.0/0"] }],
    ["subnetId", { subnetId: "hub" }],
    ["dumpStore", { dumpStore: "https://logs.blob.core.windows.net/dumps" }],
    ["autoShutdownTime", { autoShutdownTime: "noon" }],
    ["enableDumpOnCopy", { enableDumpOnCopy: true, extractFromSnapshot: true }],
    ["expiresAfterDays", { expiresAfterDays: 0 }],
    ["bitLockerRecoveryKey", { bitLockerRecoveryKey: "1234" }],
    ["collect", { collect: ["dump", "everything"] }],
    ["collect", { collect: ["dump", "evidence"], extractFromSnapshot: true }],
  ])("fails before it registers a child when %s is wrong", async (argument, args) => {
    let thrown: unknown;
    const { registered } = await register(() => {
      try {
        new RepairEnvironment("web01", { vm: "web-prod/web01", ...args });
      } catch (error) {
        thrown = error;
      }
    });

    expect(String(thrown)).toMatch(new RegExp(`${argument} (must|can only) .* got ["\\d]`));
    expect(registered.map(({ type }) => type)).toEqual([
      "pulumi:pulumi:Stack",
      "azure-repair-kit:index:RepairEnvironment",
    ]);
  });
});

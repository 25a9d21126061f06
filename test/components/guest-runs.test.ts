import { DiskAttachment, DumpCollection, DumpEnablement } from "../../components/index";
import { guestScript } from "../../guest/catalogue";
import { guestAnswers, inputsOf, register, SUBSCRIPTION, valueOf } from "./support/mocks";

const RUN_COMMAND = "azure-native:compute:VirtualMachineRunCommandByVirtualMachine";
const VM_ID = `${SUBSCRIPTION}/resourceGroups/repair/providers/Microsoft.Compute/virtualMachines/repair-web01`;

const RECOVERY_KEY = "111111-222222-333333-444444-555555-666666-777777-888888";

/** How a secret goes over the wire. */
const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

const place = { repairVmId: VM_ID, location: "westeurope", runId: "snapshot1" };

describe("DiskAttachment", () => {
  const mounted = {
    schema: 1,
    status: "mounted",
    driveLetter: "F",
    windowsRoot: "F:\\Windows",
    reason: null,
    nextSteps: [],
  };

  it("runs the mount script on the VM, and fails with it", async () => {
    const { registered } = await register(
      () => new DiskAttachment("web01", { ...place, lun: 3 }),
      guestAnswers(() => mounted),
    );

    expect(inputsOf(registered, RUN_COMMAND)).toEqual({
      resourceGroupName: "repair",
      vmName: "repair-web01",
      location: "westeurope",
      source: { script: guestScript("mount-os-disk") },
      parameters: [
        { name: "Lun", value: "3" },
        { name: "RunId", value: "snapshot1" },
      ],
      timeoutInSeconds: 900,
      asyncExecution: false,
      treatFailureAsDeploymentFailure: true,
      tags: { "created-by": "azure-repair-kit" },
    });
  });

  it("reads the answer from the expanded instance view of that run command", async () => {
    const { result, invoked } = await register(
      () => new DiskAttachment("web01", { ...place, lun: 3 }),
      guestAnswers(() => mounted),
    );

    expect(await valueOf(result.driveLetter)).toBe("F");
    expect(await valueOf(result.windowsRoot)).toBe("F:\\Windows");
    expect(invoked.map(({ inputs }) => inputs)).toEqual([
      {
        resourceGroupName: "repair",
        vmName: "repair-web01",
        runCommandName: "web01-run-command",
        expand: "instanceView",
      },
    ]);
  });

  it("passes on why the disk is not mounted", async () => {
    const encrypted = {
      schema: 1,
      status: "encrypted",
      driveLetter: null,
      windowsRoot: null,
      reason: "BitLocker",
      nextSteps: ["unlock"],
    };

    const { result } = await register(
      () => new DiskAttachment("web01", { ...place, lun: 0 }),
      guestAnswers(() => encrypted),
    );

    expect(await valueOf(result.status)).toBe("encrypted");
    expect(await valueOf(result.windowsRoot)).toBeUndefined();
    expect(await valueOf(result.reason)).toBe("BitLocker");
    expect(await valueOf(result.nextSteps)).toEqual(["unlock"]);
  });

  it("hands a recovery key over as a protected parameter, and never shows one that is wrong", async () => {
    const { registered } = await register(
      () => new DiskAttachment("web01", { ...place, lun: 3, bitLockerRecoveryKey: RECOVERY_KEY }),
      guestAnswers(() => mounted),
    );

    const { parameters, protectedParameters } = inputsOf(registered, RUN_COMMAND);
    expect(protectedParameters).toEqual({ ...SECRET, value: [{ name: "RecoveryKey", value: RECOVERY_KEY }] });
    expect(JSON.stringify(parameters)).not.toContain(RECOVERY_KEY);
    expect(() => new DiskAttachment("web01", { ...place, lun: 3, bitLockerRecoveryKey: "12345-hidden" })).toThrow(
      "bitLockerRecoveryKey must be a BitLocker recovery key, 48 digits in eight groups of six with hyphens, got 12 " +
        "characters of another form; read it again where BitLocker keys are kept",
    );
  });

  it("fails at once when repairVmId is a name", () => {
    expect(() => new DiskAttachment("web01", { ...place, repairVmId: "repair-web01", lun: 0 })).toThrow(
      /^repairVmId must be the resource id of a VM, got "repair-web01"/,
    );
  });
});

describe("DumpCollection", () => {
  const args = {
    ...place,
    containerUrl: "https://store.example/dumps",
    blobPrefix: "web01/snapshot1",
    identityClientId: "client",
    sourceVmId: "/source",
    snapshotId: "/snapshot",
  };
  const collected = {
    schema: 1,
    status: "collected",
    dumpPath: "F:\\Windows\\MEMORY.DMP",
    dumpBlobUrl: "https://store.example/dumps/web01/snapshot1/MEMORY.DMP",
    dumpSha256: "ab",
    dumpSize: 8192,
    bugCheck: {
      code: "0xC000021A",
      name: "WINLOGON_FATAL_ERROR",
      parameters: ["0x1", "0x2", "0x3", "0x4"],
      status: null,
    },
    searched: [{ path: "F:\\Windows\\MEMORY.DMP", found: true, why: "taken" }],
    reason: null,
    nextSteps: [],
  };

  it("tells the script where to look, where to put it, and whose dump it is", async () => {
    const { registered } = await register(
      () => new DumpCollection("web01", { ...args, windowsRoot: "F:\\Windows" }),
      guestAnswers(() => collected),
    );

    const inputs = inputsOf(registered, RUN_COMMAND);
    expect(inputs.source).toEqual({ script: guestScript("collect-dump") });
    expect(inputs.parameters).toEqual([
      { name: "WindowsRoot", value: "F:\\Windows" },
      { name: "ContainerUrl", value: "https://store.example/dumps" },
      { name: "BlobPrefix", value: "web01/snapshot1" },
      { name: "IdentityClientId", value: "client" },
      { name: "SourceVmId", value: "/source" },
      { name: "SnapshotId", value: "/snapshot" },
      { name: "Collect", value: "dump" },
      { name: "RunId", value: "snapshot1" },
    ]);
  });

  it("asks for all that was asked for, and tells where the list of it is", async () => {
    const manifestBlobUrl = "https://store.example/dumps/web01/snapshot1/manifest.json";
    const { registered, result } = await register(
      () => new DumpCollection("web01", { ...args, collect: ["dump", "minidumps", "evidence"] }),
      guestAnswers(() => ({ ...collected, manifestBlobUrl, collectedFiles: 9 })),
    );

    const sent = inputsOf(registered, RUN_COMMAND).parameters;
    expect(sent).toContainEqual({ name: "Collect", value: "dump,minidumps,evidence" });
    expect(await valueOf(result.manifestBlobUrl)).toBe(manifestBlobUrl);
    expect(await valueOf(result.collectedFiles)).toBe(9);
  });

  it("sends an empty root when nothing is mounted", async () => {
    const { registered } = await register(
      () => new DumpCollection("web01", args),
      guestAnswers(() => ({ schema: 1, status: "not-mounted" })),
    );

    expect(inputsOf(registered, RUN_COMMAND).parameters[0]).toEqual({ name: "WindowsRoot", value: "" });
  });

  it("tells the dump with its bug check, and leaves out what is null", async () => {
    const { result } = await register(
      () => new DumpCollection("web01", args),
      guestAnswers(() => collected),
    );

    expect(await valueOf(result.dumpSize)).toBe(8192);
    expect(await valueOf(result.bugCheck)).toEqual({
      code: "0xC000021A",
      name: "WINLOGON_FATAL_ERROR",
      parameters: ["0x1", "0x2", "0x3", "0x4"],
      status: undefined,
    });
    expect(await valueOf(result.searched)).toEqual(collected.searched);
    expect(await valueOf(result.reason)).toBeUndefined();
  });
});

describe("DumpEnablement", () => {
  const args = { ...place, lun: 2, windowsRoot: "F:\\Windows", sourceVmId: "/source", copyDiskId: "/copy" };
  const enabled = {
    schema: 1,
    status: "enabled",
    windowsRoot: "F:\\Windows",
    controlSets: ["ControlSet001"],
    changes: [
      { controlSet: "ControlSet001", key: "Control\\CrashControl", name: "NMICrashDump", from: null, to: 1 },
      {
        controlSet: "ControlSet001",
        key: "Control\\Session Manager\\Memory Management",
        name: "PagingFiles",
        from: ["D:\\pagefile.sys"],
        to: ["C:\\pagefile.sys 0 0", "D:\\pagefile.sys"],
      },
    ],
    backupFile: "F:\\Windows\\System32\\config\\SYSTEM.azure-repair-kit.json",
    reason: null,
    nextSteps: ["make a disk"],
  };

  it("tells the script which disk and whose, and the key in secret", async () => {
    const { registered } = await register(
      () => new DumpEnablement("web01", { ...args, bitLockerRecoveryKey: RECOVERY_KEY }),
      guestAnswers(() => enabled),
    );

    const { source, parameters, protectedParameters } = inputsOf(registered, RUN_COMMAND);
    expect(source).toEqual({ script: guestScript("enable-dump") });
    expect(parameters).toEqual([
      { name: "Lun", value: "2" },
      { name: "WindowsRoot", value: "F:\\Windows" },
      { name: "Undo", value: "false" },
      { name: "SourceVmId", value: "/source" },
      { name: "CopyDiskId", value: "/copy" },
      { name: "RunId", value: "snapshot1" },
    ]);
    expect(protectedParameters).toEqual({ ...SECRET, value: [{ name: "RecoveryKey", value: RECOVERY_KEY }] });
  });

  it("tells what was changed, as text", async () => {
    const { result, registered } = await register(
      () => new DumpEnablement("web01", { ...args, undo: true }),
      guestAnswers(() => enabled),
    );

    expect(inputsOf(registered, RUN_COMMAND).parameters).toContainEqual({ name: "Undo", value: "true" });
    expect(inputsOf(registered, RUN_COMMAND).protectedParameters).toBeUndefined();
    expect(await valueOf(result.changes)).toEqual([
      { ...enabled.changes[0], from: undefined, to: "1" },
      { ...enabled.changes[1], from: "D:\\pagefile.sys", to: "C:\\pagefile.sys 0 0\nD:\\pagefile.sys" },
    ]);
    expect(await valueOf(result.backupFile)).toBe(enabled.backupFile);
    expect(await valueOf(result.nextSteps)).toEqual(["make a disk"]);
  });
});

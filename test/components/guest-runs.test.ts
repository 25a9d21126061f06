import { DiskAttachment, DumpCollection } from "../../components/index";
import { guestScript } from "../../guest/catalogue";
import { guestAnswers, inputsOf, register, SUBSCRIPTION, valueOf } from "./support/mocks";

const RUN_COMMAND = "azure-native:compute:VirtualMachineRunCommandByVirtualMachine";
const VM_ID = `${SUBSCRIPTION}/resourceGroups/repair/providers/Microsoft.Compute/virtualMachines/repair-web01`;

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
      { name: "RunId", value: "snapshot1" },
    ]);
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

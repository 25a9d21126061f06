import { type FakeGuest, GROUP, LOCATION, refusal, result, untilKilled, type Fixture } from "./fixture";
import { attach, RepairVms } from "./repair-vms";

/** Managed run commands. */
export function describeRunCommands(simulator: () => Fixture): void {
  let azure: Fixture;
  let vms: RepairVms;

  beforeAll(async () => {
    azure = simulator();
    vms = await RepairVms.start(azure);
  });

  describe("a managed run command", () => {
    const run = (vmName: string, name: string, properties: object = {}) =>
      azure.compute.virtualMachineRunCommands.beginCreateOrUpdateAndWait(GROUP, vmName, name, {
        location: LOCATION,
        source: { script: "Write-Output hello" },
        ...properties,
      });
    const view = async (vmName: string, name: string) => {
      const command = await azure.compute.virtualMachineRunCommands.getByVirtualMachine(GROUP, vmName, name, {
        expand: "instanceView",
      });
      return command.instanceView;
    };
    let guest: FakeGuest;

    beforeAll(async () => {
      guest = azure.guest;
      await vms.create("runner", {
        storageProfile: {
          dataDisks: [attach(await vms.copy("runner-copy"), 3), { lun: 4, createOption: "Empty", diskSizeGB: 4 }],
        },
      });
    });

    beforeEach(() => {
      guest.runs.length = 0;
      guest.answer = () => Promise.resolve(result({}));
    });

    it("runs with its parameters in a machine that sees the attached disks, and tells the result when asked", async () => {
      guest.answer = async (machine) => {
        const marker = await machine.disks.find(({ lun }) => lun === 3)!.bytes!.read(1024 * 1024, 25);
        return result({ output: Buffer.from(marker).toString() });
      };
      const command = await run("runner", "sees", {
        parameters: [{ name: "Lun", value: "3" }],
        protectedParameters: [{ name: "Key", value: "top secret" }],
      });
      expect(command).toMatchObject({ provisioningState: "Succeeded", timeoutInSeconds: 0, asyncExecution: false });
      expect(command.instanceView).toBeUndefined();
      const [{ machine, run: sent }] = guest.runs as [(typeof guest.runs)[0]];
      expect(sent).toMatchObject({
        script: "Write-Output hello",
        parameters: [
          { name: "Lun", value: "3" },
          { name: "Key", value: "top secret" },
        ],
        timeoutSeconds: 5400,
      });
      expect(machine).toMatchObject({
        vmName: "runner",
        bootedFromLun: null,
        busType: "SAS",
        caFile: azure.simulator.caFile,
      });
      expect(machine.disks.map(({ lun, bytes }) => [lun, bytes === null])).toEqual([
        [null, true],
        [3, false],
        [4, true],
      ]);
      expect(await view("runner", "sees")).toMatchObject({
        executionState: "Succeeded",
        exitCode: 0,
        output: "marker of the broken disk",
      });
      expect(
        JSON.stringify(
          await azure.compute.virtualMachineRunCommands.getByVirtualMachine(GROUP, "runner", "sees", {
            expand: "instanceView",
          }),
        ),
      ).not.toContain("top secret");
    });

    it("does not run again for an identical PUT, and does for a changed one", async () => {
      await run("runner", "once");
      await run("runner", "once", { tags: { only: "tags" } });
      expect(guest.runs).toHaveLength(1);
      await run("runner", "once", { parameters: [{ name: "RunId", value: "2" }] });
      await run("runner", "once", {
        parameters: [{ name: "RunId", value: "2" }],
        protectedParameters: [{ name: "a", value: "b" }],
      });
      expect(guest.runs).toHaveLength(3);
      await azure.compute.virtualMachineRunCommands.beginUpdateAndWait(GROUP, "runner", "once", {
        timeoutInSeconds: 60,
      });
      expect(guest.runs[3]?.run).toMatchObject({
        timeoutSeconds: 60,
        parameters: [{ name: "RunId" }, { name: "a", value: "b" }],
      });
    });

    it("tells the last 4,096 bytes only, and cuts no character in two", async () => {
      guest.answer = () => Promise.resolve(result({ output: `${"ä".repeat(4000)}end`, error: "e".repeat(5000) }));
      await run("runner", "long");
      const { output, error } = (await view("runner", "long"))!;
      expect(output!.endsWith("äend")).toBe(true);
      expect(output).not.toContain("\ufffd");
      expect(Buffer.byteLength(output!)).toBe(4095);
      expect(error).toHaveLength(4096);
    });

    it("that fails is deployed all the same, unless told otherwise", async () => {
      guest.answer = () => Promise.resolve(result({ exitCode: 3, error: "no such disk" }));
      expect((await run("runner", "fails")).provisioningState).toBe("Succeeded");
      expect(await view("runner", "fails")).toMatchObject({
        executionState: "Failed",
        exitCode: 3,
        error: "no such disk",
      });
      await expect(run("runner", "fails-loudly", { treatFailureAsDeploymentFailure: true })).rejects.toThrow(
        /fails-loudly/,
      );
      expect(
        await azure.compute.virtualMachineRunCommands.getByVirtualMachine(GROUP, "runner", "fails-loudly"),
      ).toMatchObject({ provisioningState: "Failed" });
      guest.answer = () => Promise.resolve(result({}));
      expect((await run("runner", "fails-loudly", { treatFailureAsDeploymentFailure: true })).provisioningState).toBe(
        "Succeeded",
      );
    });

    it("ends at its timeout", async () => {
      guest.answer = () => Promise.resolve(result({ exitCode: -1, timedOut: true }));
      await run("runner", "slow", { timeoutInSeconds: 1 });
      expect(await view("runner", "slow")).toMatchObject({ executionState: "TimedOut" });
    });

    it("without a script is deployed, and says so in its instance view only", async () => {
      await run("runner", "empty", { source: {} });
      expect(guest.runs).toHaveLength(0);
      expect((await view("runner", "empty"))?.executionMessage).toContain(
        "Either 'source.script' or 'source.scriptUri' has to be specified",
      );
    });

    it("that is asynchronous is deployed while it runs, and killed when it is deleted", async () => {
      let killed = false;
      guest.answer = async (_machine, sent) => {
        const ended = await untilKilled(sent);
        killed = true;
        return ended;
      };
      await run("runner", "background", { asyncExecution: true });
      expect(await view("runner", "background")).toMatchObject({ executionState: "Running" });
      expect(killed).toBe(false);
      await azure.compute.virtualMachineRunCommands.beginDeleteAndWait(GROUP, "runner", "background");
      expect(killed).toBe(true);
    });

    it("that runs is killed when it is deleted", async () => {
      let begun = (): void => undefined;
      const running = new Promise<void>((resolve) => (begun = resolve));
      guest.answer = (_machine, sent) => {
        begun();
        return untilKilled(sent);
      };
      const put = run("runner", "endless").catch((error: unknown) => error);
      await running;
      await azure.compute.virtualMachineRunCommands.beginDeleteAndWait(GROUP, "runner", "endless");
      await put;
      expect(
        await refusal(azure.compute.virtualMachineRunCommands.getByVirtualMachine(GROUP, "runner", "endless")),
      ).toMatchObject({ status: 404 });
    });

    it("gets a token of the VM's identity, and of no other", async () => {
      const path = `/subscriptions/${azure.simulator.subscriptionId}/resourceGroups/${GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/token`;
      const { properties }: any = await azure.resources.resources.beginCreateOrUpdateByIdAndWait(path, "2023-01-31", {
        location: LOCATION,
      });
      await vms.create("token", { identity: { type: "UserAssigned", userAssignedIdentities: { [path]: {} } } });
      await run("token", "any");
      const { machine } = guest.runs[0]!;
      const token = await machine.token("https://storage.azure.com/", properties.clientId);
      const claims = JSON.parse(Buffer.from(token.access_token.split(".")[1]!, "base64url").toString());
      expect(claims).toMatchObject({ oid: properties.principalId, aud: "https://storage.azure.com/" });
      await expect(machine.token("https://storage.azure.com/", "00000000-0000-0000-0000-000000000000")).rejects.toThrow(
        /no user-assigned identity/,
      );
    });

    it("needs a VM that runs and whose agent reports", async () => {
      await vms.create("stopped");
      await azure.compute.virtualMachines.beginPowerOffAndWait(GROUP, "stopped");
      expect(await refusal(run("stopped", "any"))).toEqual({
        status: 409,
        code: "OperationNotAllowed",
        message: "Cannot modify extensions in the VM when the VM is not running.",
      });
      expect(await refusal(run("nowhere", "any"))).toMatchObject({ status: 404, code: "ParentResourceNotFound" });
      const onBroken = azure.compute.virtualMachineRunCommands.beginCreateOrUpdateAndWait(
        "production",
        "web-01",
        "any",
        {
          location: LOCATION,
          source: { script: "x" },
        },
      );
      await expect(onBroken).rejects.toThrow(/has not reported status for VM agent/);
    });

    it("is one of 25 at most", async () => {
      await vms.create("crowded");
      await Promise.all(Array.from({ length: 25 }, (_, index) => run("crowded", `command-${index}`)));
      expect(await refusal(run("crowded", "one-too-many"))).toMatchObject({ status: 409, code: "OperationNotAllowed" });
      const names = [];
      for await (const command of azure.compute.virtualMachineRunCommands.listByVirtualMachine(GROUP, "crowded")) {
        expect(command.instanceView).toBeUndefined();
        names.push(command.name);
      }
      expect(names).toHaveLength(25);
    });
  });
}

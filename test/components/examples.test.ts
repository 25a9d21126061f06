import * as pulumi from "@pulumi/pulumi";

import { nowhere } from "./support/nowhere";
import { ANSWERS, guestAnswers, inputsOf, register, SOURCE_DISK_ID, SUBSCRIPTION, valueOf } from "./support/mocks";

const ANSWERED = {
  ...ANSWERS,
  ...guestAnswers((name) =>
    name.includes("attachment")
      ? { schema: 1, status: "mounted", driveLetter: "F", windowsRoot: "F:\\Windows", nextSteps: [] }
      : { schema: 1, status: "not-found", reason: "Never configured.", nextSteps: [], searched: [] },
  ),
};

/** Runs an example as Pulumi does: by loading it. */
function example(name: string, config: Record<string, string>) {
  pulumi.runtime.setAllConfig(
    Object.fromEntries(Object.entries(config).map(([key, value]) => [`${name}:${key}`, value])),
  );
  return register(() => jest.requireActual(`../../examples/${name}/index`), ANSWERED);
}

describe("the examples", () => {
  it("several-vms makes one environment for each VM and sums up what was found", async () => {
    const { result, registered } = await example("several-vms", { vms: '["web-prod/web01","web-prod/web02"]' });

    expect(
      registered.filter(({ type }) => type === "azure-repair-kit:index:RepairEnvironment").map(({ name }) => name),
    ).toEqual(["repair-web01", "repair-web02"]);
    expect(await valueOf(result.summary)).toMatchObject({
      "web-prod/web01": { status: "not-found" },
      "web-prod/web02": { status: "not-found" },
    });
  });

  it("your-own-network puts the copy and the VM into what is there already", async () => {
    const subnetId = `${SUBSCRIPTION}/resourceGroups/hub/providers/Microsoft.Network/virtualNetworks/hub/subnets/repair`;
    const { result, registered } = await example("your-own-network", {
      sourceDiskId: SOURCE_DISK_ID,
      resourceGroupName: "repair-shared",
      subnetId,
    });

    expect(registered.map(({ type }) => type)).not.toContain("azure-native:resources:ResourceGroup");
    expect(inputsOf(registered, "azure-native:network:NetworkInterface").ipConfigurations[0].subnet.id).toBe(subnetId);
    expect(await valueOf(result.driveLetter)).toBe("F");
  });

  it("which-have-dumps takes snapshots only, and tells of each whether it could be read", async () => {
    const warned = jest.spyOn(console, "warn").mockImplementation(() => undefined);
    const { result, registered } = await nowhere(() =>
      example("which-have-dumps", { diskIds: JSON.stringify([SOURCE_DISK_ID]), location: "westeurope" }),
    );

    expect(registered.map(({ type }) => type.split(":").pop())).toEqual(
      expect.arrayContaining(["Snapshot", "SnapshotProbe"]),
    );
    expect(registered.map(({ type }) => type)).not.toContain("azure-native:compute:Disk");
    expect(await valueOf(result.found)).toMatchObject({ [SOURCE_DISK_ID]: { status: "unreadable" } });
    warned.mockRestore();
  });
});

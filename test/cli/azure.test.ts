import { createHash, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import {
  ContainerSASPermissions,
  generateBlobSASQueryParameters,
  StorageSharedKeyCredential,
} from "@azure/storage-blob";
import { SERVER_BUSY } from "../../rehearsal/arm/blob";
import { expectedOf, sampleFile } from "../disk/support/samples";
import { GROUP, LOCATION, startFixture, type Fixture } from "../rehearsal/arm/simulator/fixture";
import { runCommand, startCommand, type Ended, type Running } from "./support/run-command";

const sample = sampleFile("gen2-dump");
const { dump } = expectedOf("gen2-dump");
const QUICK = { updateIntervalInMs: 20 };
const CONTRIBUTOR = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";

let azure: Fixture;
let environment: Readonly<Record<string, string>>;
let snapshotId: string;

beforeAll(async () => {
  azure = await startFixture({ diskFile: sample });
  environment = azure.simulator.environment;
  const creationData = { createOption: "Copy", sourceResourceId: azure.simulator.sourceDiskId };
  const wanted = { location: LOCATION, creationData };
  const snapshot = await azure.compute.snapshots.beginCreateOrUpdateAndWait(GROUP, "broken", wanted, QUICK);
  snapshotId = snapshot.id!;
}, 60_000);

afterAll(() => azure.stop());

afterEach(async () => {
  expect((await azure.compute.snapshots.get(GROUP, "broken")).diskState).toBe("Unattached");
  expect(azure.problems).toEqual([]);
});

/** Runs a command in this Azure; whatever it prints, it prints no secret. */
async function run(...args: string[]): Promise<Ended> {
  return withoutSecrets(await runCommand(args, environment));
}

function withoutSecrets(ended: Ended): Ended {
  const printed = ended.stdout + ended.stderr;
  expect(printed).not.toMatch(/sig=|[?&]si=|sv=20/);
  expect(printed).not.toContain(environment.ARM_CLIENT_SECRET);
  return ended;
}

describe("inspect of a snapshot", () => {
  it("tells the dump, gives the read access back, and shows no signature in all that Azure's clients may log", async () => {
    const verbose = { ...environment, AZURE_LOG_LEVEL: "verbose" };
    const { code, stdout, stderr } = withoutSecrets(await runCommand(["inspect", snapshotId, "--json"], verbose));
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      source: { kind: "snapshot" },
      dumpStatus: "found",
      dumps: [{ bugCheck: dump.bugCheck, size: dump.size }],
    });
    expect(stderr).toContain("/beginGetAccess");
    expect(readFileSync(azure.simulator.auditLog, "utf8")).toContain("/endGetAccess");
  });

  it("gets over a busy service", async () => {
    azure.simulator.blobPlane.faults.add({
      fault: { ...SERVER_BUSY, retryAfterSeconds: 0 },
      times: 3,
      requests: /^GET /,
    });
    const { code, stderr } = await run("inspect", snapshotId, "--json");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  /** Starts the command, does something to it in the middle of its reading, and gives how it ended. */
  async function disturbed(disturb: (command: Running) => void): Promise<Ended> {
    const fault = { kind: "latency", milliseconds: 300 } as const;
    const remove = azure.simulator.blobPlane.faults.add({ fault, requests: /^GET / });
    const command = startCommand(["inspect", snapshotId, "--verbose"], environment);
    await command.says("read 2:");
    expect((await azure.compute.snapshots.get(GROUP, "broken")).diskState).toBe("ActiveSAS");
    disturb(command);
    const ended = withoutSecrets(await command.ended);
    remove();
    return ended;
  }

  it.each(["SIGINT", "SIGTERM"] as const)("gives the read access back when %s interrupts it", async (signal) => {
    const { code, stdout, stderr } = await disturbed((command) => command.kill(signal));
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/interrupted\.\n$/);
  });

  it("gives the read access back when nobody reads any more what it says", async () => {
    const { code, stdout } = await disturbed((command) => command.closeStderr());
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  });

  it("fails with the service's reason when the blob refuses, and gives the read access back", async () => {
    const fault = { kind: "error", status: 403, code: "AuthorizationFailure", message: "no" } as const;
    azure.simulator.blobPlane.faults.add({ fault, times: 1, requests: /^GET / });
    const { code, stderr } = await run("inspect", snapshotId);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("the server refused (403)") });
  });

  it("uses a read access that another one has, and does not end it", async () => {
    const access = { access: "Read", durationInSeconds: 600 };
    await azure.compute.snapshots.beginGrantAccessAndWait(GROUP, "broken", access, QUICK);
    const { code, stderr } = await run("inspect", snapshotId);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining("az snapshot revoke-access --ids") });
    expect((await azure.compute.snapshots.get(GROUP, "broken")).diskState).toBe("ActiveSAS");
    await azure.compute.snapshots.beginRevokeAccessAndWait(GROUP, "broken", QUICK);
  });
});

describe("what cannot be inspected in Azure", () => {
  it("is an attached disk: make a snapshot first", async () => {
    const { code, stderr } = await run("inspect", azure.simulator.sourceDiskId);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      new RegExp(`az snapshot create --resource-group \\S+ --name \\S+ --source ${azure.simulator.sourceDiskId} `),
    );
  });

  it("is a VM, which is wrong usage", async () => {
    expect((await run("inspect", azure.simulator.sourceVmId)).code).toBe(2);
  });

  it("is a snapshot that is not there", async () => {
    const { code, stderr } = await run("inspect", snapshotId.replace(/broken$/, "other"));
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("404 ResourceNotFound") });
  });

  it("is anything, with a wrong client secret", async () => {
    const wrong = { ...environment, ARM_CLIENT_SECRET: "wrong-secret" };
    const { code, stderr } = await runCommand(["inspect", snapshotId], wrong);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("signing in failed") });
    expect(stderr).not.toContain("wrong-secret");
  });
});

describe("extract into a container", () => {
  const account = "extractstore";
  let container: string;

  beforeAll(async () => {
    const made = await azure.storage.storageAccounts.beginCreateAndWait(GROUP, account, {
      location: LOCATION,
      kind: "StorageV2",
      sku: { name: "Standard_LRS" },
    });
    await azure.storage.blobContainers.create(GROUP, account, "dumps", {});
    const id = `${made.id!}/providers/Microsoft.Authorization/roleAssignments/${randomUUID()}`;
    await azure.resources.resources.beginCreateOrUpdateByIdAndWait(id, "2022-04-01", {
      properties: {
        principalId: azure.simulator.core.objectId,
        principalType: "ServicePrincipal",
        roleDefinitionId: `/subscriptions/${azure.simulator.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${CONTRIBUTOR}`,
      },
    });
    container = `${azure.simulator.blobPlane.endpoint}/${account}/dumps`;
  });

  async function blob(name: string): Promise<{ sha256: string; metadata: Record<string, string> | undefined }> {
    const client = azure.simulator.blobPlane.client(account).getContainerClient("dumps").getBlockBlobClient(name);
    const { metadata } = await client.getProperties();
    return {
      sha256: createHash("sha256")
        .update(await client.downloadToBuffer())
        .digest("hex"),
      metadata,
    };
  }

  const missing = (name: string): Promise<boolean> =>
    azure.simulator.blobPlane
      .client(account)
      .getContainerClient("dumps")
      .getBlobClient(name)
      .exists()
      .then((exists) => !exists);

  it("lets the service copy the dump", async () => {
    const { code, stdout, stderr } = await run("extract", snapshotId, "--to", container);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining("copied by the service") });
    expect(stdout).toBe(`${"-".repeat(64)}  ${container}/MEMORY.DMP\n`);
    const { sha256, metadata } = await blob("MEMORY.DMP");
    expect(sha256).toBe(dump.sha256);
    expect(metadata).toEqual({
      bugcheck: dump.bugCheck.code,
      path: encodeURI("C:\\Windows\\MEMORY.DMP"),
      identity: expect.stringMatching(/^[0-9a-f]{64}$/),
      copiedby: "service",
    });
  });

  it("does not replace a blob unless it is told to, and hashes when it is asked to", async () => {
    const again = await run("extract", snapshotId, "--to", container);
    expect({ code: again.code, stderr: again.stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining("--overwrite"),
    });
    const { code, stdout } = await run("extract", snapshotId, "--to", container, "--overwrite", "--hash");
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${dump.sha256}  ${container}/MEMORY.DMP\n` });
    expect((await blob("MEMORY.DMP")).metadata).toMatchObject({ sha256: dump.sha256 });
  });

  /** What a service says that will not put a page blob's bytes into blocks (azure-cli #13478). */
  const notIntoBlocks = {
    kind: "error",
    status: 409,
    code: "CannotVerifyCopySource",
    message: "The copy source must be a block blob",
  } as const;

  /** What it says of incremental snapshots behind a private endpoint (azure-sdk-for-net #23031, azcopy #2573). */
  const notIntoPages = {
    kind: "error",
    status: 409,
    code: "CopySourceCannotBeIncrementalCopyBlob",
    message: "Source blob of a copy operation cannot be non-snapshot incremental copy blob.",
  } as const;

  const blobsIn = async (prefix: string): Promise<string[]> => {
    const names: string[] = [];
    const store = azure.simulator.blobPlane.client(account).getContainerClient("dumps");
    for await (const { name } of store.listBlobsFlat({ prefix })) names.push(name);
    return names;
  };

  it("lets the service copy by way of a page blob where it refuses the straight way, and says so", async () => {
    azure.simulator.blobPlane.faults.add({
      fault: notIntoBlocks,
      times: 1,
      requests: /^PUT .*\/detour\/.* comp=block$/,
    });
    const { code, stdout, stderr } = await run("extract", snapshotId, "--to", `${container}/detour`);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${"-".repeat(64)}  ${container}/detour/MEMORY.DMP\n` });
    expect(stderr).toContain(
      "MEMORY.DMP: the service refuses that (409 CannotVerifyCopySource: The copy source must be a block blob)\n" +
        "MEMORY.DMP: copied by the service by way of a temporary page blob\n",
    );
    expect(await blob("detour/MEMORY.DMP")).toMatchObject({ sha256: dump.sha256, metadata: { copiedby: "page-blob" } });
    expect(await blobsIn("detour/")).toEqual(["detour/MEMORY.DMP"]);
  });

  it("streams the dump where the service refuses both, and says so", async () => {
    const { faults } = azure.simulator.blobPlane;
    faults.add({ fault: notIntoBlocks, times: 1, requests: /^PUT .*\/streamed\/.* comp=block$/ });
    faults.add({ fault: notIntoPages, times: 1, requests: /^PUT .*\/streamed\/.* comp=page$/ });
    const { code, stdout, stderr } = await run("extract", snapshotId, "--to", `${container}/streamed`);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${dump.sha256}  ${container}/streamed/MEMORY.DMP\n` });
    expect(stderr).toContain(
      "refuses that (409 CopySourceCannotBeIncrementalCopyBlob: Source blob of a copy operation cannot be non-snapshot incremental copy blob)\n" +
        "MEMORY.DMP: streamed through this machine\n",
    );
    expect(await blob("streamed/MEMORY.DMP")).toMatchObject({ sha256: dump.sha256, metadata: { copiedby: "client" } });
    expect(await blobsIn("streamed/")).toEqual(["streamed/MEMORY.DMP"]);
  });

  it("goes on by the next way when the service refuses in the middle", async () => {
    azure.simulator.blobPlane.faults.add({
      fault: notIntoBlocks,
      after: 9,
      times: 1,
      requests: /^PUT .*\/middle\/.* comp=block$/,
    });
    const { code, stderr } = await run("extract", snapshotId, "--to", `${container}/middle`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining("by way of a temporary page blob") });
    expect((await blob("middle/MEMORY.DMP")).sha256).toBe(dump.sha256);
  });

  it("stops at once when it is interrupted, and leaves neither a page blob nor read access", async () => {
    const { faults } = azure.simulator.blobPlane;
    faults.add({ fault: notIntoBlocks, times: 1, requests: /^PUT .*\/stopped\/.* comp=block$/ });
    const slow = { kind: "latency", milliseconds: 20_000 } as const;
    const remove = faults.add({ fault: slow, after: 3, requests: /^PUT .*\/stopped\/.* comp=page$/ });
    const command = startCommand(["extract", snapshotId, "--to", `${container}/stopped`], environment);
    await command.says("by way of a temporary page blob");
    while ((await blobsIn("stopped/")).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    command.kill("SIGINT");
    const { code, stdout, stderr } = withoutSecrets(await command.ended);
    remove();
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/interrupted\.\n$/);
    expect(await blobsIn("stopped/")).toEqual([]);
  }, 15_000);

  describe("with a signature of the container", () => {
    const signed = (permissions: string): string => {
      const { key1 } = azure.simulator.blobPlane.keys(account)!;
      const sas = generateBlobSASQueryParameters(
        {
          containerName: "dumps",
          permissions: ContainerSASPermissions.parse(permissions),
          expiresOn: new Date(Date.now() + 600_000),
        },
        new StorageSharedKeyCredential(account, key1),
      );
      return sas.toString();
    };

    it("reads the page blob by that signature, too", async () => {
      const { faults } = azure.simulator.blobPlane;
      faults.add({ fault: notIntoBlocks, times: 1, requests: /^PUT .*\/signed\/.* comp=block$/ });
      const { code, stdout } = await run("extract", snapshotId, "--to", `${container}/signed?${signed("racwd")}`);
      expect({ code, stdout }).toEqual({ code: 0, stdout: `${"-".repeat(64)}  ${container}/signed/MEMORY.DMP\n` });
      expect(await blob("signed/MEMORY.DMP")).toMatchObject({
        sha256: dump.sha256,
        metadata: { copiedby: "page-blob" },
      });
      expect(await blobsIn("signed/")).toEqual(["signed/MEMORY.DMP"]);
    });

    it("streams where the signature may neither read nor delete, and tells what is left", async () => {
      const { faults } = azure.simulator.blobPlane;
      faults.add({ fault: notIntoBlocks, times: 1, requests: /^PUT .*\/writing\/.* comp=block$/ });
      const target = `${container}/writing?${signed("cw")}`;
      const { code, stderr } = await run("extract", snapshotId, "--to", target);
      expect({ code, stderr }).toEqual({
        code: 0,
        stderr: expect.stringContaining("MEMORY.DMP: streamed through this machine"),
      });
      expect(stderr).toContain(`the temporary page blob ${container}/writing/MEMORY.DMP.pages is left`);
      expect((await blob("writing/MEMORY.DMP")).sha256).toBe(dump.sha256);
    });
  });

  it("streams from a file, which the service cannot read", async () => {
    const { code, stdout, stderr } = await run("extract", sample, "--to", `${container}/file`);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${dump.sha256}  ${container}/file/MEMORY.DMP\n` });
    expect(stderr).toContain("no service can copy it: the source is no address");
    expect(stderr).not.toContain("page blob");
  });

  it("goes on after a kill with the blocks that are there", async () => {
    const fault = { kind: "latency", milliseconds: 100 } as const;
    const remove = azure.simulator.blobPlane.faults.add({ fault, requests: /^PUT .*\/killed\// });
    const target = `${container}/killed`;
    const url = "/killed/MEMORY.DMP";
    const puts = (): number =>
      readFileSync(azure.simulator.auditLog, "utf8")
        .split("\n")
        .filter((line) => line.includes(url) && line.includes('"PUT"')).length;
    const command = startCommand(["extract", snapshotId, "--to", target], environment);
    while (puts() < 20) await new Promise((resolve) => setTimeout(resolve, 20));
    command.kill("SIGKILL");
    await command.ended;
    remove();
    expect(await missing("killed/MEMORY.DMP")).toBe(true);
    const before = puts();
    const { code, stderr } = await run("extract", snapshotId, "--to", target);
    const total = Number(/ in (\d+) blocks/.exec(stderr)![1]);
    expect(code).toBe(0);
    expect((await blob("killed/MEMORY.DMP")).sha256).toBe(dump.sha256);
    // One for the block that is tried first, one for the list.
    expect(puts() - before).toBeLessThanOrEqual(total - before + 2 + 8);
    await azure.compute.snapshots.beginRevokeAccessAndWait(GROUP, "broken", QUICK);
  });

  it("makes no blob when the container is not there", async () => {
    const { code, stderr } = await run("extract", snapshotId, "--to", `${container}2`);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("Make the container first.") });
  });
});

it("extract into a folder reads the snapshot and gives the read access back", async () => {
  const folder = `${azure.folder}/extracted`;
  const { code, stdout } = await run("extract", snapshotId, "--to", folder);
  expect({ code, stdout }).toEqual({ code: 0, stdout: `${dump.sha256}  ${folder}/MEMORY.DMP\n` });
});

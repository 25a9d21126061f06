import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFile, mkdtemp, open, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import https from "node:https";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { BlobClient } from "@azure/storage-blob";
import { vhdChecksum } from "../../../../disk/vhd-footer";
import { makeVhdFooter } from "../../../../rehearsal/arm/blob/vhd-footer";
import { startSimulator } from "../../../../rehearsal/arm/start";
import { FakeGuest, gptDisk, GROUP, LOCATION, refusal, startFixture } from "./fixture";

/** Starting and stopping. */
export function describeStart(): void {
  const SIZE = 4 * 1024 * 1024;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "azure-repair-kit-test-"));
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  async function fileOf(name: string, bytes: Buffer): Promise<string> {
    const file = path.join(folder, name);
    await writeFile(file, bytes);
    return file;
  }

  /** Whether anything listens on a port. */
  function listens(port: number): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = net.connect(port, "127.0.0.1");
      socket.on("connect", () => {
        socket.destroy();
        resolve(true);
      });
      socket.on("error", () => resolve(false));
    });
  }

  function portOf(url: string): number {
    return Number(new URL(url).port);
  }

  describe("a disk file that is no whole fixed VHD is refused before anything starts", () => {
    const damagedFooter = (offset: number, bytes: number[]): Buffer => {
      const vhd = gptDisk(SIZE);
      vhd.set(bytes, SIZE + offset);
      return vhd;
    };

    const dynamicVhd = (): Buffer => {
      const vhd = damagedFooter(60, [0, 0, 0, 3]);
      vhd.writeUInt32BE(vhdChecksum(vhd.subarray(SIZE)), SIZE + 64);
      return vhd;
    };

    it.each<[string, () => Buffer, RegExp]>([
      ["truncated", () => gptDisk(SIZE).subarray(0, SIZE - 512), /VHD/],
      [
        "with data missing in the middle",
        () => Buffer.concat([gptDisk(SIZE).subarray(0, SIZE / 2), gptDisk(SIZE).subarray(SIZE)]),
        /4194304 bytes, but 2097152 bytes stand before it/,
      ],
      ["with a damaged footer", () => damagedFooter(100, [1]), /checksum/],
      ["dynamic", dynamicVhd, /dynamic VHD/],
      ["empty", () => Buffer.alloc(0), /0 bytes/],
    ])("%s", async (name, make, message) => {
      const workFolder = await mkdtemp(path.join(folder, "work-"));
      const diskFile = await fileOf(`${name.replaceAll(" ", "-")}.vhd`, make());
      await expect(startSimulator({ diskFile, workFolder })).rejects.toThrow(message);
      expect(await readdir(workFolder)).toEqual([]);
    });

    it("missing", async () => {
      await expect(startSimulator({ diskFile: path.join(folder, "none.vhd"), workFolder: folder })).rejects.toThrow(
        /no such file/,
      );
    });
  });

  describe("a simulator", () => {
    it("is told its source VM's facts, and refuses a port in use", async () => {
      const vhd = gptDisk(SIZE);
      const one = await startFixture({
        source: {
          resourceGroup: "shop",
          vmName: "db-07",
          location: "westeurope",
          zone: "2",
          securityType: "TrustedLaunch",
          purchasePlan: { name: "n", publisher: "p", product: "q" },
          diskSku: "StandardSSD_LRS",
          imageSku: "2019-datacenter-gensecond",
        },
      });
      try {
        const vm = await one.compute.virtualMachines.get("shop", "db-07");
        expect(vm).toMatchObject({
          location: "westeurope",
          zones: ["2"],
          plan: { name: "n" },
          securityProfile: { securityType: "TrustedLaunch" },
          storageProfile: {
            imageReference: { sku: "2019-datacenter-gensecond" },
            osDisk: { managedDisk: { id: one.simulator.sourceDiskId } },
          },
        });
        const disk = await one.compute.disks.get("shop", vm.storageProfile!.osDisk!.name!);
        expect(disk).toMatchObject({
          zones: ["2"],
          hyperVGeneration: "V2",
          sku: { name: "StandardSSD_LRS" },
          purchasePlan: { name: "n", publisher: "p", product: "q" },
          securityProfile: { securityType: "TrustedLaunch" },
        });
        expect((await one.network.networkInterfaces.get("shop", "db-07-nic")).virtualMachine?.id).toBe(vm.id);
        expect(await one.simulator.sourceDiskSha256()).toBe(
          createHash("sha256").update(vhd.subarray(0, SIZE)).digest("hex"),
        );

        const workFolder = await mkdtemp(path.join(folder, "work-"));
        const second = startSimulator({
          diskFile: path.join(one.folder, "source.vhd"),
          workFolder,
          guest: new FakeGuest(),
          port: portOf(one.simulator.armEndpoint),
        });
        await expect(second).rejects.toThrow(/is in use/);
      } finally {
        await one.stop();
      }
    });

    it.each([
      ["Linux", { osType: "Linux" as const }],
      ["unmanaged", { managed: false }],
      ["Generation 1", {}],
    ])("may have a source VM that is %s", async (kind, source) => {
      const mbr = gptDisk(SIZE);
      if (kind === "Generation 1") mbr.fill(0, 0, 512 * 40).fill(0, SIZE - 512 * 34, SIZE);
      const one = await startFixture({ source, diskFile: await fileOf(`${kind}.vhd`, mbr) });
      try {
        const vm = await one.compute.virtualMachines.get("production", "web-01");
        const osDisk = vm.storageProfile!.osDisk!;
        if (kind === "Linux") expect(osDisk.osType).toBe("Linux");
        if (kind === "unmanaged") {
          expect(osDisk.managedDisk).toBeUndefined();
          expect(osDisk.vhd?.uri).toMatch(/^https:.*\.vhd$/);
        }
        if (kind === "Generation 1")
          expect((await one.compute.disks.get("production", osDisk.name!)).hyperVGeneration).toBe("V1");
      } finally {
        await one.stop();
      }
    });

    it("takes a disk of 127 GiB without reading it", async () => {
      const size = 127 * 2 ** 30;
      const diskFile = await fileOf("large.vhd", gptDisk(SIZE).subarray(0, 512));
      await truncate(diskFile, size);
      await appendFile(diskFile, makeVhdFooter(size, Buffer.alloc(16, 9), new Date()));
      const one = await startFixture({ diskFile });
      try {
        const snapshot = await one.compute.snapshots.beginCreateOrUpdateAndWait(GROUP, "large", {
          location: LOCATION,
          creationData: { createOption: "Copy", sourceResourceId: one.simulator.sourceDiskId },
        });
        expect(snapshot).toMatchObject({ diskSizeGB: 127, diskSizeBytes: size });
        const { accessSAS } = await one.compute.snapshots.beginGrantAccessAndWait(GROUP, "large", {
          access: "Read",
          durationInSeconds: 60,
        });
        const blob = new BlobClient(accessSAS!);
        expect((await blob.getProperties()).contentLength).toBe(size + 512);
        expect((await blob.downloadToBuffer(size, 8)).toString()).toBe("conectix");
      } finally {
        await one.stop();
      }
    });

    it("plays a firmware that starts the copy, and two of them do not meet", async () => {
      const [one, two] = [await startFixture({ bootFromCopy: true }), await startFixture()];
      const ports = [one, two].flatMap(({ simulator }) => [
        portOf(simulator.armEndpoint),
        portOf(simulator.blobPlane.endpoint),
      ]);
      try {
        expect(new Set(ports).size).toBe(4);
        for (const each of [one, two]) {
          const copy = await each.compute.disks.beginCreateOrUpdateAndWait(GROUP, "copy", {
            location: LOCATION,
            creationData: { createOption: "Copy", sourceResourceId: each.simulator.sourceDiskId },
          });
          const vnet = await each.network.virtualNetworks.beginCreateOrUpdateAndWait(GROUP, "vnet", {
            location: LOCATION,
            addressSpace: { addressPrefixes: ["10.1.0.0/16"] },
            subnets: [{ name: "default", addressPrefix: "10.1.0.0/24" }],
          });
          const nic = await each.network.networkInterfaces.beginCreateOrUpdateAndWait(GROUP, "nic", {
            location: LOCATION,
            ipConfigurations: [{ name: "ip", subnet: { id: vnet.subnets![0]!.id! } }],
          });
          await each.compute.virtualMachines.beginCreateOrUpdateAndWait(GROUP, "repair", {
            location: LOCATION,
            hardwareProfile: { vmSize: "Standard_D2s_v6" },
            osProfile: { adminUsername: "repairer", adminPassword: "S3cret-S3cret" },
            networkProfile: { networkInterfaces: [{ id: nic.id! }] },
            storageProfile: {
              imageReference: {
                publisher: "MicrosoftWindowsServer",
                offer: "WindowsServer",
                sku: "2025-datacenter-g2",
                version: "latest",
              },
              osDisk: { createOption: "FromImage" },
              dataDisks: [{ lun: 5, createOption: "Attach", managedDisk: { id: copy.id! } }],
            },
          });
          await each.compute.virtualMachineRunCommands.beginCreateOrUpdateAndWait(GROUP, "repair", "look", {
            location: LOCATION,
            source: { script: "x" },
          });
        }
        expect(one.guest.runs[0]?.machine).toMatchObject({ bootedFromLun: 5, busType: "NVMe" });
        expect(two.guest.runs[0]?.machine).toMatchObject({ bootedFromLun: null });
        expect(
          await refusal(two.compute.disks.get("production", one.simulator.sourceDiskId.split("/").at(-1)!)),
        ).toMatchObject({ status: 404 });
      } finally {
        await one.stop();
        await two.stop();
      }
      expect(await Promise.all(ports.map(listens))).toEqual([false, false, false, false]);
    });

    it("lets a role assignment take its time to reach the data plane", async () => {
      const one = await startFixture({ rolePropagationMilliseconds: 300 });
      try {
        const { BlobServiceClient } = await import("@azure/storage-blob");
        const account = await one.storage.storageAccounts.beginCreateAndWait(GROUP, "propagation", {
          location: LOCATION,
          kind: "StorageV2",
          sku: { name: "Standard_LRS" },
        });
        await one.storage.blobContainers.create(GROUP, "propagation", "dumps", {});
        const role = `${account.id}/providers/Microsoft.Authorization/roleAssignments/00000000-0000-4000-8000-000000000001`;
        await one.resources.resources.beginCreateOrUpdateByIdAndWait(role, "2022-04-01", {
          properties: {
            principalId: one.simulator.core.objectId,
            principalType: "ServicePrincipal",
            roleDefinitionId: `/subscriptions/${one.simulator.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/ba92f5b4-2d11-453d-a403-e96b0029c9fe`,
          },
        });
        const blob = new BlobServiceClient(account.primaryEndpoints!.blob!, one.credential)
          .getContainerClient("dumps")
          .getBlockBlobClient("x");
        expect(await refusal(blob.upload("x", 1))).toMatchObject({
          status: 403,
          code: "AuthorizationPermissionMismatch",
        });
        for (let done = false; !done;) {
          done = await blob.upload("x", 1).then(
            () => true,
            (error: unknown) => (error as { statusCode?: number }).statusCode !== 403,
          );
        }
        expect(await blob.exists()).toBe(true);
      } finally {
        await one.stop();
      }
    });
  });

  describe("npm run simulate", () => {
    const simulate = (args: string[]) => {
      const root = path.resolve(__dirname, "../../../..");
      const child = spawn(process.execPath, ["--require", "./compile-on-demand.js", "rehearsal/simulate.ts", ...args], {
        cwd: root,
        env: {
          ...process.env,
          TMPDIR: folder,
          PATH: path.dirname(process.execPath),
          AZURE_REPAIR_KIT_CACHE: path.join(folder, "cache"),
          XDG_CACHE_HOME: path.join(folder, "cache"),
        },
      });
      const output = { stdout: "", stderr: "" };
      child.stdout.on("data", (data: Buffer) => (output.stdout += data.toString()));
      child.stderr.on("data", (data: Buffer) => (output.stderr += data.toString()));
      const exited = new Promise<number | null>((resolve) => child.on("close", resolve));
      const firstLine = new Promise<string>((resolve, reject) => {
        child.stdout.on("data", () => {
          if (output.stdout.includes("\n")) resolve(output.stdout.split("\n")[0]!);
        });
        void exited.then(() => reject(new Error(output.stderr)));
      });
      firstLine.catch(() => undefined);
      return { child, output, exited, firstLine };
    };

    it("tells everything a client needs in its first line, and leaves nothing behind", async () => {
      const diskFile = await fileOf("simulate.vhd", gptDisk(SIZE));
      const { child, exited, firstLine, output } = simulate(["--disk", diskFile]);
      try {
        const told = JSON.parse(await firstLine) as Record<string, any>;
        expect(Object.keys(told).sort()).toEqual(
          [
            "armEndpoint",
            "auditLog",
            "caFile",
            "clientId",
            "clientSecret",
            "env",
            "metadataHost",
            "pulumiProject",
            "sourceVmId",
            "subscriptionId",
            "tenantId",
          ].sort(),
        );
        expect(told.env).toMatchObject({
          ARM_METADATA_HOSTNAME: told.metadataHost,
          NODE_EXTRA_CA_CERTS: told.caFile,
          ARM_CLIENT_ID: told.clientId,
        });
        expect(await readdir(told.pulumiProject)).toEqual(expect.arrayContaining(["Pulumi.yaml"]));
        const ca = await readFile(told.caFile);
        const metadata = await new Promise<number | undefined>((resolve, reject) => {
          https
            .get(`${told.armEndpoint}/metadata/endpoints?api-version=2022-09-01`, { ca }, (answer) =>
              resolve(answer.resume().statusCode),
            )
            .on("error", reject);
        });
        expect(metadata).toBe(200);
        child.kill("SIGINT");
        expect(await exited).toBe(0);
        expect(await listens(portOf(told.armEndpoint))).toBe(false);
        expect((await readdir(folder)).filter((name) => /^azure-repair-kit-(?!test)/.test(name))).toEqual([]);
      } catch (error) {
        throw new Error(`${String(error)}\n${output.stderr}`, { cause: error });
      } finally {
        child.kill("SIGKILL");
      }
    });

    it("tells of wrong usage and wrong disks, with their exit codes", async () => {
      const cases: [string[], number, RegExp][] = [
        [["--port", "http"], 2, /is no port/],
        [["--nonsense"], 2, /unknown option/],
        [["--disk", "no-such-disk"], 1, /no-such-disk/],
      ];
      await Promise.all(
        cases.map(async ([args, code, message]) => {
          const { exited, output } = simulate(args);
          expect(await exited).toBe(code);
          expect(output.stderr).toMatch(message);
          expect(output.stdout).toBe("");
        }),
      );
    });
  });

  it("reads the disk file only", async () => {
    const diskFile = await fileOf("read-only.vhd", gptDisk(SIZE));
    const handle = await open(diskFile, "r");
    await handle.chmod(0o444);
    await handle.close();
    const before = await readFile(diskFile);
    const one = await startFixture({ diskFile });
    await one.compute.snapshots.beginCreateOrUpdateAndWait(GROUP, "s", {
      location: LOCATION,
      creationData: { createOption: "Copy", sourceResourceId: one.simulator.sourceDiskId },
    });
    await one.stop();
    expect((await readFile(diskFile)).equals(before)).toBe(true);
  });
}

import { GROUP, LOCATION, refusal, type Fixture } from "./fixture";

/** Snapshots, disks and their export. */
export function describeDisks(simulator: () => Fixture): void {
  let azure: Fixture;
  let sourceDisk: string;
  let sourceDiskName: string;

  beforeAll(() => {
    azure = simulator();
    sourceDisk = azure.simulator.sourceDiskId;
    sourceDiskName = sourceDisk.split("/").at(-1)!;
  });

  /** A snapshot of the broken VM's disk. */
  async function snapshot(name: string, properties: object = {}) {
    return azure.compute.snapshots.beginCreateOrUpdateAndWait(GROUP, name, {
      location: LOCATION,
      creationData: { createOption: "Copy", sourceResourceId: sourceDisk },
      ...properties,
    });
  }

  async function diskFrom(name: string, sourceResourceId: string | undefined, properties: object = {}) {
    return azure.compute.disks.beginCreateOrUpdateAndWait(GROUP, name, {
      location: LOCATION,
      creationData: { createOption: "Copy", sourceResourceId },
      ...properties,
    });
  }

  async function download(url: string, headers: Record<string, string> = {}) {
    const answer = await fetchTrusting(url, headers);
    return { status: answer.status, text: await answer.text(), length: answer.headers.get("content-length") };
  }

  /** fetch does not go by the certificates that tls was told to trust, so the official client's pipeline is used. */
  async function fetchTrusting(url: string, headers: Record<string, string>): Promise<Response> {
    const https = await import("node:https");
    return new Promise((resolve, reject) => {
      https
        .get(url, { headers, ca: azure.simulator.core.certificate.ca }, (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("end", () =>
            resolve(
              new Response(Buffer.concat(chunks), {
                status: response.statusCode!,
                headers: { "content-length": response.headers["content-length"] ?? "" },
              }),
            ),
          );
        })
        .on("error", reject);
    });
  }

  describe("snapshots", () => {
    it("are taken of a disk whose VM runs, and are usable at once", async () => {
      const taken = await snapshot("taken", { hyperVGeneration: "V2", tags: { kit: "yes" } });
      expect(taken).toMatchObject({
        provisioningState: "Succeeded",
        diskState: "Unattached",
        diskSizeBytes: 4 * 1024 * 1024,
        incremental: false,
        osType: "Windows",
        hyperVGeneration: "V2",
        networkAccessPolicy: "AllowAll",
        publicNetworkAccess: "Enabled",
        encryption: { type: "EncryptionAtRestWithPlatformKey" },
        tags: { kit: "yes" },
      });
      const source = await azure.compute.disks.get("production", sourceDiskName);
      expect(taken.creationData?.sourceUniqueId).toBe(source.uniqueId);
    });

    it("do not carry over generation and security profile that were not sent", async () => {
      expect((await snapshot("bare")).hyperVGeneration).toBeUndefined();
    });

    it.each([
      ["a source that is not there", "nowhere", LOCATION, { status: 404, code: "ResourceNotFound" }],
      ["another region", undefined, "westeurope", { status: 400, code: "BadRequest" }],
    ])("are refused for %s", async (_case, disk, location, expected) => {
      const sourceResourceId = disk === undefined ? sourceDisk : sourceDisk.replace(sourceDiskName, disk);
      const refused = refusal(
        azure.compute.snapshots.beginCreateOrUpdateAndWait(GROUP, "refused", {
          location,
          creationData: { createOption: "Copy", sourceResourceId },
        }),
      );
      expect(await refused).toMatchObject(expected);
      expect(await refusal(azure.compute.snapshots.get(GROUP, "refused"))).toMatchObject({ status: 404 });
    });

    it("keep their source when they are put again", async () => {
      await snapshot("fixed");
      const other = await diskFrom("fixed-source", (await azure.compute.snapshots.get(GROUP, "fixed")).id);
      const change = azure.compute.snapshots.beginCreateOrUpdateAndWait(GROUP, "fixed", {
        location: LOCATION,
        creationData: { createOption: "Copy", sourceResourceId: other.id },
      });
      expect(await refusal(change)).toMatchObject({ status: 409, code: "PropertyChangeNotAllowed" });
      expect((await snapshot("fixed", { tags: { again: "1" } })).tags).toEqual({ again: "1" });
    });
  });

  describe("export", () => {
    it("gives a read-only address that reads the disk as a fixed VHD, and ends at once", async () => {
      const { id } = await snapshot("exported");
      const { accessSAS } = await azure.compute.snapshots.beginGrantAccessAndWait(GROUP, "exported", {
        access: "Read",
        durationInSeconds: 600,
      });
      expect(accessSAS).toMatch(/[?&]si=[0-9a-f-]{36}/);
      expect(accessSAS).not.toMatch(/[?&](se|sp)=/);
      expect((await azure.compute.snapshots.get(GROUP, "exported")).diskState).toBe("ActiveSAS");
      expect(await download(accessSAS!, { range: "bytes=1048576-1048600" })).toMatchObject({
        status: 206,
        text: "marker of the broken disk",
      });
      // Pages that hold data: protective MBR and GPT, the marker, the backup GPT with the footer; in grains of 64 KiB.
      expect((await download(`${accessSAS}&comp=pagelist`)).text.match(/<Start>\d+/g)).toEqual([
        "<Start>0",
        "<Start>1048576",
        "<Start>4128768",
      ]);
      const footer = await download(accessSAS!, { range: `bytes=${4 * 1024 * 1024}-` });
      expect(footer).toMatchObject({ status: 206, length: "512" });
      expect(footer.text.slice(0, 8)).toBe("conectix");

      expect(await refusal(azure.compute.snapshots.beginDeleteAndWait(GROUP, "exported"))).toMatchObject({
        status: 409,
        message: expect.stringContaining(
          "There is an active shared access signature outstanding for snapshot exported",
        ),
      });
      await azure.compute.snapshots.beginRevokeAccessAndWait(GROUP, "exported");
      expect(await download(accessSAS!, { range: "bytes=0-511" })).toMatchObject({ status: 403 });
      expect((await azure.compute.snapshots.get(GROUP, "exported")).diskState).toBe("Unattached");
      await azure.compute.snapshots.beginDeleteAndWait(GROUP, "exported");
      expect(await refusal(azure.compute.snapshots.get(GROUP, "exported"))).toMatchObject({
        status: 404,
        code: "ResourceNotFound",
        message: expect.stringContaining("Microsoft.Compute/snapshots/exported"),
      });
      expect(id).toContain("/snapshots/exported");
    });

    it("of a disk whose VM runs is refused", async () => {
      const grant = azure.compute.disks.beginGrantAccessAndWait("production", sourceDiskName, {
        access: "Read",
        durationInSeconds: 600,
      });
      expect(await refusal(grant)).toEqual({
        status: 409,
        code: "Conflict",
        message: `Access not permitted because disk ${sourceDiskName} is currently attached to running VM ${azure.simulator.sourceVmId}`,
      });
    });

    it.each([
      ["longer than 60 days", {}, 5_184_001, { status: 400, code: "InvalidParameter" }],
      [
        "of a snapshot with DenyAll",
        { networkAccessPolicy: "DenyAll" },
        600,
        { status: 409, code: "OperationNotAllowed" },
      ],
      ["without public access", { publicNetworkAccess: "Disabled" }, 600, { status: 409, code: "OperationNotAllowed" }],
    ])("%s is refused", async (name, properties, durationInSeconds, expected) => {
      const snapshotName = `export-${name.replaceAll(" ", "-")}`;
      await snapshot(snapshotName, properties);
      const grant = azure.compute.snapshots.beginGrantAccessAndWait(GROUP, snapshotName, {
        access: "Read",
        durationInSeconds,
      });
      expect(await refusal(grant)).toMatchObject(expected);
    });

    it("by private endpoint needs AllowPrivate", async () => {
      const taken = snapshot("private", {
        diskAccessId: "/subscriptions/x/resourceGroups/y/providers/Microsoft.Compute/diskAccesses/z",
      });
      expect(await refusal(taken)).toEqual({
        status: 400,
        code: "ConflictingUserInput",
        message: "Disk Access is only supported for disks with NetworkAccessPolicy AllowPrivate",
      });
    });
  });

  describe("disks", () => {
    it("are made from a snapshot with what was sent, larger if asked", async () => {
      const { id } = await snapshot("for-disks");
      const plan = { name: "p", publisher: "pub", product: "prod" };
      const disk = await diskFrom("copied", id, {
        zones: ["1"],
        sku: { name: "StandardSSD_LRS" },
        hyperVGeneration: "V2",
        purchasePlan: plan,
        securityProfile: { securityType: "TrustedLaunch" },
        diskSizeGB: 2,
      });
      expect(disk).toMatchObject({
        zones: ["1"],
        sku: { name: "StandardSSD_LRS", tier: "Standard" },
        hyperVGeneration: "V2",
        purchasePlan: plan,
        securityProfile: { securityType: "TrustedLaunch" },
        diskSizeGB: 2,
        diskSizeBytes: 2 * 2 ** 30,
        diskState: "Unattached",
      });
      const { accessSAS } = await azure.compute.disks.beginGrantAccessAndWait(GROUP, "copied", {
        access: "Read",
        durationInSeconds: 60,
      });
      expect((await download(accessSAS!, { range: "bytes=1048576-1048600" })).text).toBe("marker of the broken disk");
      expect((await download(accessSAS!, { range: `bytes=${2 * 2 ** 30}-` })).text.slice(0, 8)).toBe("conectix");
      expect((await download(accessSAS!, { range: `bytes=${4 * 1024 * 1024}-${4 * 1024 * 1024 + 511}` })).text).toBe(
        "\0".repeat(512),
      );
      await azure.compute.disks.beginRevokeAccessAndWait(GROUP, "copied");
    });

    it("may be empty and large at no cost", async () => {
      const disk = await azure.compute.disks.beginCreateOrUpdateAndWait(GROUP, "empty", {
        location: "West US 2",
        sku: { name: "Premium_LRS" },
        diskSizeGB: 127,
        creationData: { createOption: "Empty" },
      });
      expect(disk).toMatchObject({
        tier: "P10",
        diskIopsReadWrite: 500,
        diskMBpsReadWrite: 100,
        diskSizeBytes: 127 * 2 ** 30,
      });
    });

    it("change by PATCH, grow, and never shrink", async () => {
      await diskFrom("changed", sourceDisk);
      const changed = await azure.compute.disks.beginUpdateAndWait(GROUP, "changed", {
        tags: { a: "b" },
        sku: { name: "Premium_LRS" },
        diskSizeGB: 3,
        networkAccessPolicy: "DenyAll",
      });
      expect(changed).toMatchObject({
        tags: { a: "b" },
        sku: { name: "Premium_LRS" },
        diskSizeGB: 3,
        diskSizeBytes: 3 * 2 ** 30,
        networkAccessPolicy: "DenyAll",
        creationData: { createOption: "Copy" },
      });
      expect(await refusal(azure.compute.disks.beginUpdateAndWait(GROUP, "changed", { diskSizeGB: 1 }))).toMatchObject({
        status: 400,
        code: "InvalidParameter",
      });
    });

    it("cannot be deleted while a VM owns them", async () => {
      expect(await refusal(azure.compute.disks.beginDeleteAndWait("production", sourceDiskName))).toEqual({
        status: 409,
        code: "OperationNotAllowed",
        message: `Disk ${sourceDiskName} is attached to VM ${azure.simulator.sourceVmId}.`,
      });
    });

    it.each([
      ["no size", { creationData: { createOption: "Empty" } }, "InvalidParameter"],
      ["a size of none", { diskSizeGB: 40_000, creationData: { createOption: "Empty" } }, "InvalidParameter"],
      [
        "an unknown sku",
        { diskSizeGB: 4, sku: { name: "Turbo" }, creationData: { createOption: "Empty" } },
        "InvalidParameter",
      ],
      ["two zones", { diskSizeGB: 4, zones: ["1", "2"], creationData: { createOption: "Empty" } }, "BadRequest"],
      ["less than its source", { diskSizeGB: 0.5, copy: true }, "InvalidParameter"],
    ])("with %s are refused", async (_case, { copy, ...body }: any, code) => {
      const creationData = copy ? { createOption: "Copy", sourceResourceId: sourceDisk } : body.creationData;
      const put = azure.compute.disks.beginCreateOrUpdateAndWait(GROUP, "wrong", {
        location: LOCATION,
        ...body,
        creationData,
      });
      expect(await refusal(put)).toMatchObject({ status: 400, code });
    });

    it("are independent copies: what is written to one is in no other, and never in the source", async () => {
      const before = await azure.simulator.sourceDiskSha256();
      await snapshot("pristine");
      await diskFrom("scribbled", sourceDisk);
      const { disks, client } = {
        disks: azure.simulator.blobPlane.disks,
        client: azure.simulator.blobPlane.client("md-rehearsal"),
      };
      const blobs = [];
      for await (const container of client.listContainers()) blobs.push(container.name);
      const scribbled = azure.simulator.core.azure.store.get(
        `${sourceDisk.replace(/production.*/, GROUP)}/providers/Microsoft.Compute/disks/scribbled`,
      );
      const blob: any = scribbled!.hidden.get("blob");
      expect(blobs).toContain(blob.container);
      await client
        .getContainerClient(blob.container)
        .getPageBlobClient("abcd")
        .uploadPages(Buffer.alloc(512, 0xff), 1024 * 1024, 512);
      expect(Buffer.from(await disks.bytes(blob).read(1024 * 1024, 4)).toString("hex")).toBe("ffffffff");
      expect(await azure.simulator.sourceDiskSha256()).toBe(before);
    });
  });
}

import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import https from "node:https";
import type { StorageAccountCreateParameters } from "@azure/arm-storage";
import {
  BlobServiceClient,
  BlockBlobClient,
  generateBlobSASQueryParameters,
  StorageSharedKeyCredential,
  type ContainerClient,
} from "@azure/storage-blob";
import { INTERNAL_ERROR, PERMISSION_MISMATCH, SERVER_BUSY } from "../../../../rehearsal/arm/blob";
import { GROUP, LOCATION, refusal, type Fixture } from "./fixture";

/** Storage accounts and the blob plane. */
export function describeStorage(simulator: () => Fixture): void {
  const CONTRIBUTOR = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";
  const READER = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1";
  const ONE_TRY = { retryOptions: { maxTries: 1 } };

  let azure: Fixture;

  beforeAll(() => {
    azure = simulator();
  });

  async function account(name: string, properties: Partial<StorageAccountCreateParameters> = {}) {
    return azure.storage.storageAccounts.beginCreateAndWait(GROUP, name, {
      location: LOCATION,
      kind: "StorageV2",
      sku: { name: "Standard_LRS" },
      ...properties,
    });
  }

  /** Gives the signed-in principal a data role on a scope. */
  async function grant(scope: string, role: string): Promise<void> {
    const id = `${scope}/providers/Microsoft.Authorization/roleAssignments/${randomUUID()}`;
    await azure.resources.resources.beginCreateOrUpdateByIdAndWait(id, "2022-04-01", {
      properties: {
        principalId: azure.simulator.core.objectId,
        principalType: "ServicePrincipal",
        roleDefinitionId: `/subscriptions/${azure.simulator.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${role}`,
      },
    });
  }

  function signedIn(name: string, audienceToken?: string): BlobServiceClient {
    const credential =
      audienceToken === undefined
        ? azure.credential
        : { getToken: () => Promise.resolve({ token: audienceToken, expiresOnTimestamp: Date.now() + 3_600_000 }) };
    return new BlobServiceClient(`${azure.simulator.blobPlane.endpoint}/${name}`, credential, ONE_TRY);
  }

  async function storeWithRights(name: string): Promise<ContainerClient> {
    const { id } = await account(name);
    await azure.storage.blobContainers.create(GROUP, name, "dumps", {});
    await grant(id!, CONTRIBUTOR);
    return signedIn(name).getContainerClient("dumps");
  }

  describe("storage accounts", () => {
    it("are made, changed, listed and deleted", async () => {
      const made = await account("lifecycle1", { allowSharedKeyAccess: false, tags: { a: "1" } });
      expect(made).toMatchObject({
        provisioningState: "Succeeded",
        kind: "StorageV2",
        sku: { name: "Standard_LRS", tier: "Standard" },
        minimumTlsVersion: "TLS1_2",
        allowBlobPublicAccess: false,
        allowSharedKeyAccess: false,
        enableHttpsTrafficOnly: true,
        accessTier: "Hot",
        networkRuleSet: { bypass: "AzureServices", defaultAction: "Allow" },
        statusOfPrimary: "available",
        primaryEndpoints: { blob: `${azure.simulator.blobPlane.endpoint}/lifecycle1/` },
      });
      const changed = await azure.storage.storageAccounts.update(GROUP, "lifecycle1", {
        tags: { b: "2" },
        minimumTlsVersion: "TLS1_3",
      });
      expect(changed).toMatchObject({ tags: { b: "2" }, minimumTlsVersion: "TLS1_3", allowSharedKeyAccess: false });
      expect(changed.tags).toEqual({ b: "2" });
      const reset = await account("lifecycle1", { networkRuleSet: undefined });
      expect(reset).toMatchObject({ networkRuleSet: { defaultAction: "Allow" }, creationTime: made.creationTime });

      await azure.storage.storageAccounts.delete(GROUP, "lifecycle1");
      expect(await refusal(azure.storage.storageAccounts.getProperties(GROUP, "lifecycle1"))).toMatchObject({
        status: 404,
        code: "ResourceNotFound",
      });
      await azure.storage.storageAccounts.delete(GROUP, "lifecycle1");
    });

    it.each(["Upper-Case", "ab", "twenty-five-letters-long1"])("named %s are refused", async (name) => {
      // The storage client checks names by itself and would not ask.
      const id = `/subscriptions/${azure.simulator.subscriptionId}/resourceGroups/${GROUP}/providers/Microsoft.Storage/storageAccounts/${name}`;
      const body = { location: LOCATION, kind: "StorageV2", sku: { name: "Standard_LRS" } };
      expect(await refusal(azure.resources.resources.beginCreateOrUpdateByIdAndWait(id, "2024-01-01", body))).toEqual({
        status: 400,
        code: "AccountNameInvalid",
        message: `${name} is not a valid storage account name. Storage account name must be between 3 and 24 characters in length and use numbers and lower-case letters only.`,
      });
    });

    it.each([
      ["kind", { kind: "Floppy" }],
      ["sku.name", { sku: { name: "Ultra_LRS" } }],
      ["minimumTlsVersion", { properties: { minimumTlsVersion: "SSL3" } }],
    ])("with a wrong %s are refused", async (property, wrong) => {
      const id = `/subscriptions/${azure.simulator.subscriptionId}/resourceGroups/${GROUP}/providers/Microsoft.Storage/storageAccounts/wrong`;
      const body = { location: LOCATION, kind: "StorageV2", sku: { name: "Standard_LRS" }, ...wrong };
      expect(
        await refusal(azure.resources.resources.beginCreateOrUpdateByIdAndWait(id, "2024-01-01", body)),
      ).toMatchObject({
        status: 400,
        code: "InvalidValuesForRequestParameters",
        message: expect.stringContaining(property),
      });
    });

    it("have names that are taken once in the whole of Azure", async () => {
      await account("takenname");
      await azure.resources.resourceGroups.createOrUpdate("elsewhere", { location: LOCATION });
      const second = azure.storage.storageAccounts.beginCreateAndWait("elsewhere", "takenname", {
        location: LOCATION,
        kind: "StorageV2",
        sku: { name: "Standard_LRS" },
      });
      expect(await refusal(second)).toEqual({
        status: 409,
        code: "StorageAccountAlreadyTaken",
        message: "The storage account named takenname is already taken.",
      });
      expect(
        await azure.storage.storageAccounts.checkNameAvailability({
          name: "takenname",
          type: "Microsoft.Storage/storageAccounts",
        }),
      ).toMatchObject({ nameAvailable: false, reason: "AlreadyExists" });
      expect(
        await azure.storage.storageAccounts.checkNameAvailability({
          name: "freename",
          type: "Microsoft.Storage/storageAccounts",
        }),
      ).toMatchObject({ nameAvailable: true });
    });

    it("have keys that work until they are renewed", async () => {
      await account("keyed");
      const { keys } = await azure.storage.storageAccounts.listKeys(GROUP, "keyed");
      expect(keys!.map(({ keyName }) => keyName)).toEqual(["key1", "key2"]);
      const withKey = new BlobServiceClient(
        `${azure.simulator.blobPlane.endpoint}/keyed`,
        new StorageSharedKeyCredential("keyed", keys![0]!.value!),
        ONE_TRY,
      );
      await withKey.createContainer("by-key");
      expect(await azure.storage.blobContainers.get(GROUP, "keyed", "by-key")).toMatchObject({ name: "by-key" });
      await azure.storage.storageAccounts.regenerateKey(GROUP, "keyed", { keyName: "key1" });
      expect(await refusal(withKey.createContainer("by-old-key"))).toMatchObject({ status: 403 });
    });
  });

  describe("containers and policies", () => {
    it("are made on either plane and seen on both", async () => {
      const dumps = await storeWithRights("twoplanes");
      expect(await azure.storage.blobContainers.get(GROUP, "twoplanes", "dumps")).toMatchObject({
        publicAccess: "None",
        leaseState: "Available",
        hasLegalHold: false,
      });
      expect(await dumps.exists()).toBe(true);
      await signedIn("twoplanes").createContainer("by-data-plane");
      const names = [];
      for await (const { name } of azure.storage.blobContainers.list(GROUP, "twoplanes")) names.push(name);
      expect(names.sort()).toEqual(["by-data-plane", "dumps"]);
      await azure.storage.blobContainers.delete(GROUP, "twoplanes", "dumps");
      expect(await dumps.exists()).toBe(false);
      expect(await refusal(azure.storage.blobContainers.get(GROUP, "twoplanes", "dumps"))).toMatchObject({
        status: 404,
        code: "ContainerNotFound",
      });
      await signedIn("twoplanes").deleteContainer("by-data-plane");
      expect(await refusal(azure.storage.blobContainers.get(GROUP, "twoplanes", "by-data-plane"))).toMatchObject({
        status: 404,
      });
    });

    it("cannot be public where the account forbids it, nor have any name", async () => {
      await account("private1");
      expect(
        await refusal(azure.storage.blobContainers.create(GROUP, "private1", "public", { publicAccess: "Blob" })),
      ).toMatchObject({ status: 409, code: "PublicAccessNotPermitted" });
      expect(await refusal(azure.storage.blobContainers.create(GROUP, "nosuchaccount", "dumps", {}))).toMatchObject({
        status: 404,
        code: "ParentResourceNotFound",
      });
    });

    it("a management policy is there from the first PUT, with its own name", async () => {
      await account("policed");
      expect(await refusal(azure.storage.managementPolicies.get(GROUP, "policed", "default"))).toMatchObject({
        status: 404,
        code: "ManagementPolicyNotFound",
      });
      const policy = await azure.storage.managementPolicies.createOrUpdate(GROUP, "policed", "default", {
        policy: {
          rules: [
            {
              name: "expire",
              type: "Lifecycle",
              definition: {
                actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: 30 } } },
                filters: { blobTypes: ["blockBlob"] },
              },
            },
          ],
        },
      });
      expect(policy).toMatchObject({
        name: "DefaultManagementPolicy",
        policy: { rules: [{ name: "expire", enabled: true }] },
      });
      expect(policy.id).toMatch(/\/managementPolicies\/default$/);
    });
  });

  describe("blobs", () => {
    it("take an upload in blocks by a principal with a data role, and give it back", async () => {
      const blob = (await storeWithRights("uploads")).getBlockBlobClient("vm/run/MEMORY.DMP");
      const bytes = Buffer.alloc(3 * 1024 * 1024, "dump");
      await blob.uploadData(bytes, { blockSize: 1024 * 1024, maxSingleShotSize: 1024, metadata: { sha256: "x" } });
      expect((await blob.downloadToBuffer()).equals(bytes)).toBe(true);
      expect((await blob.getProperties()).metadata).toEqual({ sha256: "x" });
    });

    it("refuse a principal without a right, and one whose role does not suffice", async () => {
      const { id } = await account("rights");
      await azure.storage.blobContainers.create(GROUP, "rights", "dumps", {});
      const blob = signedIn("rights").getContainerClient("dumps").getBlockBlobClient("x");
      const expected = {
        status: 403,
        code: "AuthorizationPermissionMismatch",
        message: expect.stringContaining(
          "This request is not authorized to perform this operation using this permission.",
        ),
      };
      expect(await refusal(blob.upload("x", 1))).toMatchObject(expected);
      await grant(`${id}/blobServices/default/containers/dumps`, READER);
      expect(await blob.exists()).toBe(false);
      expect(await refusal(blob.upload("x", 1))).toMatchObject(expected);
      expect(
        await refusal(signedIn("rights").getContainerClient("other").getBlockBlobClient("x").getProperties()),
      ).toMatchObject({ status: 403 });
      await grant(id!, CONTRIBUTOR);
      await blob.upload("x", 1);
    });

    it("refuse a token for another audience, a forged one and none", async () => {
      await storeWithRights("tokens");
      const { token: forArm } = (await azure.credential.getToken(`${azure.simulator.armEndpoint}/.default`))!;
      const { token: good } = (await azure.credential.getToken("https://storage.azure.com/.default"))!;
      const forged = `${good.slice(0, -6)}AAAAAA`;
      for (const token of [forArm, forged]) {
        expect(await refusal(signedIn("tokens", token).getContainerClient("dumps").getProperties())).toMatchObject({
          status: 401,
          code: "InvalidAuthenticationInfo",
        });
      }
      const anonymous = new BlobServiceClient(`${azure.simulator.blobPlane.endpoint}/tokens`, undefined, ONE_TRY);
      expect(await refusal(anonymous.getContainerClient("dumps").getProperties())).toMatchObject({ status: 401 });
    });

    it("refuse keys and key-signed addresses where the account forbids them", async () => {
      await account("keyless", { allowSharedKeyAccess: false });
      const { keys } = await azure.storage.storageAccounts.listKeys(GROUP, "keyless");
      const key = new StorageSharedKeyCredential("keyless", keys![0]!.value!);
      const endpoint = `${azure.simulator.blobPlane.endpoint}/keyless`;
      expect(await refusal(new BlobServiceClient(endpoint, key, ONE_TRY).createContainer("any"))).toMatchObject({
        status: 403,
        code: "KeyBasedAuthenticationNotPermitted",
      });
      const sas = generateBlobSASQueryParameters(
        {
          containerName: "c",
          blobName: "b",
          permissions: { toString: () => "r" } as any,
          expiresOn: new Date(Date.now() + 60_000),
        },
        key,
      );
      expect(
        await refusal(new BlockBlobClient(`${endpoint}/c/b?${sas.toString()}`, undefined, ONE_TRY).getProperties()),
      ).toMatchObject({ status: 403 });
    });

    it.each([
      ["networkAcls deny", { networkRuleSet: { defaultAction: "Deny" } }],
      ["public access is off", { publicNetworkAccess: "Disabled" }],
    ] as const)("refuse everybody when %s", async (name, properties) => {
      const accountName = name.replaceAll(/[^a-z]/g, "");
      const { id } = await account(accountName, properties);
      await grant(id!, CONTRIBUTOR);
      expect(await refusal(signedIn(accountName).getContainerClient("c").getProperties())).toMatchObject({
        status: 403,
      });
      const get = signedIn(accountName).getContainerClient("c").getBlockBlobClient("b").download();
      expect(await refusal(get)).toMatchObject({ code: "AuthorizationFailure" });
    });

    it("of an account that does not exist are not found", async () => {
      expect(
        await refusal(signedIn("nowhere1").getContainerClient("c").getBlockBlobClient("b").download()),
      ).toMatchObject({ status: 404 });
    });

    it("copy blocks from a disk's exported address on the same host", async () => {
      const dumps = await storeWithRights("fromdisk");
      const snapshot = await azure.compute.snapshots.beginCreateOrUpdateAndWait(GROUP, "blocks", {
        location: LOCATION,
        creationData: { createOption: "Copy", sourceResourceId: azure.simulator.sourceDiskId },
      });
      const { accessSAS } = await azure.compute.snapshots.beginGrantAccessAndWait(GROUP, snapshot.name!, {
        access: "Read",
        durationInSeconds: 60,
      });
      const blob = dumps.getBlockBlobClient("marker");
      const block = Buffer.from("0000").toString("base64");
      await blob.stageBlockFromURL(block, accessSAS!, 1024 * 1024, 25);
      await blob.commitBlockList([block]);
      expect((await blob.downloadToBuffer()).toString()).toBe("marker of the broken disk");
      await azure.compute.snapshots.beginRevokeAccessAndWait(GROUP, snapshot.name!);
      expect(await refusal(blob.stageBlockFromURL(block, accessSAS!, 0, 25))).toMatchObject({ status: 403 });
    });

    it.each(["//", "/%", "/%ff", "/acc/%E0%A4%A", `/${"x".repeat(4000)}`, "/acc?comp=%", "/acc/../md-rehearsal"])(
      "answer the address %s",
      async (url) => {
        const { port } = new URL(azure.simulator.blobPlane.endpoint);
        const status = await new Promise<number | undefined>((resolve, reject) => {
          https
            .get({ host: "localhost", port, path: url, ca: azure.simulator.core.certificate.ca }, (answer) =>
              resolve(answer.resume().statusCode),
            )
            .on("error", reject);
        });
        expect(status).toBeGreaterThanOrEqual(400);
        expect(status).toBeLessThan(500);
      },
    );

    it("meet the faults that a test plays, and are counted", async () => {
      const blob = (await storeWithRights("faulty")).getBlockBlobClient("x");
      const { faults } = azure.simulator.blobPlane;
      const put = (tries: number) =>
        new BlockBlobClient(blob.url, azure.credential, {
          retryOptions: { maxTries: tries, retryDelayInMs: 1, maxRetryDelayInMs: 2 },
        }).upload("x", 1);
      faults.add({ fault: INTERNAL_ERROR, times: 1, requests: /PUT \/faulty/ });
      faults.add({ fault: { kind: "reset" }, times: 1, requests: /PUT \/faulty/ });
      const before = azure.simulator.requests().blob;
      await put(3);
      expect(azure.simulator.requests().blob - before).toBeGreaterThanOrEqual(2);
      const remove = faults.add({ fault: SERVER_BUSY, requests: /PUT \/faulty/ });
      expect(await refusal(put(1))).toMatchObject({ status: 503, code: "ServerBusy" });
      remove();
      faults.add({ fault: PERMISSION_MISMATCH, times: 2, requests: /PUT \/faulty/ });
      expect(await refusal(put(1))).toMatchObject({ status: 403 });
      expect(await refusal(put(1))).toMatchObject({ status: 403 });
      await put(1);
    });
  });

  it("logs requests of the data plane without signatures and tokens", async () => {
    const log = await readFile(azure.simulator.auditLog, "utf8");
    const lines = log
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toContainEqual(
      expect.objectContaining({
        method: "PUT",
        path: "/uploads/dumps/vm/run/MEMORY.DMP",
        write: true,
        status: 201,
        principal: azure.simulator.core.objectId,
      }),
    );
    // Signatures, headers, JSON Web Tokens; told without the log, which is long.
    expect(/sig=|Bearer|SharedKey |eyJ[\w-]+\.eyJ/.exec(log)).toBeNull();
    expect(log.includes(azure.simulator.clientSecret)).toBe(false);
  });
}

import { createHash, randomBytes, randomUUID } from "node:crypto";
import { open, type FileHandle } from "node:fs/promises";
import {
  BlobSASPermissions,
  generateBlobSASQueryParameters,
  StorageSharedKeyCredential,
  type BlobServiceClient,
  type PageBlobClient,
} from "@azure/storage-blob";
import type { ByteSource } from "../../../disk";
import type { Azurite, PageBlobName } from "./azurite";
import { dataRanges } from "./data-ranges";
import { PageBlobSource } from "./page-blob-source";
import { makeVhdFooter, VHD_FOOTER_LENGTH } from "./vhd-footer";

/** Azure gives the blob behind every disk this name (azure-arm.md 4.1). */
const BLOB_NAME = "abcd";

const HASHED_AT_ONCE = 8 * 1024 * 1024;

/** Version in the SAS that beginGetAccess returns (azure-arm.md 4.1). */
const SAS_VERSION = "2018-03-28";

/** The bytes of one disk or snapshot: a page blob with a fixed VHD in it. */
export interface DiskBlob {
  /** Container of the blob, twelve characters as in the addresses of real disks. */
  readonly container: string;
  /** Bytes of the disk, without the VHD footer. */
  readonly size: number;
}

/** Makes, copies, exports and reads the page blobs behind disks and snapshots. */
export class DiskBlobs {
  private readonly files: FileHandle[] = [];
  private readonly credential: StorageSharedKeyCredential;

  constructor(
    private readonly azurite: Azurite,
    private readonly client: BlobServiceClient,
    private readonly account: string,
    key: string,
  ) {
    this.credential = new StorageSharedKeyCredential(account, key);
  }

  /** A disk whose bytes are read from a fixed VHD file. The file is opened read-only and stays open until `stop`. */
  async fromFile(path: string): Promise<DiskBlob> {
    const file = await open(path, "r");
    this.files.push(file);
    const length = (await file.stat()).size;
    const blob = await this.create(length);
    await this.azurite.backPageBlob(this.nameOf(blob), file, await dataRanges(file, length));
    return blob;
  }

  /** A disk of zeros; it costs one page, whatever its size. */
  async empty(size: number): Promise<DiskBlob> {
    const blob = await this.create(size + VHD_FOOTER_LENGTH);
    await this.writeFooter(blob);
    return blob;
  }

  /**
   * A copy inside the blob service, of the same size or larger.
   *
   * It is made from a snapshot of the source blob: Azurite lets a copy share the list of pages with its source, so that
   * a write to one would show in the other.
   */
  async copy(source: DiskBlob, size = source.size): Promise<DiskBlob> {
    const container = await this.createContainer();
    const sourceClient = this.page(source);
    const { snapshot = "" } = await sourceClient.createSnapshot();
    const target = this.page({ container, size });
    const poller = await target.beginCopyFromURL(sourceClient.withSnapshot(snapshot).url, { intervalInMs: 5 });
    await poller.pollUntilDone();
    await sourceClient.withSnapshot(snapshot).delete();
    return this.resize({ container, size: source.size }, size);
  }

  /** Makes the disk larger: zeros behind the old end, the footer at the new one. */
  async resize(blob: DiskBlob, size: number): Promise<DiskBlob> {
    const grown = { container: blob.container, size };
    if (size !== blob.size) {
      await this.page(blob).resize(size + VHD_FOOTER_LENGTH);
      await this.page(blob).clearPages(blob.size, VHD_FOOTER_LENGTH);
      await this.writeFooter(grown);
    }
    return grown;
  }

  async delete(blob: DiskBlob): Promise<void> {
    await this.client.getContainerClient(blob.container).delete();
  }

  /** A read-only shared access signature with a stored access policy, which `endAccess` can revoke (azure-arm.md 4.1). */
  async beginAccess(blob: DiskBlob, durationInSeconds: number): Promise<string> {
    const policy = randomUUID();
    const accessPolicy = {
      permissions: "r",
      startsOn: new Date(Date.now() - 300_000),
      expiresOn: new Date(Date.now() + durationInSeconds * 1000),
    };
    await this.client.getContainerClient(blob.container).setAccessPolicy(undefined, [{ id: policy, accessPolicy }]);
    const sas = generateBlobSASQueryParameters(
      { containerName: blob.container, blobName: BLOB_NAME, identifier: policy, version: SAS_VERSION },
      this.credential,
    );
    return `${this.page(blob).url}?${sas.toString()}`;
  }

  /** Puts bytes where the holder of the returned address can read them for a while, for example a serial console log. */
  async publish(name: string, bytes: Buffer, durationInSeconds: number): Promise<string> {
    const container = await this.createContainer();
    const blob = this.client.getContainerClient(container).getBlockBlobClient(name);
    await blob.upload(bytes, bytes.length);
    const expiresOn = new Date(Date.now() + durationInSeconds * 1000);
    const permissions = BlobSASPermissions.from({ read: true });
    const sas = generateBlobSASQueryParameters(
      { containerName: container, blobName: name, permissions, expiresOn },
      this.credential,
    );
    return `${blob.url}?${sas.toString()}`;
  }

  async endAccess(blob: DiskBlob): Promise<void> {
    await this.client.getContainerClient(blob.container).setAccessPolicy(undefined, []);
  }

  /** The bytes of the disk, without the footer. */
  bytes(blob: DiskBlob): ByteSource {
    return new PageBlobSource(this.azurite, this.nameOf(blob), blob.size);
  }

  /**
   * SHA-256 of all bytes of the disk as they are now, without the footer, in hexadecimal.
   *
   * @param onProgress told the bytes done after each piece, for a large disk takes minutes
   */
  async sha256(blob: DiskBlob, onProgress: (done: number) => void = () => undefined): Promise<string> {
    const hash = createHash("sha256");
    const bytes = this.bytes(blob);
    for (let offset = 0; offset < blob.size; offset += HASHED_AT_ONCE) {
      hash.update(await bytes.read(offset, Math.min(HASHED_AT_ONCE, blob.size - offset)));
      onProgress(Math.min(offset + HASHED_AT_ONCE, blob.size));
    }
    return hash.digest("hex");
  }

  async stop(): Promise<void> {
    await Promise.all(this.files.map((file) => file.close()));
  }

  private nameOf(blob: DiskBlob): PageBlobName {
    return { account: this.account, container: blob.container, name: BLOB_NAME };
  }

  private page(blob: DiskBlob): PageBlobClient {
    return this.client.getContainerClient(blob.container).getPageBlobClient(BLOB_NAME);
  }

  private async create(length: number): Promise<DiskBlob> {
    const blob = { container: await this.createContainer(), size: length - VHD_FOOTER_LENGTH };
    await this.page(blob).create(length);
    return blob;
  }

  private async createContainer(): Promise<string> {
    const name = randomBytes(6).toString("hex");
    await this.client.createContainer(name);
    return name;
  }

  private async writeFooter(blob: DiskBlob): Promise<void> {
    const footer = makeVhdFooter(blob.size, randomBytes(16), new Date());
    await this.page(blob).uploadPages(footer, blob.size, VHD_FOOTER_LENGTH);
  }
}

import {
  AnonymousCredential,
  BlockBlobClient,
  PageBlobClient,
  RestError,
  type HttpAuthorization,
} from "@azure/storage-blob";
import type { TokenCredential } from "@azure/identity";
import { azureFailure, AzureFailure, codeOf, saidBy } from "../../azure/azure-failure";

/** What tokens for blobs are asked for ("Authorize access to blobs using Microsoft Entra ID", Microsoft Learn). */
const storageScope = "https://storage.azure.com/.default";

/** Where the service reads a blob of the container itself. */
export interface OwnSource {
  readonly url: string;
  readonly sourceAuthorization?: HttpAuthorization;
}

/** A blob that is there already. */
export interface ThereBlob {
  /** Bytes. */
  readonly size: number;
  readonly metadata: Readonly<Record<string, string | undefined>>;
}

/** The service refuses to copy by itself; another way may be open. */
export class CopyRefusedError extends Error {
  override readonly name = "CopyRefusedError";
}

/** A blob that is to be made in a container, and who makes it. */
export class Destination {
  readonly blob: BlockBlobClient;
  /** Address of the blob as it may be shown. */
  readonly shown: string;

  /**
   * @param container https address of a container, perhaps of a folder in it, perhaps with a shared access signature
   * @param name of the blob, with slashes
   * @param credential null when the address has a signature
   */
  constructor(
    private readonly container: string,
    private readonly name: string,
    private readonly credential: TokenCredential | null,
  ) {
    const url = this.urlOf(name);
    this.blob = new BlockBlobClient(url, credential ?? new AnonymousCredential());
    this.shown = withoutQuery(url);
  }

  /**
   * What is there; null when nothing is, or a signature that may only write does not let it be seen.
   *
   * @throws AzureFailure
   */
  properties(): Promise<ThereBlob | null> {
    return this.ask(async () => {
      try {
        const { contentLength = 0, metadata = {} } = await this.blob.getProperties();
        return { size: contentLength, metadata };
      } catch (error) {
        // Who may only write can copy all the same; the last request refuses to replace a blob.
        if (isNoBlob(error) || lacksRole(error)) return null;
        throw error;
      }
    });
  }

  /**
   * Ids of the blocks that an earlier, interrupted copy left.
   *
   * @throws AzureFailure
   */
  stagedIds(): Promise<ReadonlySet<string>> {
    return this.ask(async () => {
      try {
        const { uncommittedBlocks = [] } = await this.blob.getBlockList("uncommitted");
        return new Set(uncommittedBlocks.map(({ name }) => name));
      } catch (error) {
        if (isNoBlob(error) || lacksRole(error)) return new Set<string>();
        throw error;
      }
    });
  }

  /** A page blob beside the blob, for the time of a copy. */
  temporary(): PageBlobClient {
    return new PageBlobClient(this.urlOf(`${this.name}.pages`), this.credential ?? new AnonymousCredential());
  }

  /** How the service may read that page blob: by the signature in its address, or by a token of whoever asks. */
  async ownSource({ url }: PageBlobClient): Promise<OwnSource> {
    if (!this.credential) return { url };
    const token = await this.credential.getToken(storageScope);
    return token ? { url, sourceAuthorization: { scheme: "Bearer", value: token.token } } : { url };
  }

  /**
   * Sends a request that has nothing to do with the source.
   *
   * @throws AzureFailure
   */
  async ask<Answer>(request: () => Promise<Answer>): Promise<Answer> {
    try {
      return await request();
    } catch (error) {
      throw this.failure(error);
    }
  }

  /**
   * Sends a request by which the service is to copy by itself.
   *
   * @throws CopyRefusedError when it will not, AzureFailure when the container is the trouble
   */
  async copy<Answer>(request: () => Promise<Answer>): Promise<Answer> {
    try {
      return await request();
    } catch (error) {
      if (error instanceof RestError && isRefusal(error)) throw new CopyRefusedError(refusalText(error));
      throw this.failure(error);
    }
  }

  private failure(error: unknown): Error {
    if (error instanceof AzureFailure || !(error instanceof Error)) return error as Error;
    return azureFailure(`Cannot write ${this.shown}`, error, {
      401: "Are you signed in to the tenant of the storage account?",
      403:
        "You need the role Storage Blob Data Contributor on the container, and your address must be let through its firewall. " +
        "Or extract into a folder, and upload that: azcopy copy FOLDER CONTAINER_URL",
      404: "Make the container first.",
      409: "Somebody else wrote it meanwhile; give --overwrite to replace it.",
    });
  }

  private urlOf(name: string): string {
    const url = new URL(this.container);
    url.pathname = `${url.pathname.replace(/\/+$/, "")}/${name.split("/").map(encodeURIComponent).join("/")}`;
    return url.href;
  }
}

function isNoBlob(error: unknown): boolean {
  return error instanceof RestError && error.statusCode === 404 && codeOf(error) !== "ContainerNotFound";
}

/** Whether an error says that whoever asks lacks the role for it. */
export function lacksRole(error: unknown): boolean {
  return codeOf(error) === "AuthorizationPermissionMismatch";
}

/** Codes that tell of the container or of who asks, whatever the source is ("Blob service error codes", Microsoft Learn). */
const troubleOfContainer = new Set([
  "AuthorizationPermissionMismatch",
  "ContainerBeingDeleted",
  "ContainerDisabled",
  "ContainerNotFound",
  "InvalidAuthenticationInfo",
  "KeyBasedAuthenticationNotPermitted",
  "NoAuthenticationInformation",
  "ResourceNotFound",
]);

/** What does not pass by itself, and is not about the container: the client has tried again what does. */
function isRefusal(error: RestError): boolean {
  const { statusCode = 0 } = error;
  const isFinal = (statusCode >= 400 && statusCode < 500 && statusCode !== 429) || statusCode === 501;
  return isFinal && !troubleOfContainer.has(codeOf(error) ?? "");
}

function refusalText(error: RestError): string {
  const { what, line } = saidBy(error);
  return line === "" ? what : `${what}: ${line.replace(/[.\s]+$/, "")}`;
}

function withoutQuery(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}

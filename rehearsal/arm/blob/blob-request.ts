import type { IncomingMessage } from "node:http";

/** How a request proves who sends it. */
export type Credential =
  | { readonly kind: "bearer"; readonly token: string }
  | { readonly kind: "shared-key" }
  | { readonly kind: "account-sas" }
  | { readonly kind: "user-delegation-sas" }
  | { readonly kind: "anonymous" };

/** A right that a role must grant: an action of the management plane or a data action. */
export interface Right {
  readonly kind: "action" | "dataAction";
  readonly name: string;
}

/** What a request to the blob service is about. */
export interface BlobRequest {
  readonly method: string;
  /** Path without the query. */
  readonly path: string;
  /** May hold a signature. */
  readonly query: URLSearchParams;
  readonly account: string;
  readonly container: string;
  /** True for creation and removal of the container itself. */
  readonly aboutContainer: boolean;
  readonly credential: Credential;
  readonly right: Right;
  /** x-ms-version header, empty when absent. */
  readonly version: string;
}

const BLOB_SERVICES = "Microsoft.Storage/storageAccounts/blobServices";
const CONTAINERS = `${BLOB_SERVICES}/containers`;
const BLOBS = `${CONTAINERS}/blobs`;

/**
 * Reads the address and the credential of a request with a path-style URL, `/account/container/blob`.
 *
 * The path is decoded before it is split, as Azurite does it, so that both always mean the same.
 *
 * @throws URIError when the path is not well-formed
 */
export function parseBlobRequest(request: IncomingMessage): BlobRequest {
  const [path = "/", search = ""] = (request.url ?? "/").split("?", 2);
  const query = new URLSearchParams(search);
  const [account = "", container = "", ...rest] = decodeURIComponent(path).slice(1).split("/");
  const blob = rest.join("/");
  const method = request.method ?? "GET";
  return {
    method,
    path,
    query,
    account,
    container,
    aboutContainer: isAboutContainer(method, container, blob, query),
    credential: credentialOf(request.headers.authorization, query),
    right: rightFor(method, container, blob, query),
    version: String(request.headers["x-ms-version"] ?? ""),
  };
}

function isAboutContainer(method: string, container: string, blob: string, query: URLSearchParams): boolean {
  const writes = method === "PUT" || method === "DELETE";
  return writes && container !== "" && blob === "" && query.get("restype") === "container" && !query.has("comp");
}

function credentialOf(authorization: string | undefined, query: URLSearchParams): Credential {
  if (query.has("sig")) {
    return { kind: query.has("skoid") ? "user-delegation-sas" : "account-sas" };
  }
  if (authorization === undefined) {
    return { kind: "anonymous" };
  }
  const bearer = /^bearer +(.*)$/i.exec(authorization);
  return bearer?.[1] === undefined ? { kind: "shared-key" } : { kind: "bearer", token: bearer[1] };
}

/** The right each operation asks for (learn: rest/api/storageservices/authorize-with-azure-active-directory). */
function rightFor(method: string, container: string, blob: string, query: URLSearchParams): Right {
  const reads = method === "GET" || method === "HEAD";
  const comp = query.get("comp") ?? "";
  if (container === "") {
    return serviceRight(reads, comp);
  }
  if (blob === "") {
    if (comp === "list") {
      return { kind: "dataAction", name: `${BLOBS}/read` };
    }
    return { kind: "action", name: `${CONTAINERS}/${reads ? "read" : method === "DELETE" ? "delete" : "write"}` };
  }
  if (comp === "tags") {
    return { kind: "dataAction", name: `${BLOBS}/tags/${reads ? "read" : "write"}` };
  }
  return { kind: "dataAction", name: `${BLOBS}/${reads ? "read" : method === "DELETE" ? "delete" : "write"}` };
}

function serviceRight(reads: boolean, comp: string): Right {
  switch (comp) {
    case "userdelegationkey":
      return { kind: "action", name: `${BLOB_SERVICES}/generateUserDelegationKey/action` };
    case "list":
      return { kind: "action", name: `${CONTAINERS}/read` };
    case "blobs":
      return { kind: "dataAction", name: `${BLOBS}/filter/action` };
    default:
      return { kind: "action", name: `${BLOB_SERVICES}/${reads ? "read" : "write"}` };
  }
}

import type { Agent } from "node:https";
import {
  AnonymousCredential,
  BlobServiceClient,
  ContainerClient,
  newPipeline,
  StorageSharedKeyCredential,
  type RequestPolicyFactory,
} from "@azure/storage-blob";
import { INTERNAL_HEADER } from "./gateway";

/** How the simulator itself reaches its blob service. */
export interface InternalAccess {
  /** `https://localhost:PORT` */
  readonly endpoint: string;
  /** Agent that trusts the simulated Azure's certificate authority. */
  readonly agent: Agent;
  readonly secret: string;
}

/** A client for one account with the account's key, whose requests pass the gateway unchecked and uncounted. */
export function internalClient(access: InternalAccess, account: string, key: string): BlobServiceClient {
  const credential = new StorageSharedKeyCredential(account, key);
  return new BlobServiceClient(`${access.endpoint}/${account}`, pipelineOf(access, credential));
}

/** A client for one container with a caller's shared access signature, which Azurite checks; uncounted as well. */
export function signedClient(
  access: InternalAccess,
  account: string,
  container: string,
  signature: string,
): ContainerClient {
  const url = `${access.endpoint}/${account}/${container}?${signature}`;
  return new ContainerClient(url, pipelineOf(access, new AnonymousCredential()));
}

function pipelineOf(
  access: InternalAccess,
  credential: AnonymousCredential | StorageSharedKeyCredential,
): ReturnType<typeof newPipeline> {
  const markAsInternal: RequestPolicyFactory = {
    create: (next) => ({
      sendRequest(request) {
        request.headers.set(INTERNAL_HEADER, access.secret);
        request.agent = access.agent;
        return next.sendRequest(request);
      },
    }),
  };
  const pipeline = newPipeline(credential, { retryOptions: { maxTries: 1 } });
  pipeline.factories.push(markAsInternal);
  return pipeline;
}

import type { Agent } from "node:https";
import {
  BlobServiceClient,
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
  const markAsInternal: RequestPolicyFactory = {
    create: (next) => ({
      sendRequest(request) {
        request.headers.set(INTERNAL_HEADER, access.secret);
        request.agent = access.agent;
        return next.sendRequest(request);
      },
    }),
  };
  const pipeline = newPipeline(new StorageSharedKeyCredential(account, key), { retryOptions: { maxTries: 1 } });
  pipeline.factories.push(markAsInternal);
  return new BlobServiceClient(`${access.endpoint}/${account}`, pipeline);
}

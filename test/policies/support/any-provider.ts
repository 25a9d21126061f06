import { promisify } from "node:util";

import { Server, ServerCredentials } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";

import { EngineLog } from "../../../rehearsal/provider/engine-log";
import type { PropertyMap } from "../../../rehearsal/provider/property-values";
import { providerService } from "../../../rehearsal/provider/provider-service";
import type { CheckCall, CreateCall, ResourceState, StandIn } from "../../../rehearsal/provider/stand-in";
import { named, outputsOf } from "./azure-names";

/**
 * Takes any resource of any type, and answers in the shape of azure-native: rules judge what a program asks for, whatever
 * comes of it.
 */
class AnyProvider implements StandIn {
  readonly name = "any";
  readonly version = "1.0.0";

  configure(): Promise<void> {
    return Promise.resolve();
  }

  check({ type, name, inputs }: CheckCall): Promise<{ inputs: PropertyMap; failures: [] }> {
    return Promise.resolve({ inputs: named(type, name, inputs) as PropertyMap, failures: [] });
  }

  diff(): { changes: Map<never, never>; deleteBeforeReplace: boolean } {
    return { changes: new Map<never, never>(), deleteBeforeReplace: false };
  }

  create({ type, name, inputs }: CreateCall): Promise<{ id: string; outputs: PropertyMap }> {
    const outputs = outputsOf(type, name, inputs);
    return Promise.resolve({ id: outputs.id, outputs: outputs as PropertyMap });
  }

  read(state: ResourceState): Promise<ResourceState> {
    return Promise.resolve(state);
  }

  update({ type, name, inputs }: CreateCall): Promise<PropertyMap> {
    return Promise.resolve(outputsOf(type, name, inputs) as PropertyMap);
  }

  delete(): Promise<void> {
    return Promise.resolve();
  }

  invoke(token: string): Promise<PropertyMap> {
    return Promise.reject(new Error(`no function ${token}`));
  }

  cancel(): void {
    // Nothing takes time.
  }
}

/** Serves one such provider within this process, for all the packages that a test has: on `port` until it is stopped. */
export async function serveAnyProvider(): Promise<{ port: number; stop: () => void }> {
  const server = new Server();
  server.addService(ResourceProviderService, providerService(new AnyProvider(), new EngineLog()));
  const port = await promisify(server.bindAsync.bind(server))("127.0.0.1:0", ServerCredentials.createInsecure());
  return { port, stop: () => server.forceShutdown() };
}

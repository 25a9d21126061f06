// First: it notes the parent while it is loaded.
import { whenParentEnds } from "../when-parent-ends";

import { promisify } from "node:util";

import { Server, ServerCredentials } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";

import type { EngineLog } from "./engine-log";
import { providerService } from "./provider-service";
import type { StandIn } from "./stand-in";

/** State files of large stacks go through single messages; the engine sets the same limit (pulumi/pulumi, rpcutil). */
const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;

/**
 * Serves a stand-in as a provider plugin: on a free port of this machine, which is printed as the only line on stdout.
 * The process ends when the engine ends it, or with the process that started it.
 */
export async function serve(standIn: StandIn, log: EngineLog): Promise<void> {
  whenParentEnds(() => process.exit(0));
  const server = new Server({
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
  });
  // Flags for logging may come before the address.
  log.attach(process.argv.slice(2).at(-1) ?? "");
  server.addService(ResourceProviderService, providerService(standIn, log));
  const bind = promisify(server.bindAsync.bind(server));
  const port = await bind("127.0.0.1:0", ServerCredentials.createInsecure());
  process.stdout.write(`${String(port)}\n`);
}

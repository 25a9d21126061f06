/**
 * The program `pulumi-language-nodejs` for engines that have none: `main.ts ENGINE_ADDRESS` serves pulumirpc.LanguageRuntime
 * on a free local port, prints the port as its only line, and lives as long as the engine that started it.
 */
// First: it notes the parent while it is loaded.
import { whenParentEnds } from "../../when-parent-ends";

import { Server, ServerCredentials } from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import { ChildProcesses } from "./child-processes";
import { languageRuntime } from "./language-runtime";

// Plans with large inputs exceed the 4 MB that gRPC allows by default; the engine itself allows 400 MB.
const messageBytes = 400 * 1024 * 1024;

function main(): void {
  const children = new ChildProcesses();
  const server = new Server({
    "grpc.max_receive_message_length": messageBytes,
    "grpc.max_send_message_length": messageBytes,
  });

  async function end(): Promise<void> {
    await children.endAll();
    server.forceShutdown();
    process.exit(0);
  }

  whenParentEnds(() => void end());
  process.on("SIGINT", () => void end());
  process.on("SIGTERM", () => void end());

  server.addService(LanguageRuntimeService, languageRuntime(children));
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error !== null) {
      process.stderr.write(`pulumi-language-nodejs: no local port to listen on: ${error.message}\n`);
      process.exit(1);
    }
    process.stdout.write(`${port}\n`);
  });
}

main();

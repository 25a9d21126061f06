import { promisify } from "node:util";

import { Server, ServerCredentials, type sendUnaryData, type ServerUnaryCall } from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogSeverity, type LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

/** What a plugin says to the person at the keyboard. */
export interface EngineMessage {
  readonly severity: string;
  readonly urn: string;
  readonly message: string;
}

/** The part of an engine that takes messages. */
export class FakeEngine {
  readonly #messages: EngineMessage[] = [];
  #waiting: (message: EngineMessage) => void = (message) => this.#messages.push(message);

  private constructor(
    private readonly server: Server,
    readonly address: string,
  ) {}

  static async start(): Promise<FakeEngine> {
    const server = new Server();
    const unused = () => undefined;
    const log = (call: ServerUnaryCall<LogRequest, Empty>, callback: sendUnaryData<Empty>) => {
      engine.#take(call.request);
      callback(null, new Empty());
    };
    server.addService(EngineService, { log, getRootResource: unused, setRootResource: unused });
    const port = await promisify(server.bindAsync.bind(server))("127.0.0.1:0", ServerCredentials.createInsecure());
    const engine = new FakeEngine(server, `127.0.0.1:${port}`);
    return engine;
  }

  /** The next message, waited for. */
  async message(): Promise<EngineMessage> {
    return this.#messages.shift() ?? new Promise((resolve) => (this.#waiting = resolve));
  }

  stop(): void {
    this.server.forceShutdown();
  }

  #take(request: LogRequest): void {
    const severity = Object.entries(LogSeverity).find(([, value]) => value === request.getSeverity())?.[0] ?? "?";
    this.#waiting({ severity, urn: request.getUrn(), message: request.getMessage() });
  }
}

import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

/** Messages to the person at the keyboard, shown by the engine beside the resource they are about. */
export class EngineLog {
  #engine: EngineClient | undefined;

  /** Tells where the engine listens, `127.0.0.1:1234`. Messages before that are dropped: there is nobody to read them. */
  attach(address: string): void {
    if (address !== "") this.#engine = new EngineClient(address, credentials.createInsecure());
  }

  warn(urn: string, message: string): void {
    const request = new LogRequest().setSeverity(LogSeverity.WARNING).setUrn(urn).setMessage(message);
    this.#engine?.log(request, () => undefined);
  }
}

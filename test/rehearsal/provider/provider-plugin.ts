import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { join } from "node:path";

import { credentials, type Metadata, type ServiceError } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as provider from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";

// A plugin is a Node process with gRPC and the Azure SDK in it: seconds on a busy machine.
jest.setTimeout(30_000);

type Properties = Record<string, any>;

const { Kind } = provider.PropertyDiff;

/** A provider plugin as the engine has it: a process of its own, called over gRPC. */
export class ProviderPlugin {
  readonly #client: ResourceProviderClient;

  private constructor(
    readonly process: ChildProcess,
    port: string,
  ) {
    this.#client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
  }

  static async start(name: string, environment: Record<string, string> = {}): Promise<ProviderPlugin> {
    const main = join(__dirname, "../../../rehearsal/provider", name, "index.js");
    const child = spawn(process.execPath, [main], {
      env: { PATH: process.env.PATH, ...environment },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [port] = (await once(createInterface(child.stdout), "line")) as [string];
    return new ProviderPlugin(child, port);
  }

  async stop(): Promise<void> {
    this.#client.close();
    const exited = once(this.process, "exit");
    this.process.kill();
    await exited;
  }

  async configure(variables: Record<string, string> = {}): Promise<provider.ConfigureResponse> {
    const request = new provider.ConfigureRequest();
    for (const [key, value] of Object.entries(variables)) request.getVariablesMap().set(key, value);
    return this.#call("configure", request);
  }

  async check(
    type: string,
    news: Properties,
    olds?: Properties,
    prepare?: (request: provider.CheckRequest) => void,
  ): Promise<{ inputs: Properties; failures: string[] }> {
    const request = new provider.CheckRequest()
      .setUrn(urn(type))
      .setNews(struct(news))
      .setOlds(olds && struct(olds));
    request.setRandomseed(new Uint8Array(32).fill(7));
    prepare?.(request);
    const response = await this.#call<provider.CheckResponse>("check", request);
    return {
      inputs: plain(response.getInputs()),
      failures: response.getFailuresList().map((failure) => failure.getReason()),
    };
  }

  async diff(
    type: string,
    oldInputs: Properties,
    news: Properties,
    oldOutputs: Properties = {},
  ): Promise<{ changes: Record<string, string>; deleteBeforeReplace: boolean; replaces: string[] }> {
    const request = new provider.DiffRequest().setUrn(urn(type)).setOldInputs(struct(oldInputs)).setNews(struct(news));
    const response = await this.#call<provider.DiffResponse>("diff", request.setOlds(struct(oldOutputs)));
    const kinds = Object.entries(Kind);
    const changes = [...response.getDetaileddiffMap().entries()].map(([path, change]): [string, string] => [
      path,
      kinds.find(([, kind]) => kind === change.getKind())?.[0] ?? "?",
    ]);
    return {
      changes: Object.fromEntries(changes),
      deleteBeforeReplace: response.getDeletebeforereplace(),
      replaces: response.getReplacesList(),
    };
  }

  async create(
    type: string,
    inputs: Properties,
    { preview = false, timeout = 0 } = {},
  ): Promise<{ id: string; outputs: Properties }> {
    const request = new provider.CreateRequest()
      .setUrn(urn(type))
      .setProperties(struct(inputs))
      .setPreview(preview)
      .setTimeout(timeout);
    const response = await this.#call<provider.CreateResponse>("create", request);
    return { id: response.getId(), outputs: plain(response.getProperties()) };
  }

  async update(
    type: string,
    id: string,
    known: { inputs: Properties; outputs: Properties },
    news: Properties,
    { preview = false } = {},
  ): Promise<Properties> {
    const request = new provider.UpdateRequest().setUrn(urn(type)).setId(id).setPreview(preview);
    request.setOldInputs(struct(known.inputs)).setOlds(struct(known.outputs)).setNews(struct(news));
    return plain((await this.#call<provider.UpdateResponse>("update", request)).getProperties());
  }

  async read(
    type: string,
    id: string,
    known?: { inputs: Properties; outputs: Properties },
  ): Promise<{ id: string; inputs: Properties; outputs: Properties }> {
    const request = new provider.ReadRequest().setUrn(urn(type)).setId(id);
    if (known) request.setInputs(struct(known.inputs)).setProperties(struct(known.outputs));
    const response = await this.#call<provider.ReadResponse>("read", request);
    return { id: response.getId(), inputs: plain(response.getInputs()), outputs: plain(response.getProperties()) };
  }

  async delete(
    type: string,
    id: string,
    known: { inputs: Properties; outputs: Properties } = { inputs: {}, outputs: {} },
  ): Promise<void> {
    const request = new provider.DeleteRequest().setUrn(urn(type)).setId(id);
    await this.#call("delete", request.setOldInputs(struct(known.inputs)).setProperties(struct(known.outputs)));
  }

  async invoke(token: string, args: Properties): Promise<Properties> {
    const request = new provider.InvokeRequest().setTok(token).setArgs(struct(args));
    return plain((await this.#call<provider.InvokeResponse>("invoke", request)).getReturn());
  }

  /** Any other call. */
  async call<Response>(method: string, request: object = new Empty()): Promise<Response> {
    return this.#call(method, request);
  }

  #call<Response>(method: string, request: object): Promise<Response> {
    const call = (
      this.#client as unknown as Record<
        string,
        (request: object, done: (error: ServiceError | null, response: Response) => void) => void
      >
    )[method]!;
    return new Promise((resolve, reject) => {
      call.call(this.#client, request, (error, response) => (error ? reject(new CallError(error)) : resolve(response)));
    });
  }
}

/** A call failed; a resource that exists nevertheless is in `partial`. */
export class CallError extends Error {
  readonly partial: { id: string; inputs: Properties; outputs: Properties; reasons: string[] } | undefined;

  constructor(error: ServiceError) {
    super(error.details);
    this.partial = partialOf(error.metadata);
  }
}

function partialOf(metadata: Metadata): CallError["partial"] {
  const [trailer] = metadata.get("grpc-status-details-bin");
  if (trailer === undefined) return undefined;
  const [detail] = Status.deserializeBinary(trailer as Buffer).getDetailsList();
  const failed = provider.ErrorResourceInitFailed.deserializeBinary(detail!.getValue_asU8());
  return {
    id: failed.getId(),
    inputs: plain(failed.getInputs()),
    outputs: plain(failed.getProperties()),
    reasons: failed.getReasonsList(),
  };
}

function urn(type: string): string {
  return `urn:pulumi:stack::project::kit:index:Parent$${type}::logical`;
}

function struct(properties: Properties): Struct {
  return Struct.fromJavaScript(properties);
}

function plain(properties: Struct | undefined): Properties {
  return properties?.toJavaScript() ?? {};
}

import {
  Metadata,
  status,
  type sendUnaryData,
  type ServerUnaryCall,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { PluginInfo, type PluginAttach } from "@pulumi/pulumi/proto/plugin_pb";
import * as provider from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

import type { DetailedDiff, PropertyChange } from "./detailed-diff";
import type { EngineLog } from "./engine-log";
import { InitFailedError } from "./init-failed-error";
import { fromStruct, toStruct } from "./property-values";
import type { Autonaming, ResourceCall, StandIn } from "./stand-in";

const { PropertyDiff, DiffResponse, CheckRequest } = provider;

/** Puts a stand-in behind the service that the engine calls (pulumi/pulumi, proto/pulumi/provider.proto). */
export function providerService(standIn: StandIn, log: EngineLog): UntypedServiceImplementation {
  return { ...pluginCalls(standIn, log), ...configCalls(standIn), ...resourceCalls(standIn) };
}

/** Calls about the plugin itself. */
function pluginCalls(standIn: StandIn, log: EngineLog): UntypedServiceImplementation {
  const { name, version } = standIn;
  return {
    handshake: unary((request: provider.ProviderHandshakeRequest) => {
      log.attach(request.getEngineAddress());
      return new provider.ProviderHandshakeResponse().setSupportsAutonamingConfiguration(true);
    }),
    attach: unary((request: PluginAttach) => {
      log.attach(request.getAddress());
      return new Empty();
    }),
    getPluginInfo: unary(() => new PluginInfo().setVersion(version)),
    getSchema: unary(() => new provider.GetSchemaResponse().setSchema(JSON.stringify({ name, version }))),
    getMapping: unary(() => new provider.GetMappingResponse()),
    getMappings: unary(() => new provider.GetMappingsResponse()),
    cancel: unary(() => {
      standIn.cancel();
      return new Empty();
    }),
    parameterize: refuse(
      `the ${name} stand-in serves the package's default API versions only, not a parameterized one`,
    ),
    call: refuse(`the ${name} package has no methods to call`),
    construct: refuse(`the ${name} package has no components`),
  };
}

/** Calls about the provider's config. */
function configCalls(standIn: StandIn): UntypedServiceImplementation {
  return {
    checkConfig: unary((request: provider.CheckRequest) => new provider.CheckResponse().setInputs(request.getNews())),
    diffConfig: unary(() => new DiffResponse()),
    configure: unary(async (request: provider.ConfigureRequest) => {
      const prefix = `${standIn.name}:config:`;
      const variables = [...request.getVariablesMap().entries()];
      await standIn.configure(Object.fromEntries(variables.map(([key, value]) => [key.replace(prefix, ""), value])));
      return new provider.ConfigureResponse().setSupportspreview(true).setSupportsAutonamingConfiguration(true);
    }),
    invoke: unary(async (request: provider.InvokeRequest) =>
      new provider.InvokeResponse().setReturn(
        toStruct(await standIn.invoke(request.getTok(), fromStruct(request.getArgs()))),
      ),
    ),
  };
}

/** Calls about resources. */
function resourceCalls(standIn: StandIn): UntypedServiceImplementation {
  return {
    check: unary(async (request: provider.CheckRequest) => {
      const { inputs, failures } = await standIn.check({
        ...resourceCall(request.getUrn()),
        oldInputs: fromStruct(request.getOlds()),
        inputs: fromStruct(request.getNews()),
        randomSeed: request.getRandomseed_asU8(),
        autonaming: autonamingOf(request.getAutonaming()),
      });
      return new provider.CheckResponse()
        .setInputs(toStruct(inputs))
        .setFailuresList(
          failures.map(({ property, reason }) => new provider.CheckFailure().setProperty(property).setReason(reason)),
        );
    }),
    diff: unary((request: provider.DiffRequest) => {
      const { changes, deleteBeforeReplace } = standIn.diff({
        ...resourceCall(request.getUrn()),
        oldInputs: fromStruct(request.getOldInputs()),
        oldOutputs: fromStruct(request.getOlds()),
        inputs: fromStruct(request.getNews()),
      });
      return diffResponse(changes, deleteBeforeReplace);
    }),
    create: unary(async (request: provider.CreateRequest) => {
      const { id, outputs } = await standIn.create({
        ...resourceCall(request.getUrn()),
        inputs: fromStruct(request.getProperties()),
        preview: request.getPreview(),
        timeoutSeconds: request.getTimeout(),
      });
      return new provider.CreateResponse().setId(id).setProperties(toStruct(outputs));
    }),
    read: unary(async (request: provider.ReadRequest) => {
      const state = await standIn.read({
        ...resourceCall(request.getUrn()),
        id: request.getId(),
        inputs: fromStruct(request.getInputs()),
        outputs: fromStruct(request.getProperties()),
        timeoutSeconds: request.getTimeout(),
      });
      if (state === null) return new provider.ReadResponse();
      return new provider.ReadResponse()
        .setId(state.id)
        .setInputs(toStruct(state.inputs))
        .setProperties(toStruct(state.outputs));
    }),
    update: unary(async (request: provider.UpdateRequest) => {
      const outputs = await standIn.update({
        ...resourceCall(request.getUrn()),
        id: request.getId(),
        oldInputs: fromStruct(request.getOldInputs()),
        oldOutputs: fromStruct(request.getOlds()),
        inputs: fromStruct(request.getNews()),
        preview: request.getPreview(),
        timeoutSeconds: request.getTimeout(),
      });
      return new provider.UpdateResponse().setProperties(toStruct(outputs));
    }),
    delete: unary(async (request: provider.DeleteRequest) => {
      await standIn.delete({
        ...resourceCall(request.getUrn()),
        id: request.getId(),
        inputs: fromStruct(request.getOldInputs()),
        outputs: fromStruct(request.getProperties()),
        timeoutSeconds: request.getTimeout(),
      });
      return new Empty();
    }),
  };
}

/** A URN is `urn:pulumi:<stack>::<project>::<parent types>$<type>::<name>`. */
function resourceCall(urn: string): ResourceCall {
  const [, , types = "", name = ""] = urn.split("::");
  return { urn, type: types.slice(types.lastIndexOf("$") + 1), name };
}

function autonamingOf(options: provider.CheckRequest.AutonamingOptions | undefined): Autonaming | undefined {
  if (options === undefined) return undefined;
  const { Mode } = CheckRequest.AutonamingOptions;
  const modes = { [Mode.PROPOSE]: "propose", [Mode.ENFORCE]: "enforce", [Mode.DISABLE]: "disable" } as const;
  return { mode: modes[options.getMode()], proposedName: options.getProposedName() };
}

function diffResponse(changes: DetailedDiff, deleteBeforeReplace: boolean): provider.DiffResponse {
  const paths = [...changes.keys()];
  const response = new DiffResponse()
    .setChanges(changes.size > 0 ? DiffResponse.DiffChanges.DIFF_SOME : DiffResponse.DiffChanges.DIFF_NONE)
    .setDiffsList([...new Set(paths.map(topLevelName))])
    .setReplacesList(paths.filter((path) => changes.get(path)?.replace))
    .setDeletebeforereplace(deleteBeforeReplace)
    .setHasdetaileddiff(true);
  for (const [path, change] of changes) {
    response.getDetaileddiffMap().set(path, new PropertyDiff().setKind(kindOf(change)).setInputdiff(true));
  }
  return response;
}

function topLevelName(path: string): string {
  return /^[^.[]+/.exec(path)?.[0] ?? path;
}

function kindOf({ kind, replace }: PropertyChange): provider.PropertyDiff.Kind {
  const { Kind } = PropertyDiff;
  switch (kind) {
    case "add":
      return replace ? Kind.ADD_REPLACE : Kind.ADD;
    case "delete":
      return replace ? Kind.DELETE_REPLACE : Kind.DELETE;
    case "update":
      return replace ? Kind.UPDATE_REPLACE : Kind.UPDATE;
  }
}

/** A unary call answered by a function; what it throws becomes the call's error. */
function unary<Request, Response>(answer: (request: Request) => Response | Promise<Response>) {
  return (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>): void => {
    Promise.resolve(call.request)
      .then(answer)
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback(serviceError(error)),
      );
  };
}

function refuse(details: string) {
  return (_call: unknown, callback: sendUnaryData<never>): void => callback({ code: status.UNIMPLEMENTED, details });
}

function serviceError(error: unknown): { code: status; details: string; metadata?: Metadata } {
  const details = error instanceof Error ? error.message : String(error);
  if (!(error instanceof InitFailedError)) return { code: status.UNKNOWN, details };

  const { id, inputs, outputs } = error.state;
  const failed = new provider.ErrorResourceInitFailed()
    .setId(id)
    .setProperties(toStruct(outputs))
    .setInputs(toStruct(inputs))
    .setReasonsList([details]);
  const packed = new Any();
  packed.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const metadata = new Metadata();
  // The trailer in which gRPC carries structured error details (grpc/grpc, doc/PROTOCOL-HTTP2.md).
  metadata.add(
    "grpc-status-details-bin",
    Buffer.from(new Status().setCode(status.UNKNOWN).setMessage(details).setDetailsList([packed]).serializeBinary()),
  );
  return { code: status.UNKNOWN, details, metadata };
}

import { status, type sendUnaryData, type ServerUnaryCall, type UntypedServiceImplementation } from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import * as language from "@pulumi/pulumi/proto/language_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import type { ChildProcesses } from "./child-processes";
import { installDependencies } from "./install-dependencies";
import { programDependencies } from "./program-dependencies";
import { runPlugin } from "./run-plugin";
import { runProgram } from "./run-program";

/** A unary call answered by a function; what it throws becomes the call's error. */
function unary<Request, Response>(answer: (request: Request, ended: AbortSignal) => Response | Promise<Response>) {
  return (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>): void => {
    const ended = new AbortController();
    call.on("cancelled", () => ended.abort());
    Promise.resolve()
      .then(() => answer(call.request, ended.signal))
      .then(
        (response) => callback(null, response),
        (error: unknown) =>
          callback({ code: status.UNKNOWN, details: error instanceof Error ? error.message : String(error) }),
      );
  };
}

/**
 * The calls of pulumirpc.LanguageRuntime that running programs, providers, policy packs and components needs
 * (pulumi/pulumi, proto/pulumi/language.proto). Code generation and packing are left out: gRPC answers UNIMPLEMENTED.
 */
export function languageRuntime(children: ChildProcesses): UntypedServiceImplementation {
  // An engine that attaches (PULUMI_DEBUG_LANGUAGES) says only in its handshake where it is.
  let engineAddress = process.argv[2] ?? "";
  return {
    handshake: unary((request: language.LanguageHandshakeRequest) => {
      engineAddress = request.getEngineAddress();
      return new language.LanguageHandshakeResponse();
    }),
    getPluginInfo: unary(() => new PluginInfo()),
    // Empty lists: the engine then takes each plugin from Pulumi.yaml, PATH or its cache when a resource needs it.
    getRequiredPackages: unary(() => new language.GetRequiredPackagesResponse()),
    getRequiredPlugins: unary(() => new language.GetRequiredPluginsResponse()),
    runtimeOptionsPrompts: unary(() => new language.RuntimeOptionsResponse()),
    about: unary(() => new language.AboutResponse().setExecutable(process.execPath).setVersion(process.version)),
    getProgramDependencies: unary((request: language.GetProgramDependenciesRequest) =>
      new language.GetProgramDependenciesResponse().setDependenciesList(
        programDependencies(request.getInfo()?.getProgramDirectory() ?? request.getPwd()).map(({ name, version }) =>
          new language.DependencyInfo().setName(name).setVersion(version),
        ),
      ),
    ),
    installDependencies: installDependencies(children),
    run: unary((request: language.RunRequest, ended) => runProgram(children, request, engineAddress, ended)),
    runPlugin: runPlugin(children),
    cancel: unary(async () => {
      await children.endAll();
      return new Empty();
    }),
  };
}

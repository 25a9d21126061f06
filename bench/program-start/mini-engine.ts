import { Server, ServerCredentials, type sendUnaryData, type ServerUnaryCall } from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import * as engine from "@pulumi/pulumi/proto/engine_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import * as resource from "@pulumi/pulumi/proto/resource_pb";
import { answerInvoke } from "./answer-invoke";

/** The least of an engine that a program can be run against: each registration succeeds at once with its inputs as outputs. */
export interface MiniEngine {
  /** Address for both the engine and the resource monitor. */
  readonly address: string;
  /** How many resources were registered so far. */
  readonly registered: () => number;
  readonly stop: () => void;
}

function unary<Request, Response>(answer: (request: Request) => Response) {
  return (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>): void => {
    try {
      callback(null, answer(call.request));
    } catch (error) {
      callback(error as Error);
    }
  };
}

/** Feature 0 is the field's default and is understood without being listed. */
const everyFeature = Object.values<unknown>(resource.ResourceMonitorFeature).filter(
  (feature): feature is resource.ResourceMonitorFeature => typeof feature === "number" && feature > 0,
);

export async function startMiniEngine(): Promise<MiniEngine> {
  let registered = 0;
  const server = new Server();
  server.addService(EngineService, {
    log: unary(() => new Empty()),
    getRootResource: unary(() => new engine.GetRootResourceResponse()),
    setRootResource: unary(() => new engine.SetRootResourceResponse()),
    requirePulumiVersion: unary(() => new engine.RequirePulumiVersionResponse()),
  });
  server.addService(ResourceMonitorService, {
    supportsFeature: unary(() => new resource.SupportsFeatureResponse().setHassupport(true)),
    getDeploymentInfo: unary(() => new resource.DeploymentInfo().setSupportedfeaturesList(everyFeature)),
    registerResource: unary((request: resource.RegisterResourceRequest) => {
      registered++;
      return registration(request);
    }),
    registerResourceOutputs: unary(() => new Empty()),
    registerPackage: unary(() => new resource.RegisterPackageResponse().setRef("package")),
    invoke: unary((request: resource.ResourceInvokeRequest) =>
      new resource.ResourceInvokeResponse().setReturn(
        Struct.fromJavaScript(answerInvoke(request.getTok(), request.getArgs()?.toJavaScript() ?? {})),
      ),
    ),
    signalAndWaitForShutdown: unary(() => new Empty()),
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return { address: `127.0.0.1:${port}`, registered: () => registered, stop: () => server.forceShutdown() };
}

/** As in a preview: no id yet, so that what depends on one stays unknown. */
function registration(request: resource.RegisterResourceRequest): resource.RegisterResourceResponse {
  const inputs: Record<string, JavaScriptValue> = request.getObject()?.toJavaScript() ?? {};
  return new resource.RegisterResourceResponse()
    .setUrn(`urn:pulumi:bench::azure-repair-kit::${request.getType()}::${request.getName()}`)
    .setObject(Struct.fromJavaScript(inputs));
}

import type { ChildProcess } from "node:child_process";
import { status, type ServerWritableStream } from "@grpc/grpc-js";
import * as language from "@pulumi/pulumi/proto/language_pb";
import type { ChildProcesses } from "./child-processes";
import { pulumiEntry } from "./pulumi-entry";
import { runtimeOptions } from "./runtime-options";

type PluginCall = ServerWritableStream<language.RunPluginRequest, language.RunPluginResponse>;

/** Starts a provider or policy pack, hands on what it prints (its port among it), and ends it with the call. */
export function runPlugin(children: ChildProcesses) {
  return (call: PluginCall): void => {
    let child: ChildProcess;
    try {
      child = startPlugin(children, call.request);
    } catch (error) {
      call.emit("error", { code: status.FAILED_PRECONDITION, details: (error as Error).message });
      return;
    }
    call.on("cancelled", () => void children.end(child));
    child.stdout?.on("data", (chunk: Buffer) => call.write(new language.RunPluginResponse().setStdout(chunk)));
    child.stderr?.on("data", (chunk: Buffer) => call.write(new language.RunPluginResponse().setStderr(chunk)));
    child.on("error", (error) => call.emit("error", { code: status.UNKNOWN, details: error.message }));
    child.on("close", (code) => {
      if (call.cancelled) return;
      call.write(new language.RunPluginResponse().setExitcode(code ?? 1));
      call.end();
    });
  };
}

function startPlugin(children: ChildProcesses, request: language.RunPluginRequest): ChildProcess {
  const folder = request.getInfo()?.getProgramDirectory() ?? request.getProgram();
  const isPolicyPack = request.getKind() === "analyzer";
  return children.startNode([...runtimeOptions(request.getInfo()).nodeArguments, ...pluginArguments(request, folder)], {
    // A policy pack finds its package.json, and so its version, from the working directory.
    cwd: isPolicyPack ? folder : request.getPwd(),
    env: { ...process.env, ...Object.fromEntries(request.getEnvList().map(splitVariable)) },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

function pluginArguments(request: language.RunPluginRequest, folder: string): string[] {
  const kind = request.getKind();
  switch (kind) {
    case "resource":
      return [pulumiEntry(folder, "run-plugin"), folder, ...request.getArgsList()];
    case "analyzer":
      return [pulumiEntry(folder, "run-policy-pack"), request.getArgsList()[0] ?? "", folder];
    default:
      throw new Error(`The kit's language host runs plugins of kind resource and analyzer, not "${kind}" (${folder}).`);
  }
}

/** Splits `NAME=value` at the first equals sign. */
function splitVariable(variable: string): [string, string] {
  const at = variable.indexOf("=");
  return at < 0 ? [variable, ""] : [variable.slice(0, at), variable.slice(at + 1)];
}

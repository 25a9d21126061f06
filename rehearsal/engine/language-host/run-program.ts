import { once } from "node:events";
import * as language from "@pulumi/pulumi/proto/language_pb";
import type { ChildProcesses } from "./child-processes";
import { pulumiEntry } from "./pulumi-entry";
import { runtimeOptions } from "./runtime-options";

/** Exit code of `cmd/run` for "failed, and the user has seen why already". */
const alreadyReported = 32;

/** Runs a program once against the engine's monitor, and ends it when the engine gives up the call. */
export async function runProgram(
  children: ChildProcesses,
  request: language.RunRequest,
  engineAddress: string,
  ended: AbortSignal,
): Promise<language.RunResponse> {
  const child = children.startNode(programArguments(request, engineAddress), {
    cwd: request.getPwd(),
    env: programEnvironment(request),
    stdio: ["ignore", "inherit", "inherit"],
  });
  ended.addEventListener("abort", () => void children.end(child));

  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  const response = new language.RunResponse();
  if (code === 0) return response;
  if (code === alreadyReported) return response.setBail(true);
  return response.setError(
    code === null
      ? `The program was ended by ${String(signal)}.`
      : `The program ended with exit code ${code}; what it printed above says why.`,
  );
}

function programArguments(request: language.RunRequest, engineAddress: string): string[] {
  const programFolder = request.getInfo()?.getProgramDirectory() ?? request.getPwd();
  const entryPoint = request.getInfo()?.getEntryPoint() ?? request.getProgram();
  return [
    ...runtimeOptions(request.getInfo()).nodeArguments,
    pulumiEntry(programFolder, "run"),
    ...flag("monitor", request.getMonitorAddress()),
    ...flag("engine", engineAddress),
    ...flag("organization", request.getOrganization()),
    ...flag("project", request.getProject()),
    ...flag("root-directory", request.getInfo()?.getRootDirectory()),
    ...flag("stack", request.getStack()),
    ...flag("pwd", request.getPwd()),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    ...flag("parallel", String(request.getParallel())),
    entryPoint,
    ...request.getArgsList(),
  ];
}

function flag(name: string, value: string | undefined): string[] {
  return value === undefined || value === "" ? [] : [`--${name}`, value];
}

function programEnvironment(request: language.RunRequest): NodeJS.ProcessEnv {
  const { typescript, tsconfig } = runtimeOptions(request.getInfo());
  return {
    ...process.env,
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray())),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    ...(typescript ? { PULUMI_NODEJS_TYPESCRIPT: "true" } : {}),
    ...(tsconfig === undefined ? {} : { PULUMI_NODEJS_TSCONFIG_PATH: tsconfig }),
  };
}

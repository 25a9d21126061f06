import { compareVersions } from "./compare-versions";
import type { Engine } from "./engine";
import { lowestEngineVersion } from "./engine-version";
import { languageHostOf } from "./language-host-of";
import { programOnPath } from "./program-on-path";
import { runCommand } from "./run-command";

const versionTimeLimit = 20_000;

/** The engine on PATH, or why there is none that fits. */
export async function engineOnPath(environment: NodeJS.ProcessEnv): Promise<Engine | string> {
  const program = programOnPath("pulumi", environment);
  if (program === undefined) return "there is no pulumi on PATH";
  let version: string;
  try {
    version = await engineVersionOf(program, environment);
  } catch (error) {
    return `${program} was not used: ${(error as Error).message}`;
  }
  if (compareVersions(version, lowestEngineVersion) < 0) {
    return `${program} was not used: it is version ${version}, and ${lowestEngineVersion} or newer is needed`;
  }
  return { program, version, source: "path", languageHost: languageHostOf(program, environment) };
}

/**
 * What `pulumi version` says, without a leading v.
 *
 * @throws Error when it fails, says something else, or does not answer.
 */
export async function engineVersionOf(program: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const { code, stdout, stderr } = await runCommand(program, ["version"], {
    environment: { ...environment, PULUMI_SKIP_UPDATE_CHECK: "true" },
    signal: AbortSignal.timeout(versionTimeLimit),
  });
  const version = /^v?(\d+\.\d+\.\d+\S*)$/m.exec(stdout)?.[1];
  if (code !== 0 || version === undefined) {
    const said = (stderr.trim() || stdout.trim()).split("\n").at(-1) ?? "";
    throw new Error(`"pulumi version" ended with exit code ${code}${said === "" ? "" : ` and said: ${said}`}`);
  }
  return version;
}

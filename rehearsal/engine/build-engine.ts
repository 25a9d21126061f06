import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { compareVersions } from "./compare-versions";
import { elapsed } from "./elapsed";
import { EngineError } from "./engine-error";
import { engineFolder } from "./engine-in-cache";
import { engineVersionOf } from "./engine-on-path";
import { engineVersion, goModuleFolder, goVersion } from "./engine-version";
import { programOnPath } from "./program-on-path";
import { putInPlace } from "./put-in-place";
import { runCommand } from "./run-command";

const reportMilliseconds = 5000;
const mainPackage = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
const tags = "osusergo,grpcnotrace";

interface BuildOptions {
  readonly environment: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
}

/**
 * Builds the pinned engine from Go modules into the kit's cache. Modules and compiled packages go to Go's own caches, so an
 * interrupted build goes on where it stopped.
 *
 * @throws EngineError when Go is missing or too old, or the build fails; the message has Go's last words.
 */
export async function buildEngine(cache: string, report: (line: string) => void, options: BuildOptions): Promise<void> {
  const go = await fitGo(options.environment);
  const environment = { ...options.environment, ...goSettings };
  report(
    `building the Pulumi engine ${engineVersion} from Go modules with ${go}, once: 5 to 15 minutes, about 3 GB in Go's own caches ` +
      `(afterwards removable with "go clean -cache -modcache")`,
  );
  const started = Date.now();
  await putInPlace(engineFolder(cache), async (unfinished) => {
    const [folder, temporary] = [join(unfinished, "bin"), join(unfinished, "tmp")];
    for (const made of [folder, temporary]) await mkdir(made);
    // An interrupted go leaves its temporary files; here they go with the folder.
    const settings = { ...options, environment: { ...environment, GOTMPDIR: temporary } };
    const program = join(folder, "pulumi");
    const packages = await countPackages(go, report, settings);
    await compile(go, program, packages, report, settings);
    const built = await engineVersionOf(program, environment);
    if (built !== engineVersion)
      throw new EngineError(`the engine built says it is ${built} instead of ${engineVersion}`);
    return folder;
  });
  report(`built the Pulumi engine ${engineVersion} in ${elapsed(started)}`);
}

/** Settings of the user's that would change what is built are set aside; proxies, checksum database and caches stay theirs. */
const goSettings = {
  CGO_ENABLED: "0",
  GOFLAGS: "-mod=readonly -buildvcs=false",
  GOTOOLCHAIN: "local",
  GOWORK: "off",
};

async function fitGo(environment: NodeJS.ProcessEnv): Promise<string> {
  const go = programOnPath("go", environment);
  if (go === undefined) {
    throw new EngineError(
      `Go is not on PATH. Install Go ${goVersion} or newer (https://go.dev/doc/install) and run this again.`,
    );
  }
  const { code, stdout, stderr } = await runCommand(go, ["env", "GOVERSION"], {
    environment: { ...environment, ...goSettings },
  });
  const version = /^go(\d\S*)/.exec(stdout)?.[1];
  if (code !== 0 || version === undefined) {
    throw new EngineError(`${go} does not say its version: ${lastWords(stderr + stdout)}`);
  }
  if (compareVersions(version, goVersion) < 0) {
    throw new EngineError(`${go} is Go ${version}, and ${goVersion} or newer is needed (https://go.dev/doc/install).`);
  }
  return go;
}

/** Fetches the modules that are still missing and tells how many packages the engine is made of. */
async function countPackages(go: string, report: (line: string) => void, options: BuildOptions): Promise<number> {
  const started = Date.now();
  let modules = 0;
  const ticking = setInterval(
    () => report(`fetching Go modules: ${modules} so far, ${elapsed(started)}`),
    reportMilliseconds,
  );
  const onLine = (line: string): void => {
    if (line.startsWith("go: downloading ")) modules++;
  };
  try {
    const listed = await runGo(go, ["list", "-deps", "-tags", tags, mainPackage], onLine, options);
    if (modules > 0) report(`fetched ${modules} Go modules in ${elapsed(started)}`);
    return listed.trim().split("\n").length;
  } finally {
    clearInterval(ticking);
  }
}

async function compile(
  go: string,
  program: string,
  packages: number,
  report: (line: string) => void,
  options: BuildOptions,
): Promise<void> {
  const started = Date.now();
  let compiled = 0;
  const ticking = setInterval(
    () =>
      report(
        `compiling the engine: ${compiled} packages (of ${packages}, less those compiled before), ${elapsed(started)}`,
      ),
    reportMilliseconds,
  );
  const linkerFlags = `-w -s -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${engineVersion}`;
  const args = ["build", "-v", "-trimpath", "-tags", tags, "-ldflags", linkerFlags, "-o", program, mainPackage];
  const onLine = (line: string): void => {
    if (/^[\w.-]+(\/[\w.~-]+)*$/.test(line)) compiled++;
  };
  try {
    await runGo(go, args, onLine, options);
  } finally {
    clearInterval(ticking);
  }
}

async function runGo(
  go: string,
  args: readonly string[],
  onProgress: (line: string) => void,
  options: BuildOptions,
): Promise<string> {
  const { code, stdout, stderr } = await runCommand(go, args, {
    folder: goModuleFolder,
    environment: options.environment,
    signal: options.signal,
    onLine: (line, stream) => {
      if (stream === "stderr") onProgress(line);
    },
  });
  options.signal?.throwIfAborted();
  if (code !== 0) throw new EngineError(`go ${String(args[0])} ended with exit code ${code}: ${lastWords(stderr)}`);
  return stdout;
}

/** The last lines that are not progress. */
function lastWords(text: string): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("go: downloading "));
  return lines.slice(-3).join(" | ");
}

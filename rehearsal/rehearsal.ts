import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";

import { startSimulator } from "./arm/start";
import type { Simulator } from "./arm";
import { type AzureAccount, signIn } from "./azure-account";
import {
  type AuditedRequest,
  type Check,
  absenceExplained,
  dumpIsTheFile,
  noProblems,
  onlyEvidenceLeft,
  policiesKept,
  secondUpIsEmpty,
  sourceDiskUnchanged,
  sourceNotWrittenTo,
} from "./checks";
import { type Engine, findEngine, Pulumi } from "./engine";
import { type PolicyNotes, telling, tellingAndNoting } from "./follow-engine";
import { describeDisk, hashesOnDisk } from "./look-at-disk";
import { createProject, repositoryFolder, stackName } from "./project";
import { SecretWatch } from "./secret-watch";
import { shellExports } from "./shell-exports";
import type { Story } from "./story";
import { tellOutputs } from "./tell-outputs";

/** What is to be rehearsed. */
export interface RehearsalOptions {
  /** The broken OS disk: path of a fixed VHD, only read. */
  readonly diskFile: string;
  /** Existing, empty folder of this rehearsal alone. */
  readonly workFolder: string;
  /** Stop before destroy, leave everything running until the signal. */
  readonly keep: boolean;
  /** Plays the case in which the repair VM's firmware starts the copy. */
  readonly bootFromCopy: boolean;
  readonly story: Story;
  readonly signal: AbortSignal;
}

/** What a rehearsal showed. */
export interface RehearsalResult {
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Seconds by step. */
  readonly timings: Readonly<Record<string, number>>;
  /** Requests that the simulated Azure answered. */
  readonly requests: { readonly arm: number; readonly blob: number };
  readonly checks: readonly Check[];
  readonly engine: Pick<Engine, "version" | "source" | "languageHost">;
  /** Where the guest scripts ran: path of a PowerShell, or "model". */
  readonly guest: string;
}

/**
 * Plays the whole job: engine, simulated Azure with a broken VM, `pulumi up`, a second `up`, `destroy`, proofs.
 *
 * @throws what the failing step throws; nothing is left running then
 */
export async function rehearse(options: RehearsalOptions): Promise<RehearsalResult> {
  const watch = new SecretWatch();
  try {
    return await setUpAndPlay({ ...options, story: watch.remember(options.story) }, watch);
  } finally {
    await watch.stop();
  }
}

async function setUpAndPlay(options: RehearsalOptions, watch: SecretWatch): Promise<RehearsalResult> {
  const { diskFile, story, workFolder, signal } = options;
  const timings: Record<string, number> = {};
  const problems: string[] = [];

  const engine = await timed(timings, "engine", () => findEngine({ report: (text) => story.line(text), signal }));
  story.line(`Pulumi engine ${engine.version} (${whereFrom(engine)})`);
  story.chapter("A VM is broken", `Its OS disk: ${await describeDisk(diskFile)}`);
  const simulator = await timed(timings, "simulated Azure", () =>
    startSimulator({
      diskFile,
      workFolder,
      bootFromCopy: options.bootFromCopy,
      onProblem: (problem) => problems.push(problem),
    }),
  );
  try {
    return await play(options, { engine, simulator, timings, problems, watch });
  } finally {
    await simulator.stop();
  }
}

interface Stage {
  readonly engine: Engine;
  readonly simulator: Simulator;
  readonly timings: Record<string, number>;
  readonly problems: string[];
  readonly watch: SecretWatch;
}

async function play(options: RehearsalOptions, stage: Stage): Promise<RehearsalResult> {
  const { story, signal } = options;
  const { simulator, timings } = stage;
  story.line(`simulated Azure at ${simulator.armEndpoint}; guest scripts run in ${simulator.guestHost}`);
  story.line(`the broken VM is ${simulator.sourceVmId}`);

  const account = await signIn(simulator);
  const before = { inventory: await account.inventory(), sha256: await hashSourceDisk(simulator, story) };
  const projectFolder = await createProject({ workFolder: options.workFolder, sourceVmId: simulator.sourceVmId });
  const temporary = path.join(options.workFolder, "temporary");
  await mkdir(temporary);
  const pulumi = await Pulumi.open({
    engine: stage.engine,
    projectFolder,
    workFolder: options.workFolder,
    // What engine, program and plugins leave behind is looked at, too.
    environment: { ...simulator.environment, TMPDIR: temporary },
  });
  await pulumi.run(["stack", "init", stackName], { signal });

  story.chapter(
    "pulumi up",
    "Everything below is made by index.ts and components/, as in a real Azure, and judged by policies/ before it is made.",
  );
  const policies: PolicyNotes = { packs: [], violations: [] };
  await timed(timings, "up", () =>
    pulumi.run(["up", "--yes", "--skip-preview", "--policy-pack", path.join(repositoryFolder, "policies")], {
      signal,
      onEvent: tellingAndNoting(story, policies),
    }),
  );
  const outputs = await pulumi.outputs({ signal });
  tellOutputs(story, outputs);

  story.chapter("pulumi up, once more", "Nothing has changed, so nothing may be done.");
  const changes: Record<string, number> = {};
  await timed(timings, "second up", () =>
    pulumi.run(["up", "--yes", "--skip-preview"], {
      signal,
      onEvent: (event) => Object.assign(changes, event.summaryEvent?.resourceChanges ?? {}),
    }),
  );
  const dumpCheck = await timed(timings, "dump check", () =>
    checkDump(outputs, options.diskFile, account, before.inventory),
  );

  if (options.keep) {
    await keepRunning(options, simulator, pulumi, projectFolder);
  } else {
    story.chapter("pulumi destroy", "All goes but the evidence: the dump store stays.");
    await timed(timings, "destroy", () =>
      pulumi.run(["destroy", "--yes", "--skip-preview"], { signal, onEvent: telling(story) }),
    );
  }

  const audit = await readAudit(simulator.auditLog);
  const checks = [
    sourceDiskUnchanged(before.sha256, await hashSourceDisk(simulator, story)),
    sourceNotWrittenTo(audit, resourceGroupOf(simulator.sourceVmId)),
    dumpCheck,
    secondUpIsEmpty(changes),
    ...(options.keep ? [] : [onlyEvidenceLeft(before.inventory, await account.inventory(), true)]),
    policiesKept(policies.packs, policies.violations),
    await timed(timings, "secret scan", () =>
      stage.watch.check({
        secrets: [
          ...simulator.secrets(),
          { name: "passphrase of the stack", value: pulumi.environment.PULUMI_CONFIG_PASSPHRASE ?? "" },
        ],
        folder: options.workFolder,
        except: [options.diskFile, environmentFile(options.workFolder)],
        outputs,
      }),
    ),
    noProblems(stage.problems),
  ];
  story.chapter("The proofs");
  for (const check of checks) {
    story.line(`${check.passed ? "ok    " : "FAILED"}  ${check.name}: ${check.detail}`);
  }
  story.line(
    `In a real Azure this job would have taken about ${simulator.modelledMinutes().toFixed(0)} minutes (modelled from published timings).`,
  );
  return {
    outputs,
    timings,
    requests: simulator.requests(),
    checks,
    engine: {
      version: stage.engine.version,
      source: stage.engine.source,
      languageHost: stage.engine.languageHost,
    },
    guest: simulator.guestHost,
  };
}

/** Hashes the broken VM's disk; a large one takes minutes, so it tells how far it is every few seconds. */
function hashSourceDisk(simulator: Simulator, story: Story): Promise<string> {
  let told = performance.now();
  return simulator.sourceDiskSha256((done) => {
    if (performance.now() - told > 3_000) {
      told = performance.now();
      story.line(`hashing the broken VM's disk: ${(done / 1024 ** 3).toFixed(1)} GiB done`);
    }
  });
}

/** Compares the dump in the store with the file on the disk, or asks for the reason where there is none. */
async function checkDump(
  outputs: Readonly<Record<string, unknown>>,
  diskFile: string,
  account: AzureAccount,
  before: readonly string[],
): Promise<Check> {
  if (outputs.dumpStatus !== "collected") {
    return absenceExplained({
      dumpStatus: outputs.dumpStatus,
      searched: outputs.searched,
      nextSteps: outputs.nextSteps,
    });
  }
  const store = (await account.inventory()).find((id) => /\/storageAccounts\//i.test(id) && !before.includes(id));
  if (store === undefined) {
    return { name: "the collected dump is the file on the disk", passed: false, detail: "no storage account was made" };
  }
  await account.readBlobsOf(store);
  const inStore = await account.hashBlob(String(outputs.dumpBlobUrl));
  const onDisk = await hashesOnDisk(diskFile, String(outputs.dumpPath), Number(outputs.dumpSize));
  return dumpIsTheFile(onDisk, inStore.sha256, outputs.dumpSha256 as string | null);
}

async function keepRunning(
  options: RehearsalOptions,
  simulator: Simulator,
  pulumi: Pulumi,
  projectFolder: string,
): Promise<void> {
  const { story, signal } = options;
  const environment = environmentFile(options.workFolder);
  await writeFile(environment, shellExports(pulumi.environment), { mode: 0o600 });
  story.chapter("Left running, as asked", "Look around in another terminal; Ctrl-C here ends and removes everything.");
  story.line(`the stack       . ${environment} && cd ${projectFolder} && pulumi stack output`);
  story.line(`ARM endpoint    ${simulator.armEndpoint}`);
  story.line(`audit log       ${simulator.auditLog}`);
  await new Promise<void>((resolve) => {
    if (signal.aborted) {
      resolve();
    }
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** What a kept rehearsal is entered with. It holds the stack's passphrase, so that only this user may read it. */
function environmentFile(workFolder: string): string {
  return path.join(workFolder, "environment.sh");
}

async function readAudit(file: string): Promise<AuditedRequest[]> {
  const text = await readFile(file, "utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as AuditedRequest);
}

function resourceGroupOf(id: string): string {
  return id.split("/").slice(0, 5).join("/");
}

function whereFrom(engine: Engine): string {
  const place = {
    path: "found on PATH",
    cache: "from the kit's cache",
    download: "downloaded",
    build: "built from Go modules",
  };
  const host = engine.languageHost === "kit" ? "; the kit's own Node language host" : "";
  return `${place[engine.source]}${host}`;
}

async function timed<T>(timings: Record<string, number>, step: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  try {
    return await work();
  } finally {
    timings[step] = Math.round(performance.now() - start) / 1000;
  }
}

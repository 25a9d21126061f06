import type { LeakedSecret } from "./secret-scan";

/** One proof at the end of a rehearsal. */
export interface Check {
  readonly name: string;
  readonly passed: boolean;
  /** What was compared, in a sentence with figures. */
  readonly detail: string;
}

/** One line of the simulated Azure's audit log, as far as the checks need it. */
export interface AuditedRequest {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** The source disk has the same bytes as before the job. */
export function sourceDiskUnchanged(before: string, after: string): Check {
  return {
    name: "the broken VM's disk is unchanged",
    passed: before === after,
    detail: before === after ? `SHA-256 ${before} before and after` : `SHA-256 ${before} before, ${after} after`,
  };
}

/**
 * No request wrote to the broken VM, its disk or its resource group.
 *
 * Every method but GET and HEAD counts as a write, refused ones too: the kit must not even try.
 *
 * @param resourceGroupId id of the resource group that holds the broken VM
 */
export function sourceNotWrittenTo(requests: readonly AuditedRequest[], resourceGroupId: string): Check {
  const below = `${resourceGroupId}/`.toLowerCase();
  const writes = requests.filter(
    (request) => !["GET", "HEAD"].includes(request.method) && `${request.path}/`.toLowerCase().startsWith(below),
  );
  const reads = requests.length - writes.length;
  return {
    name: "nothing was written to the broken VM, its disk or its resource group",
    passed: writes.length === 0 && reads > 0,
    detail:
      writes.length === 0
        ? `${requests.length} requests in the audit log, none of them a write below ${resourceGroupId}`
        : writes.map((request) => `${request.method} ${request.path} (${request.status})`).join("; "),
  };
}

/**
 * The dump in the store is the dump on the disk, byte for byte, and the outputs tell its hash.
 *
 * @param onDisk hashes of the files with its path, one for each volume that has one
 */
export function dumpIsTheFile(onDisk: readonly string[], inStore: string, told: string | null): Check {
  const passed = onDisk.includes(inStore) && inStore === told;
  return {
    name: "the collected dump is the file on the disk",
    passed,
    detail: passed
      ? `SHA-256 ${inStore}`
      : `SHA-256 on the disk ${onDisk.join(" or ")}, in the store ${inStore}, in the outputs ${told ?? "none"}`,
  };
}

/** Nothing was collected, and the outputs say why, where was looked, and what to do next. */
export function absenceExplained(outputs: {
  readonly dumpStatus: unknown;
  readonly searched: unknown;
  readonly nextSteps: unknown;
}): Check {
  const steps = Array.isArray(outputs.nextSteps) ? outputs.nextSteps.length : 0;
  const places = Array.isArray(outputs.searched) ? outputs.searched.length : 0;
  const mounted = ["not-found", "upload-refused"].includes(String(outputs.dumpStatus));
  return {
    name: "no dump was collected, and the outputs say why",
    passed: typeof outputs.dumpStatus === "string" && steps > 0 && (places > 0 || !mounted),
    detail: `status ${String(outputs.dumpStatus)}, ${places} places searched, ${steps} next steps`,
  };
}

/** A second `pulumi up` changed nothing. */
export function secondUpIsEmpty(changes: Readonly<Record<string, number>>): Check {
  const changed = Object.entries(changes).filter(([operation, count]) => operation !== "same" && count > 0);
  return {
    name: "a second pulumi up changes nothing",
    passed: changed.length === 0 && (changes.same ?? 0) > 0,
    detail:
      changed.length === 0
        ? `${changes.same ?? 0} resources unchanged`
        : changed.map(([operation, count]) => `${operation} ${count}`).join(", "),
  };
}

/**
 * After destroy only the evidence is left: one storage account in a resource group of its own.
 *
 * @param before ids of the resource groups and resources that existed before the job
 * @param after the same after destroy
 */
export function onlyEvidenceLeft(before: readonly string[], after: readonly string[], keepsEvidence: boolean): Check {
  const known = new Set(before.map((id) => id.toLowerCase()));
  const left = after.filter((id) => !known.has(id.toLowerCase()));
  const accounts = left.filter((id) => /\/providers\/Microsoft\.Storage\/storageAccounts\/[^/]+$/i.test(id));
  const groups = left.filter((id) => /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+$/i.test(id));
  const others = left.length - accounts.length - groups.length;
  const expected = keepsEvidence ? 1 : 0;
  const lost = before.filter((id) => !after.some((other) => other.toLowerCase() === id.toLowerCase()));
  return {
    name: "destroy left nothing but the evidence",
    passed: others === 0 && accounts.length === expected && groups.length === expected && lost.length === 0,
    detail:
      lost.length > 0
        ? `gone, though not the kit's: ${lost.join(", ")}`
        : left.length === 0
          ? "nothing is left"
          : `left: ${left.join(", ")}`,
  };
}

/** The simulated Azure met no request that it does not know, and no error of its own. */
export function noProblems(problems: readonly string[]): Check {
  return {
    name: "the simulated Azure knew every request",
    passed: problems.length === 0,
    detail: problems.length === 0 ? "no unknown route, no unknown action" : problems.join("; "),
  };
}

/** No secret of the job can be read in what it left, printed or was started with. */
export function noSecretReadable(looked: {
  readonly secrets: number;
  readonly files: number;
  readonly commandLines: number;
  readonly leaks: readonly LeakedSecret[];
}): Check {
  const { secrets, files, commandLines, leaks } = looked;
  const places = `${files} files, ${commandLines} command lines and everything printed`;
  return {
    name: "no secret can be read in what the job left",
    passed: leaks.length === 0 && secrets > 0 && files > 0,
    detail:
      leaks.length === 0
        ? `${secrets} secrets, none of them in ${places}`
        : leaks.map(({ secret, where }) => `${secret} in ${where}`).join("; "),
  };
}

/** The policy pack judged every resource before it was made, and let it pass. */
export function policiesKept(packs: readonly string[], violations: readonly string[]): Check {
  return {
    name: "the policy pack found nothing",
    passed: packs.length > 0 && violations.length === 0,
    detail:
      violations.length > 0
        ? violations.join("; ")
        : packs.length > 0
          ? `judged by ${packs.join(", ")}`
          : "the engine ran no policy pack",
  };
}

import { createRequire } from "node:module";
import type { Plan } from "../../preflight/facts";
import { DEFAULT_VM_SIZE } from "../../preflight/plan";
import { parseIdOfType } from "../../preflight/resource-id";
import { runChecks } from "../../preflight/run-checks";
import { vmSizeProblem } from "../../preflight/vm-size";
import { parseVmReference, vmReferenceProblem } from "../../preflight/vm-reference";
import { reportLines, reportOf, type Report } from "../check/report";
import { UsageError } from "../errors";
import type { Session } from "../session";

/** Options of `check`. */
export interface CheckOptions {
  /** Resource id of the VM, or `resourceGroup/name`. */
  readonly vm?: string;
  readonly resourceGroup?: string;
  readonly name?: string;
  readonly subscription?: string;
  readonly vmSize?: string;
  readonly subnet?: string;
  readonly dumpStore?: string;
  readonly publicAddress?: boolean;
  readonly extractFromSnapshot?: boolean;
  readonly tag?: Readonly<Record<string, string>>;
  readonly json?: boolean;
}

/** Says whether a stack for a broken VM would come up, and what to do where it would not. Makes nothing. */
export async function check(options: CheckOptions, session: Session): Promise<void> {
  const { console } = session;
  const report = await checkVm(options, session);
  if (options.json) console.result(JSON.stringify(report, null, 2));
  else reportLines(report).forEach((line) => console.result(line));
  if (report.result === "stop") process.exitCode = 1;
}

/** @throws UsageError for options of no known form, AzureFailure when Azure cannot be asked */
export async function checkVm(options: CheckOptions, { console, signal, environment }: Session): Promise<Report> {
  const { subscriptionId, resourceGroupName, name } = targetOf(options, environment);
  const plan = planOf(options, `${resourceGroupName}/${name}`);
  console.say(`looking at ${resourceGroupName}/${name}; nothing is made`);
  // Loaded late, as everything of Azure is.
  const load = createRequire(__filename);
  const { signIn } = load("../azure/sign-in") as typeof import("../azure/sign-in");
  const { clientsOf } = load("../check/clients") as typeof import("../check/clients");
  const { gatherFacts } = load("../check/gather-facts") as typeof import("../check/gather-facts");
  const { PUBLIC_PRICE_LIST } = load("../check/read-prices") as typeof import("../check/read-prices");
  const prices = environment.AZURE_REPAIR_KIT_PRICES ?? PUBLIC_PRICE_LIST;
  const clients = clientsOf(await signIn(environment), subscriptionId);
  const facts = await gatherFacts({ resourceGroupName, name, prices, signal }, plan, clients);
  const vmId = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroupName}/providers/Microsoft.Compute/virtualMachines/${name}`;
  return reportOf(vmId, facts, plan, runChecks(facts, plan));
}

function targetOf(options: CheckOptions, environment: Session["environment"]) {
  const { vm, resourceGroup, name } = options;
  if (vm === undefined ? !resourceGroup || !name : resourceGroup !== undefined || name !== undefined) {
    throw new UsageError("Name the VM by --vm, or by --resource-group and --name.");
  }
  const text = vm ?? `${resourceGroup ?? ""}/${name ?? ""}`;
  const reference = parseVmReference(text);
  if (reference === undefined) throw new UsageError(vmReferenceProblem("--vm", text) ?? text);
  const subscriptionId =
    reference.subscriptionId ??
    options.subscription ??
    environment.ARM_SUBSCRIPTION_ID ??
    environment.AZURE_SUBSCRIPTION_ID;
  if (!subscriptionId) {
    throw new UsageError(
      `Which subscription has ${text}? Name the VM by its resource id, or give --subscription, or set ARM_SUBSCRIPTION_ID.`,
    );
  }
  return { ...reference, subscriptionId };
}

function planOf(
  { vmSize, subnet, dumpStore, publicAddress, extractFromSnapshot, tag }: CheckOptions,
  source: string,
): Plan {
  const problem = vmSize === undefined ? undefined : vmSizeProblem("--vm-size", vmSize);
  if (problem !== undefined) throw new UsageError(problem);
  checkId("--subnet", subnet, "Microsoft.Network/virtualNetworks/subnets", "a subnet");
  checkId("--dump-store", dumpStore, "Microsoft.Storage/storageAccounts/blobServices/containers", "a blob container");
  return {
    vmSize: vmSize ?? DEFAULT_VM_SIZE,
    // Those of the kit's own, whose values no policy can know.
    tags: { ...tag, "created-by": "azure-repair-kit", "repair-of": source },
    publicAddress: publicAddress ?? false,
    extractFromSnapshot: extractFromSnapshot ?? false,
    ...(subnet !== undefined && { subnetId: subnet }),
    ...(dumpStore !== undefined && { dumpStoreId: dumpStore }),
  };
}

function checkId(option: string, id: string | undefined, type: string, what: string): void {
  if (id !== undefined && parseIdOfType(id, type) === undefined) {
    throw new UsageError(`${option} must be the resource id of ${what}, got "${id}".`);
  }
}

import * as pulumi from "@pulumi/pulumi";

import { NETWORK_ACCESS } from "../../preflight/checks/network-access";
import { vmReferenceProblem } from "../../preflight/vm-reference";
import { vmSizeProblem } from "../../preflight/vm-size";
import type { RepairEnvironmentArgs } from "../repair-environment";
import { rdpSourceProblem } from "./cidr";
import { collectableOutsideProblem, collectableProblem } from "./collectable";
import { containerIdProblem, readContainerUrl } from "./container";
import { shutdownTimeProblem } from "./daily-shutdown";
import { imageSkuProblem } from "./image";
import { refuseStops } from "./judge";
import { checkedRecoveryKey } from "./recovery-key";
import type { SourceDisk } from "./source-disk";
import { readSourceVm, type SourceVm } from "./source-vm";
import { checkSubnet, subnetIdProblem } from "./subnet";
import { checked, checkedIfGiven } from "./validate";

/**
 * The facts of the broken VM, known only once everything that the user gave is found right.
 *
 * What the components below would check is checked here first, because a child that fails leaves the ones before it
 * behind. Every resource waits for these facts, so nothing is made until then.
 *
 * @throws inputError at once for plain values, and inside the Output for what Azure has to say
 */
export function checkedSource(args: RepairEnvironmentArgs, resource: pulumi.Resource): pulumi.Output<SourceVm> {
  const vm = checked(args.vm, resource, (text) => vmReferenceProblem("vm", text));
  const subnetId = checkedIfGiven(args.subnetId, resource, (id) => subnetIdProblem("subnetId", id));
  const dumpStore = checkedIfGiven(args.dumpStore, resource, (id) => containerIdProblem("dumpStore", id));
  const rdpSources = (args.rdpSources ?? []).map((source) =>
    checked(source, resource, (text) => rdpSourceProblem("rdpSources", text)),
  );
  const collect = (args.collect ?? []).map((one) =>
    checked(one, resource, (text) => {
      const outside = args.extractFromSnapshot ? collectableOutsideProblem("collect", text) : undefined;
      return collectableProblem("collect", text) ?? outside;
    }),
  );
  const vmSize = checkedIfGiven(args.vmSize, resource, (text) => vmSizeProblem("vmSize", text));
  const imageSku = checkedIfGiven(args.imageSku, resource, (text) => imageSkuProblem("imageSku", text));
  const recoveryKey = checkedRecoveryKey(args.bitLockerRecoveryKey, resource);
  checkedIfGiven(args.autoShutdownTime, resource, (text) => shutdownTimeProblem("autoShutdownTime", text));
  checked(args.enableDumpOnCopy ?? false, resource, (enable) =>
    enable && args.extractFromSnapshot
      ? 'enableDumpOnCopy must be false when extractFromSnapshot is true, got "true"; ' +
        "there is no copy of the disk then: set extractFromSnapshot to false"
      : undefined,
  );

  const given = pulumi.all([...rdpSources, ...collect, vmSize, imageSku, validated(recoveryKey)]);
  return pulumi.all([vm, subnetId, dumpStore, given]).apply(async ([text, subnet, container]) => {
    const [source] = await Promise.all([
      readSourceVm("vm", text, resource),
      container === undefined ? undefined : readContainerUrl("dumpStore", container, resource),
    ]);
    if (subnet !== undefined) {
      await checkSubnet("subnetId", subnet, source.osDisk.location, resource);
    }
    refuseStops(
      {
        argument: "extractFromSnapshot",
        text: String(args.extractFromSnapshot ?? false),
        facts: { osDisk: { value: outsideAccess(source.osDisk) } },
        plan: { extractFromSnapshot: args.extractFromSnapshot ?? false },
        checks: [NETWORK_ACCESS],
      },
      resource,
    );
    return source;
  });
}

/** What decides whether the snapshot of a disk can be read from outside. */
function outsideAccess({ location, networkAccessPolicy, publicNetworkAccess, dataAccessAuthMode }: SourceDisk) {
  return { location, networkAccessPolicy, publicNetworkAccess, dataAccessAuthMode };
}

/** That a secret was found right; the facts that wait for it are no secret. */
function validated(secret: pulumi.Output<string> | undefined): pulumi.Output<string> | undefined {
  return secret && pulumi.unsecret(secret.apply(() => "right"));
}

/** A value that is known only after the facts are, so that its own checks do not complain a second time. */
export function after<T>(
  source: pulumi.Output<SourceVm>,
  value: pulumi.Input<T> | undefined,
): pulumi.Output<pulumi.Unwrap<T>> | undefined {
  return value === undefined ? undefined : pulumi.all([value, source]).apply(([known]) => known);
}

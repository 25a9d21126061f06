import { UserAssignedIdentity } from "@pulumi/azure-native/managedidentity";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { rdpSourceProblem } from "./internal/cidr";
import { dailyShutdown, shutdownTimeProblem } from "./internal/daily-shutdown";
import { imageSkuProblem } from "./internal/image";
import { repairMachine } from "./internal/machine";
import { computerName, computerNameProblem } from "./internal/names";
import { repairNetwork } from "./internal/network";
import { subnetIdProblem } from "./internal/subnet";
import { kitTags } from "./internal/tags";
import { checked, checkedIfGiven } from "./internal/validate";
import { vmSizeProblem } from "../preflight/vm-size";

/** After working hours in Europe and in the Americas' noon; the time that the Azure portal proposes too. */
const DEFAULT_SHUTDOWN = "1900";

const ADMIN_USERNAME = "repairadmin";

/** A managed disk that a repair VM has from its creation on. */
export interface AttachedDiskArgs {
  /** Resource id of the disk, in the region and zone of the VM. */
  diskId: pulumi.Input<string>;

  /** Logical unit number, 0 to 63, one for each disk. */
  lun: pulumi.Input<number>;
}

/** Arguments of {@link RepairVm}. */
export interface RepairVmArgs {
  /** Resource group that receives the VM and everything around it. */
  resourceGroupName: pulumi.Input<string>;

  /** Region of the VM: that of the disks it shall work on. */
  location: pulumi.Input<string>;

  /**
   * Availability zone of the VM: that of the disks it shall work on.
   *
   * @default none
   */
  zone?: pulumi.Input<string | undefined>;

  /**
   * Disks attached from the creation of the VM on. Another disk at the same LUN replaces the VM, because Azure exchanges none.
   *
   * @default none
   */
  attachedDisks?: AttachedDiskArgs[];

  /**
   * IPv4 ranges in CIDR form from which RDP is let in through a public address. None makes no public address: connect
   * through Azure Bastion, or from inside the network.
   *
   * @default none
   */
  rdpSources?: pulumi.Input<string>[];

  /**
   * Resource id of an existing subnet in the same region.
   *
   * @default a network of the VM's own
   */
  subnetId?: pulumi.Input<string>;

  /**
   * Name of the VM and of the computer: at most 15 letters, digits and inner hyphens.
   *
   * @default made from the name of the component
   */
  vmName?: pulumi.Input<string>;

  /**
   * VM size. It must take premium disks, and a temporary disk is of no use.
   *
   * @default `Standard_D2s_v5`
   */
  vmSize?: pulumi.Input<string>;

  /**
   * SKU of the offer WindowsServer of the publisher MicrosoftWindowsServer.
   *
   * @default Windows Server 2022 or 2025 on a small disk, whichever `sourceImageSku` is not
   */
  imageSku?: pulumi.Input<string>;

  /**
   * Marketplace SKU that the broken VM was made from, so that the repair VM gets another Windows version: two disks of
   * one image share their signature.
   *
   * @default unknown
   */
  sourceImageSku?: pulumi.Input<string | undefined>;

  /**
   * Hyper-V generation, `V1` or `V2`: that of the broken disk.
   *
   * @default `V1`
   */
  hyperVGeneration?: pulumi.Input<string | undefined>;

  /**
   * Security type, `TrustedLaunch` or none: that of the broken disk.
   *
   * @default none
   */
  securityType?: pulumi.Input<string | undefined>;

  /**
   * Time of day in UTC, `19:00` or `1900`, at which the VM is shut down every day so that a forgotten one stops costing;
   * `off` for never.
   *
   * @default `19:00`
   */
  autoShutdownTime?: string;

  /** Tags of everything around the VM, besides the kit's own. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;

  /** Tags of the VM alone. */
  vmTags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * A Windows Server VM for work on the disks of a VM that does not boot, with an identity of its own.
 *
 * Its OS disk is deleted with it; attached disks are not. `destroy` deletes everything. It costs as its size does until
 * the daily shutdown, and as its disk and public address do until `destroy`.
 *
 * @example
 * const vm = new RepairVm("web01", {
 *   resourceGroupName: group.name,
 *   location: copy.location,
 *   attachedDisks: [{ diskId: copy.diskId, lun: 2 }],
 *   rdpSources: ["203.0.113.7/32"],
 * });
 */
export class RepairVm extends pulumi.ComponentResource {
  /** Resource id of the VM. */
  public readonly vmId: pulumi.Output<string>;
  /** Address for RDP: the public one if there is one, else the private one. */
  public readonly rdpAddress: pulumi.Output<string>;
  /** User for RDP, an administrator. */
  public readonly rdpUsername: pulumi.Output<string>;
  /** Password for RDP, a secret. */
  public readonly rdpPassword: pulumi.Output<string>;
  /** Object id of the VM's identity, for role assignments. Known before the VM is made. */
  public readonly identityPrincipalId: pulumi.Output<string>;
  /** Client id of the VM's identity, for tokens inside the VM. */
  public readonly identityClientId: pulumi.Output<string>;

  constructor(name: string, args: RepairVmArgs, opts?: pulumi.ComponentResourceOptions) {
    // A component is registered, and its children after it, once all its recorded inputs are known. The disks are known
    // last; without them here the network is made while the disks are.
    super("azure-repair-kit:index:RepairVm", name, { ...args, attachedDisks: undefined }, opts);

    const rdpSources = (args.rdpSources ?? []).map((source) =>
      checked(source, this, (text) => rdpSourceProblem("rdpSources", text)),
    );
    const subnetId = checkedIfGiven(args.subnetId, this, (id) => subnetIdProblem("subnetId", id));
    const vmName = checked(args.vmName ?? computerName(name), this, (text) => computerNameProblem("vmName", text));
    checkedIfGiven(args.vmSize, this, (text) => vmSizeProblem("vmSize", text));
    checkedIfGiven(args.imageSku, this, (text) => imageSkuProblem("imageSku", text));
    const shutdownTime = args.autoShutdownTime ?? DEFAULT_SHUTDOWN;
    checked(shutdownTime, this, (text) => shutdownTimeProblem("autoShutdownTime", text));

    const place = { resourceGroupName: args.resourceGroupName, location: args.location, tags: kitTags(args.tags) };
    const { networkInterface, publicAddress } = repairNetwork(name, place, rdpSources, subnetId, this);
    const identity = new UserAssignedIdentity(`${name}-identity`, place, { parent: this });
    const password = new random.RandomPassword(
      `${name}-password`,
      { length: 24, minLower: 1, minUpper: 1, minNumeric: 1, minSpecial: 1, overrideSpecial: "!#%*+-=?_" },
      { parent: this },
    );
    this.rdpPassword = pulumi.secret(password.result);
    const vm = repairMachine(
      `${name}-machine`,
      place,
      args,
      {
        name: vmName,
        networkInterfaceId: networkInterface.id,
        identityId: identity.id,
        adminUsername: ADMIN_USERNAME,
        adminPassword: this.rdpPassword,
      },
      this,
    );
    dailyShutdown(`${name}-shutdown`, place, { name: vmName, id: vm.id }, shutdownTime, this);

    this.vmId = vm.id;
    this.rdpAddress = publicAddress
      ? publicAddress.ipAddress.apply((address) => address ?? "")
      : networkInterface.ipConfigurations.apply((configurations) => configurations?.[0]?.privateIPAddress ?? "");
    this.rdpUsername = pulumi.output(ADMIN_USERNAME);
    this.identityPrincipalId = identity.principalId;
    this.identityClientId = identity.clientId;
    this.registerOutputs({
      vmId: this.vmId,
      rdpAddress: this.rdpAddress,
      rdpUsername: this.rdpUsername,
      rdpPassword: this.rdpPassword,
      identityPrincipalId: this.identityPrincipalId,
      identityClientId: this.identityClientId,
    });
  }
}

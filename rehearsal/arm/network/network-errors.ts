import { AzureError } from "../azure-error";
import type { ResourceId } from "../resource-id";

/*
 * Errors of Microsoft.Network; every one has `details`, empty or not (azure-arm.md 6). Sources: azure-arm.md 6, or the
 * issue that is named; "modelled" where the wording is the closest that is known.
 */

/** What is common to Network's refusals. */
export abstract class NetworkError extends AzureError {
  constructor(status: number, code: string, message: string) {
    super(status, code, message, { details: [] });
  }
}

/** 409: writes to one virtual network, security group … exclude each other (azure-arm.md 6, 7.1). */
export class AnotherOperationInProgress extends AzureError {
  constructor(operationUrl: string) {
    super(
      409,
      "AnotherOperationInProgress",
      "Another operation on this or dependent resource is in progress. " +
        `To retrieve status of the operation use uri: ${operationUrl}.`,
      // The provider retries three times, after what this header says (azure-arm.md 11.1).
      { details: [], headers: { "Retry-After-Ms": "100" } },
    );
  }
}

/** 429: a resource that is used is still being written (azure-arm.md 6); "occured" is Azure's spelling. */
export class ReferencedResourceNotProvisioned extends AzureError {
  constructor(used: ResourceId, user: ResourceId, operation: string) {
    super(429, "RetryableError", "A retryable error occured.", {
      details: [
        {
          code: "ReferencedResourceNotProvisioned",
          message:
            `Cannot proceed with operation since resource ${used.text} used by resource ${user.text} is not in Succeeded state. ` +
            `Resource is in Updating state and the last operation that updated/is updating the resource is ${operation}.`,
        },
      ],
      headers: { "Retry-After-Ms": "100" },
    });
  }
}

/** 400: missing, or in another region (microsoft/MCW-Building-a-resilient-IaaS-architecture #35, CromwellOnAzure #231). */
export class InvalidResourceReference extends NetworkError {
  constructor(referenced: string, by: ResourceId) {
    super(
      400,
      "InvalidResourceReference",
      `Resource ${referenced} referenced by resource ${by.text} was not found. ` +
        "Please make sure that the referenced resource exists, and that both resources are in the same region.",
    );
  }
}

/** 400: a VM has this network interface (azure-arm.md 6). */
export class NicInUse extends NetworkError {
  constructor(nic: ResourceId, vm: ResourceId) {
    super(
      400,
      "NicInUse",
      `Network Interface ${nic.text} is used by existing resource ${vm.text}. ` +
        "In order to delete the network interface, it must be dissociated from the resource. To learn more, see aka.ms/deletenic.",
    );
  }
}

/** 400: after a VM failed or went (taskcluster #7196, gardenlinux #4133). */
export class NicReservedForAnotherVm extends NetworkError {
  constructor(vmId: string) {
    super(
      400,
      "NicReservedForAnotherVm",
      "Nic(s) in request is reserved for another Virtual Machine for 180 seconds. " +
        `Please provide another nic(s) or retry after 180 seconds. Reserved VM: ${vmId}`,
    );
  }
}

/** 400: a network interface has this address (azure-arm.md 6); the two spaces are Azure's. */
export class PublicIPAddressCannotBeDeleted extends NetworkError {
  constructor(address: ResourceId, configurationId: string) {
    super(
      400,
      "PublicIPAddressCannotBeDeleted",
      `Public IP address ${address.text} can not be deleted since it is still allocated to resource ${configurationId}. ` +
        "In order to delete the public IP, disassociate/detach the Public IP address from the resource.  " +
        "To learn how to do this, see aka.ms/deletepublicip.",
    );
  }
}

/** 400: another IP configuration has this address (azure-tools-for-java #91, gardener-extension-provider-azure #757). */
export class PublicIPAddressInUse extends NetworkError {
  constructor(configurationId: string, addressId: string, holderId: string) {
    super(
      400,
      "PublicIPAddressInUse",
      `Resource ${configurationId} is referencing public IP address ${addressId} that is already allocated to resource ${holderId}.`,
    );
  }
}

/** 400 (azure-arm.md 6): Basic addresses can no longer be made. */
export class BasicPublicIPCountLimitReached extends NetworkError {
  constructor() {
    super(
      400,
      "IPv4BasicSkuPublicIpCountLimitReached",
      "Cannot create more than 0 IPv4 Basic SKU public IP addresses for this subscription in this region.",
    );
  }
}

/** 400 (pulumi-azure-native #1597). */
export class StandardSkuPublicIPAddressesMustBeStatic extends NetworkError {
  constructor(address: ResourceId) {
    super(
      400,
      "StandardSkuPublicIPAddressesMustBeStatic",
      `Standard sku publicIp ${address.text} must have AllocationMethod set to Static.`,
    );
  }
}

/** 400: a network interface lies in this subnet (azure-arm.md 6). */
export class InUseSubnetCannotBeDeleted extends NetworkError {
  constructor(subnet: ResourceId, configurationId: string) {
    super(
      400,
      "InUseSubnetCannotBeDeleted",
      `Subnet ${subnet.name} is in use by ${configurationId} and cannot be deleted. ` +
        "In order to delete the subnet, delete all the resources within the subnet. See aka.ms/deletesubnet.",
    );
  }
}

/** 400 (terra-workspace-manager #502, Azure/sap-hana #211). */
export class InUseNetworkSecurityGroupCannotBeDeleted extends NetworkError {
  constructor(group: ResourceId, users: readonly string[]) {
    super(
      400,
      "InUseNetworkSecurityGroupCannotBeDeleted",
      `Network security group ${group.text} cannot be deleted because it is in use by the following resources: ` +
        `${users.join(", ")}. In order to delete the Network security group, remove the association with the resource(s). ` +
        "To learn how to do this, see aka.ms/deletensg.",
    );
  }
}

/** 400 (azure-service-operator #997). */
export class InvalidAddressPrefixFormat extends NetworkError {
  constructor(prefix: string, of: ResourceId) {
    super(
      400,
      "InvalidAddressPrefixFormat",
      `Address prefix ${prefix} of resource ${of.text} is not formatted correctly. ` +
        "It should follow CIDR notation, for example 10.0.0.0/24.",
    );
  }
}

/** 400: bits below the mask (modelled). */
export class InvalidCIDRNotation extends NetworkError {
  constructor(prefix: string, correct: string) {
    super(
      400,
      "InvalidCIDRNotation",
      `The address prefix ${prefix} has an invalid CIDR notation. For the given prefix length, the address prefix should be ${correct}.`,
    );
  }
}

/** 400 (MicrosoftDocs/azure-docs #123869). */
export class NetcfgSubnetRangeOutsideVnet extends NetworkError {
  constructor(subnet: string, network: string) {
    super(
      400,
      "NetcfgSubnetRangeOutsideVnet",
      `Subnet '${subnet}' is not valid because its IP address range is outside the IP address range of virtual network '${network}'.`,
    );
  }
}

/** 400 (MicrosoftDocs/azure-docs #123869). */
export class NetcfgSubnetRangesOverlap extends NetworkError {
  constructor(subnet: string, network: string) {
    super(
      400,
      "NetcfgSubnetRangesOverlap",
      `Subnet '${subnet}' is not valid because its IP address range overlaps with that of an existing subnet in virtual network '${network}'.`,
    );
  }
}

/** 400: a required member that Network misses by name (modelled). */
export class InvalidRequestFormat extends AzureError {
  constructor(problem: string) {
    super(400, "InvalidRequestFormat", "Cannot parse the request.", {
      details: [{ code: "MissingJsonReferenceId", message: problem }],
    });
  }
}

/** 400 (modelled). */
export class InvalidResourceName extends NetworkError {
  constructor(name: string) {
    super(
      400,
      "InvalidResourceName",
      `Resource name ${name} is invalid. The name can be up to 80 characters long. It must begin with a word character, ` +
        "and it must end with a word character or with '_'. The name may contain word characters or '.', '-', '_'.",
    );
  }
}

/** 400: no address left (modelled). */
export class SubnetIsFull extends NetworkError {
  constructor(subnet: ResourceId, prefix: string) {
    super(
      400,
      "SubnetIsFull",
      `Subnet ${subnet.name} with address prefix ${prefix} does not have enough capacity for 1 IP addresses.`,
    );
  }
}

/** 400 (modelled). */
export class PrivateIPAddressNotInSubnet extends NetworkError {
  constructor(address: string, prefix: string) {
    super(
      400,
      "PrivateIPAddressNotInSubnet",
      `Private static IP address ${address} does not belong to the range of subnet prefix ${prefix}.`,
    );
  }
}

/** 400 (modelled). */
export class PrivateIPAddressInUse extends NetworkError {
  constructor(configurationId: string, address: string, holderId: string) {
    super(
      400,
      "PrivateIPAddressInUse",
      `IP configuration ${configurationId} is using the private IP address ${address} which is already allocated to resource ${holderId}.`,
    );
  }
}

/** 404: how Network misses a subnet or rule (modelled). */
export class NetworkResourceNotFound extends NetworkError {
  constructor(id: ResourceId) {
    super(404, "NotFound", `Resource ${id.text} not found.`);
  }
}

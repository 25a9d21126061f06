import { parseIdOfType } from "./resource-id";

const VM_TYPE = "Microsoft.Compute/virtualMachines";

/** A VM as people name it. */
export interface VmReference {
  /** Absent where the name is `resourceGroup/name`. */
  readonly subscriptionId?: string;
  readonly resourceGroupName: string;
  readonly name: string;
}

/** A VM as the user names it: by resource id, or as `resourceGroup/name`; undefined when the text is neither. */
export function parseVmReference(text: string): VmReference | undefined {
  const id = parseIdOfType(text, VM_TYPE);
  const [resourceGroupName, name] = id
    ? [id.resourceGroupName, id.names[0]]
    : /^[^/\s]+\/[^/\s]+$/.exec(text)
      ? text.split("/")
      : [];
  return resourceGroupName && name
    ? { ...(id && { subscriptionId: id.subscriptionId }), resourceGroupName, name }
    : undefined;
}

/** What is wrong with the name of a VM, or undefined. */
export function vmReferenceProblem(argument: string, text: string): string | undefined {
  return parseVmReference(text)
    ? undefined
    : `${argument} must be the resource id of a VM, or resourceGroup/name, got "${text}"; ` +
        "read the id with: az vm show --resource-group GROUP --name VM --query id --output tsv";
}

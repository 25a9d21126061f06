import type { ResourceId } from "../resource-id";
import { NetworkError } from "./network-errors";

/* Refusals of security rules; sources as in network-errors.ts. */

/** 400 (azure-powershell #4557). */
export class SecurityRuleInvalidAddressPrefix extends NetworkError {
  constructor(rule: ResourceId, prefix: string) {
    super(
      400,
      "SecurityRuleInvalidAddressPrefix",
      `Security rule ${rule.text} has invalid Address prefix. Value provided: ${prefix}`,
    );
  }
}

/** 400 (modelled). */
export class SecurityRuleInvalidPortRange extends NetworkError {
  constructor(range: string) {
    super(
      400,
      "SecurityRuleInvalidPortRange",
      `Security rule has invalid Port range. Value provided: ${range}. ` +
        "Value should be an integer OR integer range with '-' delimiter. Valid range 0-65535.",
    );
  }
}

/** 400 (modelled). */
export class SecurityRuleInvalidPriority extends NetworkError {
  constructor(priority: number) {
    super(
      400,
      "SecurityRuleInvalidPriority",
      `Security rule has invalid Priority. Value provided: ${priority}. Value should be in the range 100-4096.`,
    );
  }
}

/** 400 (aks-engine #2106, azurerm #11137). */
export class SecurityRuleConflict extends NetworkError {
  constructor(first: string, second: string) {
    super(
      400,
      "SecurityRuleConflict",
      `Security rule ${first} conflicts with rule ${second}. Rules cannot have the same Priority and Direction. To learn more, see aka.ms/nsgrules.`,
    );
  }
}

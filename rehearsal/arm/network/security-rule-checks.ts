import { isIP } from "node:net";

import { InvalidRequestContent } from "../gateway-errors";
import { numberAt, textAt, textsAt, type JsonObject } from "../json";
import type { ResourceId } from "../resource-id";
import { readRange } from "./address-range";
import {
  SecurityRuleConflict,
  SecurityRuleInvalidAddressPrefix,
  SecurityRuleInvalidPortRange,
  SecurityRuleInvalidPriority,
} from "./security-rule-errors";

/** A security rule that is going to be stored. */
export interface RuleDraft {
  readonly id: ResourceId;
  readonly body: JsonObject;
}

const CHOICES = {
  protocol: ["*", "Tcp", "Udp", "Icmp", "Esp", "Ah"],
  access: ["Allow", "Deny"],
  direction: ["Inbound", "Outbound"],
} as const;

/** A service tag: letters first, then letters, digits and dots, for example `Storage.WestUS2`. */
const SERVICE_TAG = /^[A-Za-z][A-Za-z0-9]*(\.[A-Za-z0-9]+)*$/;

/** `Any` is the portal's word; the service refuses it (ernest #473). */
const NOT_A_TAG = new Set(["any"]);

/** Refuses a rule with values that Network refuses. */
export function checkRule({ id, body }: RuleDraft): void {
  for (const [name, allowed] of Object.entries(CHOICES)) {
    const value = textAt(body, "properties", name);
    if (value === undefined || !allowed.some((choice) => choice.toLowerCase() === value.toLowerCase())) {
      throw new InvalidRequestContent(
        `Error converting value "${value ?? ""}" to one of ${allowed.join(", ")}. Path 'properties.${name}'`,
      );
    }
  }
  const priority = numberAt(body, "properties", "priority");
  if (priority === undefined || !Number.isInteger(priority) || priority < 100 || priority > 4096) {
    throw new SecurityRuleInvalidPriority(priority ?? 0);
  }
  for (const side of ["source", "destination"]) {
    valuesOf(body, `${side}AddressPrefix`, `${side}AddressPrefixes`).forEach((prefix) => checkAddress(id, prefix));
    valuesOf(body, `${side}PortRange`, `${side}PortRanges`).forEach(checkPorts);
  }
}

/** Refuses two rules with the same direction and priority. */
export function checkRulesTogether(rules: readonly RuleDraft[]): void {
  const seen = new Map<string, string>();
  for (const { id, body } of rules) {
    const direction = textAt(body, "properties", "direction")?.toLowerCase() ?? "";
    const key = `${direction} ${numberAt(body, "properties", "priority") ?? 0}`;
    const other = seen.get(key);
    if (other !== undefined) {
      throw new SecurityRuleConflict(other, id.name);
    }
    seen.set(key, id.name);
  }
}

function valuesOf(body: JsonObject, single: string, plural: string): string[] {
  const one = textAt(body, "properties", single);
  const many = textsAt(body, "properties", plural);
  return one === undefined || one === "" ? many : [one, ...many];
}

function checkAddress(id: ResourceId, prefix: string): void {
  const [address = "", length] = prefix.split("/");
  const isAddress = length === undefined ? isIP(address) !== 0 : isRange(prefix, address, length);
  const isTag = SERVICE_TAG.test(prefix) && !NOT_A_TAG.has(prefix.toLowerCase());
  if (prefix !== "*" && !isAddress && !isTag) {
    throw new SecurityRuleInvalidAddressPrefix(id, prefix);
  }
}

function isRange(prefix: string, address: string, length: string): boolean {
  if (isIP(address) === 6) {
    return /^\d{1,3}$/.test(length) && Number(length) <= 128;
  }
  // Bits below the mask are refused: 50.206.209.68/27 (azure-powershell #4557).
  return readRange(prefix)?.aligned === true;
}

function checkPorts(range: string): void {
  const ports = range.split("-");
  const valid = ports.length <= 2 && ports.every((port) => /^\d{1,5}$/.test(port) && Number(port) <= 65_535);
  if (range !== "*" && (!valid || Number(ports[0]) > Number(ports.at(-1)))) {
    throw new SecurityRuleInvalidPortRange(range);
  }
}

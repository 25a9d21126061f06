import { randomUUID } from "node:crypto";

import type { Azure } from "../azure";
import { objectAt, objectsAt, textAt, type JsonObject } from "../json";
import type { Resource } from "../resource";
import { childId, type ResourceId } from "../resource-id";
import type { PutRequest, ResourceType, WritePlan } from "../resource-type";
import { shapeOf } from "../shapes/body-shape";
import { DEFAULT_SECURITY_RULES } from "./default-security-rules";
import { InUseNetworkSecurityGroupCannotBeDeleted, InvalidRequestFormat } from "./network-errors";
import { NETWORK_TYPE, referenceId } from "./network-type";
import { checkRule, checkRulesTogether, type RuleDraft } from "./security-rule-checks";
import { ruleBody } from "./security-rules";

/**
 * Network security groups (azure-arm.md 3.6). Like subnets, rules are resources of their own: a PUT with `securityRules`
 * replaces them all, one without removes them all, as the group owns them.
 */
export const NETWORK_SECURITY_GROUPS: ResourceType = {
  ...NETWORK_TYPE,
  type: "Microsoft.Network/networkSecurityGroups",
  shape: shapeOf("network", "NetworkSecurityGroup"),
  patchShape: shapeOf("network", "TagsObject"),
  put: putSecurityGroup,
  delete: ({ azure, existing }) => {
    const users = [...subnetsWith(azure, existing.id), ...interfacesWith(azure, existing.id)];
    if (users.length > 0) {
      throw new InUseNetworkSecurityGroupCannotBeDeleted(
        existing.id,
        users.map(({ id }) => id.text),
      );
    }
    return {};
  },
  show: showSecurityGroup,
};

function putSecurityGroup({ azure, id, body, existing }: PutRequest): WritePlan {
  const drafts = objectsAt(body, "properties", "securityRules").map((rule) => draftRule(id, rule));
  drafts.forEach(checkRule);
  checkRulesTogether(drafts);
  return {
    body: {
      ...body,
      properties: {
        resourceGuid: textAt(existing?.body, "properties", "resourceGuid") ?? randomUUID(),
        ...objectAt(body, "properties"),
        securityRules: undefined,
      },
    },
    onAccepted: ({ etag }) => {
      azure.store.childrenOf(id, "securityRules").forEach((rule) => azure.store.remove(rule.id));
      drafts.forEach((draft) => {
        azure.insert(draft.id, draft.body).etag = etag;
      });
    },
    work: ({ etag }) => {
      azure.store.childrenOf(id, "securityRules").forEach((rule) => (rule.etag = etag));
    },
  };
}

function draftRule(group: ResourceId, rule: JsonObject): RuleDraft {
  const name = textAt(rule, "name");
  if (name === undefined || name === "") {
    throw new InvalidRequestFormat("Value for reference id is missing. Path properties.securityRules[0].");
  }
  return { id: childId(group, "securityRules", name), body: ruleBody(rule) };
}

function showSecurityGroup(
  { id, body, etag, provisioningState }: Resource,
  { azure, apiVersion }: { azure: Azure; apiVersion: string },
): JsonObject {
  const references = (resources: readonly Resource[]) => resources.map((user) => ({ id: user.id.text }));
  const interfaces = references(interfacesWith(azure, id));
  const subnets = references(subnetsWith(azure, id));
  return {
    ...body,
    properties: {
      ...objectAt(body, "properties"),
      securityRules: azure.store.childrenOf(id, "securityRules").map((rule) => azure.show(rule, apiVersion)),
      defaultSecurityRules: DEFAULT_SECURITY_RULES.map(({ name, properties }) => ({
        name,
        id: `${id.text}/defaultSecurityRules/${name}`,
        etag,
        type: "Microsoft.Network/networkSecurityGroups/defaultSecurityRules",
        properties: { provisioningState, ...properties },
      })),
      ...(interfaces.length === 0 ? {} : { networkInterfaces: interfaces }),
      ...(subnets.length === 0 ? {} : { subnets }),
    },
  };
}

function subnetsWith(azure: Azure, group: ResourceId): Resource[] {
  return usersOf(azure, "Microsoft.Network/virtualNetworks/subnets", group);
}

function interfacesWith(azure: Azure, group: ResourceId): Resource[] {
  return usersOf(azure, "Microsoft.Network/networkInterfaces", group);
}

function usersOf(azure: Azure, type: string, group: ResourceId): Resource[] {
  return azure.store
    .ofType(type)
    .filter(({ body }) => referenceId(body, "networkSecurityGroup")?.toLowerCase() === group.key);
}

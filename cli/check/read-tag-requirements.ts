import type { PolicyAssignment } from "@azure/arm-policy";
import {
  initiativeValues,
  tagRequirements,
  type ParameterValues,
  type TagRequirement,
} from "../../preflight/tag-requirements";
import type { Clients } from "./clients";
import { all } from "./known";

/**
 * Built-in policies that refuse what lacks a tag (Azure/azure-policy, policyDefinitions/Tags: RequireTag_Deny,
 * RequireTagAndValue_Deny, ResourceGroupRequireTag_Deny, ResourceGroupRequireTagAndValue_Deny). An initiative may have
 * hundreds of built-in members; of those only these are read.
 */
const BUILT_IN_TAG_POLICIES = [
  "871b6d14-10aa-478d-b590-94f262ecfa99",
  "1e30110a-5ceb-460c-a204-c1c3969c6d62",
  "96670d01-0a4d-4649-9c89-2d3abc0a5025",
  "8ce3da23-7156-49e4-b145-24f95f9dcb46",
];

/** The tags that policies require in the subscription, those of its management groups included. */
export async function readTagRequirements(clients: Clients, abortSignal: AbortSignal): Promise<TagRequirement[]> {
  const { policyAssignments } = clients.policy;
  const assignments = await all(policyAssignments.list({ filter: "atScope()", abortSignal }));
  const enforced = assignments.filter(({ enforcementMode }) => enforcementMode !== "DoNotEnforce");
  const found = await Promise.all(enforced.map((assignment) => requirementsOf(assignment, clients, abortSignal)));
  return found.flat();
}

async function requirementsOf(
  assignment: PolicyAssignment,
  clients: Clients,
  abortSignal: AbortSignal,
): Promise<TagRequirement[]> {
  const { policyDefinitionId = "", displayName, name } = assignment;
  const { policyDefinitions, policySetDefinitions } = clients.policy;
  const title = displayName ?? name ?? "";
  const values: ParameterValues = assignment.parameters ?? {};
  if (!/\/policySetDefinitions\//i.test(policyDefinitionId)) {
    return tagRequirements(await readById(policyDefinitionId, policyDefinitions, abortSignal), values, title);
  }
  const set = await readById(policyDefinitionId, policySetDefinitions, abortSignal);
  const members = (set.policyDefinitions ?? []).filter(({ policyDefinitionId: id }) => mayRequireTags(id));
  const found = await Promise.all(
    members.map(async ({ policyDefinitionId: id, parameters }) => {
      const definition = await readById(id, policyDefinitions, abortSignal);
      return tagRequirements(definition, initiativeValues(set, parameters ?? {}, values), title);
    }),
  );
  return found.flat();
}

function mayRequireTags(id: string): boolean {
  return !isBuiltIn(id) || BUILT_IN_TAG_POLICIES.includes(lastOf(id).toLowerCase());
}

/** Where definitions, or initiatives, can be: the client has a method for each place. */
interface Readers<Definition> {
  getAtManagementGroup(group: string, name: string, options: { abortSignal: AbortSignal }): Promise<Definition>;
  getBuiltIn(name: string, options: { abortSignal: AbortSignal }): Promise<Definition>;
  get(name: string, options: { abortSignal: AbortSignal }): Promise<Definition>;
}

function readById<Definition>(id: string, readers: Readers<Definition>, abortSignal: AbortSignal): Promise<Definition> {
  const group = managementGroupOf(id);
  if (group !== undefined) return readers.getAtManagementGroup(group, lastOf(id), { abortSignal });
  return isBuiltIn(id) ? readers.getBuiltIn(lastOf(id), { abortSignal }) : readers.get(lastOf(id), { abortSignal });
}

function isBuiltIn(id: string): boolean {
  return /^\/providers\/Microsoft\.Authorization\//i.test(id);
}

function managementGroupOf(id: string): string | undefined {
  return /^\/providers\/Microsoft\.Management\/managementGroups\/([^/]+)\//i.exec(id)?.[1];
}

function lastOf(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}

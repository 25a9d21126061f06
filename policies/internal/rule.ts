import type {
  EnforcementLevel,
  PolicyResource,
  ReportViolation,
  ResourceValidation,
  ResourceValidationPolicy,
  Severity,
  StackValidation,
} from "@pulumi/policy";

import { type Problem, problemText } from "./problem";
import type { Properties } from "./properties";
import { readResource, type Resource } from "./resource";
import { isInScope, type ScopeConfig } from "./scope";
import { noteSeen, seen } from "./seen";

/**
 * A rule of the pack.
 *
 * `validateResource` sees the inputs of one resource before it is made; `validateStack` sees all of them,
 * and what depends on what, at the end of a preview and of an update. A rule has the second where one resource alone does
 * not tell, or where a preview does not know a value yet but does know what it comes from.
 */
export interface Rule extends ResourceValidationPolicy {
  readonly enforcementLevel: EnforcementLevel;
  readonly severity: Severity;
  readonly remediationSteps: string;
  readonly validateStack?: StackValidation;
}

/** Reports what is wrong with the resource that is being judged. */
export type Report = (problem: Problem) => void;

/** Judges every resource of the stack; `defaults` are the parameters that the configuration does not set. */
export function everyResource<Config extends object>(
  defaults: Config,
  check: (resource: Resource, report: Report, config: Config) => void,
): ResourceValidation {
  return (args, reportViolation) => {
    const resource = readResource(args);
    noteSeen(resource);
    const config = { ...defaults, ...args.getConfig<Partial<Config>>() };
    check(resource, (problem) => reportViolation(problemText(resource, problem)), config);
  };
}

/**
 * Judges each resource of the given types that is in the rule's scope.
 *
 * @param defaults parameters of the rule that its configuration does not set
 * @param types all when it is empty
 */
export function eachResource<Config extends ScopeConfig>(
  defaults: Config,
  types: readonly string[],
  check: (resource: Resource, report: Report, config: Config) => void,
): ResourceValidation {
  return everyResource(defaults, (resource, report, config) => {
    if ((types.length === 0 || types.includes(resource.type)) && isInScope(resource, config)) {
      check(resource, report, config);
    }
  });
}

/** A resource together with what it was made from. */
export interface StackResource extends Resource {
  /** What Azure answered; in a preview mostly unknown. */
  readonly outputs: Properties;
  /** False for components and for the stack itself, which Azure knows nothing of. */
  readonly isCustom: boolean;
  /** Urn of the component or stack that this resource is a child of. */
  readonly parent: string | undefined;
  /** The resources that a property's value comes from. Known in a preview too. */
  sourcesOf(property: string): readonly StackResource[];
}

/** Judges every resource at the end of a preview or update, with all resources of the stack at hand. */
export function everyInStack<Config extends object>(
  defaults: Config,
  check: (resource: StackResource, report: Report, config: Config, all: readonly StackResource[]) => void,
): StackValidation {
  return (args, reportViolation) => {
    const config = { ...defaults, ...args.getConfig<Partial<Config>>() };
    const all = readStack(args.resources);
    for (const resource of all) {
      check(resource, reportFor(resource, reportViolation), config, all);
    }
  };
}

/** Like {@link eachResource}, at the end of a preview or update, with all resources of the stack at hand. */
export function eachInStack<Config extends ScopeConfig>(
  defaults: Config,
  types: readonly string[],
  check: (resource: StackResource, report: Report, config: Config, all: readonly StackResource[]) => void,
): StackValidation {
  return everyInStack(defaults, (resource, report, config, all) => {
    if (types.includes(resource.type) && isInScope(resource, config)) {
      check(resource, report, config, all);
    }
  });
}

function reportFor(resource: Resource, reportViolation: ReportViolation): Report {
  return (problem) => reportViolation(problemText(resource, problem), resource.urn);
}

function readStack(shown: readonly PolicyResource[]): StackResource[] {
  const known = new Map<string, StackResource>();
  for (const resource of shown) {
    const atTheEnd = readResource(resource);
    known.set(resource.urn, {
      ...(seen(resource.urn) ?? atTheEnd),
      texts: atTheEnd.texts,
      options: atTheEnd.options,
      get outputs() {
        return atTheEnd.properties;
      },
      isCustom: resource.provider !== undefined,
      parent: resource.parent?.urn ?? resource.opts.parent,
      sourcesOf: (property) =>
        (resource.propertyDependencies[property] ?? []).flatMap(({ urn }) => known.get(urn) ?? []),
    });
  }
  return [...known.values()];
}

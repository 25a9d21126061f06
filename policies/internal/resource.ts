import type { PolicyResource, PolicyResourceOptions, ResourceValidationArgs } from "@pulumi/policy";

import { plainProperties, type Properties } from "./properties";
import { textLeaves, type TextLeaf } from "./text-leaves";

/** A resource of the stack, as a rule sees it. */
export interface Resource {
  /** `compute:Disk` for azure-native of any API version; the token itself for other providers and components. */
  readonly type: string;
  /** API version that the program pins, like `2024-03-02`; undefined for azure-native's default. */
  readonly apiVersion: string | undefined;
  readonly name: string;
  readonly urn: string;
  /** Types of the components that this resource is a part of, outermost first. */
  readonly componentTypes: readonly string[];
  /** Inputs, as the provider has checked them: with the names that it makes up. */
  readonly properties: Properties;
  /** Every known text in the properties, with whether Pulumi keeps it secret. */
  readonly texts: () => readonly TextLeaf[];
  readonly options: PolicyResourceOptions;
}

/** Reads what the policy SDK hands to a rule; its properties only when somebody asks, for most rules pass most resources by. */
export function readResource(shown: ResourceValidationArgs | PolicyResource): Resource {
  const { urn, name, opts } = shown;
  const [, , qualifiedType = ""] = urn.split("::");
  let properties: Properties | undefined;
  return {
    ...readType(shown.type),
    name,
    urn,
    componentTypes: qualifiedType.split("$").slice(0, -1),
    get properties() {
      return (properties ??= plainProperties(shown.props));
    },
    texts: () => textLeaves(shown.props),
    options: opts,
  };
}

/**
 * `azure-native:compute:Disk`, `azure-native:compute/v20240302:Disk`, and
 * `azure-native_compute_v20240302:compute:Disk` of a local package.
 */
const AZURE_NATIVE = /^azure-native(?:_[a-z0-9]+_(v\w+))?:([a-z0-9]+)(?:\/(v\w+))?:(\w+)$/i;

function readType(token: string): { type: string; apiVersion: string | undefined } {
  const [match, packageVersion, module = "", moduleVersion, name = ""] = AZURE_NATIVE.exec(token) ?? [];
  if (match === undefined) {
    return { type: token, apiVersion: undefined };
  }
  const version = /^v(\d{4})(\d{2})(\d{2})/.exec(moduleVersion ?? packageVersion ?? "");
  return { type: `${module}:${name}`, apiVersion: version?.slice(1).join("-") };
}

import type { Problem } from "./internal/problem";
import type { Resource } from "./internal/resource";
import { everyInStack, everyResource, type Report, type Rule } from "./internal/rule";
import { secretKind } from "./internal/secret-kind";
import type { TextLeaf } from "./internal/text-leaves";

interface Config {
  readonly ignore: readonly string[];
}

const DEFAULTS: Config = { ignore: [] };

/** What Azure shows to everyone who may read the resource, whatever Pulumi does with it. */
const SHOWN_BY_AZURE: Readonly<Record<string, RegExp>> = {
  "compute:VirtualMachineRunCommandByVirtualMachine": /^(parameters\[\d+\]\.value|source\.script)$/,
  "compute:VirtualMachineExtension": /^settings\b/,
  "compute:VirtualMachine": /^userData$/,
};

/**
 * Pulumi writes what is not marked secret in clear to the state, the preview and the logs of whoever runs it.
 *
 * Messages name the property and never the value.
 */
export const noPlainSecrets: Rule = {
  name: "no-plain-secrets",
  description: "No password, key or signed URL stands in a property or output that is not secret.",
  enforcementLevel: "mandatory",
  severity: "critical",
  remediationSteps:
    "Wrap the value in pulumi.secret, read it with config.requireSecret, or use the protected property that Azure offers.",
  configSchema: {
    properties: {
      ignore: {
        type: "array",
        items: { type: "string" },
        default: [],
        description: "Paths of properties that may stand in clear, like osProfile.adminPassword.",
      },
    },
  },
  validateResource: everyResource(DEFAULTS, judge),
  validateStack: everyInStack(DEFAULTS, (resource, report, config) => {
    // Outputs of other resources come from Azure, and what they were given was judged before.
    if (!resource.isCustom) {
      judge(resource, report, config);
    }
  }),
};

function judge(resource: Resource, report: Report, config: Config): void {
  for (const leaf of resource.texts().filter(({ path }) => !config.ignore.includes(path))) {
    const problem = problemOf(resource, leaf);
    if (problem !== undefined) {
      report({ property: leaf.path, ...problem });
    }
  }
}

function problemOf(resource: Resource, { key, path, text, isSecret }: TextLeaf): Omit<Problem, "property"> | undefined {
  const kind = secretKind(key, text);
  if (!isSecret) {
    return kind === undefined ? undefined : { found: `${kind} in clear`, wanted: "secret", change: remedy(resource) };
  }
  if (path.startsWith("tags.") || SHOWN_BY_AZURE[resource.type]?.test(path)) {
    return {
      found: "a secret value",
      wanted: "free of secrets, because Azure shows it to every reader",
      change: "Use protectedParameters, protectedSettings, or a managed identity.",
    };
  }
  return undefined;
}

function remedy({ type }: Resource): string {
  return type === "pulumi:pulumi:Stack"
    ? "Export it as pulumi.secret(…), or leave it out."
    : "Wrap it in pulumi.secret(…), or read it with config.requireSecret(…).";
}

import { quoted } from "./internal/problem";
import { valueAt, UNKNOWN } from "./internal/properties";
import { eachResource, type Rule } from "./internal/rule";
import { type ScopeConfig, scopeSchema } from "./internal/scope";
import { TAGGABLE_TYPES } from "./internal/taggable-types";

interface Config extends ScopeConfig {
  readonly tags: readonly string[];
}

const DEFAULTS: Config = { scope: "repair", tags: ["created-by"] };

/** Without tags nobody knows a month later whose the disks are, and subscriptions with tag policies refuse them. */
export const requiredTags: Rule = {
  name: "required-tags",
  description: "Everything of a repair environment that takes tags says who made it.",
  enforcementLevel: "mandatory",
  severity: "medium",
  remediationSteps: "Give the component the missing tags in its argument tags, or set them on the resource.",
  configSchema: {
    properties: {
      scope: scopeSchema,
      tags: { type: "array", items: { type: "string" }, default: DEFAULTS.tags, description: "Names of the tags." },
    },
  },
  validateResource: eachResource(DEFAULTS, TAGGABLE_TYPES, (resource, report, config) => {
    for (const tag of config.tags) {
      const tags = valueAt(resource.properties, "tags");
      const found = tags === UNKNOWN ? UNKNOWN : (tags as Record<string, unknown> | undefined)?.[tag];
      if (found === undefined || found === "") {
        report({
          property: `tags[${quoted(tag)}]`,
          found,
          wanted: "a text",
          change: `Add the tag ${quoted(tag)} in the argument tags of the component or resource.`,
        });
      }
    }
  }),
};

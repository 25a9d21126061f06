import { textAt, UNKNOWN, valueAt } from "./internal/properties";
import { eachResource, type Rule } from "./internal/rule";
import { type ScopeConfig, scopeSchema } from "./internal/scope";

const DAY = 24 * 60 * 60 * 1000;

/** What costs by the hour, and the groups that hold it. */
const TYPES = [
  "compute:Disk",
  "compute:Snapshot",
  "compute:VirtualMachine",
  "network:PublicIPAddress",
  "resources:ResourceGroup",
];

interface Config extends ScopeConfig {
  readonly tag: string;
  readonly mostDays: number;
}

const DEFAULTS: Config = { scope: "repair", tag: "expires-on", mostDays: 90 };

/** A repair lasts days. Whoever finds its parts a year later shall be able to tell that nobody needs them. */
export const expiresOnTag: Rule = {
  name: "expires-on-tag",
  description:
    "What costs in a repair environment says until when it is needed. Evidence has a retention rule instead.",
  enforcementLevel: "mandatory",
  severity: "low",
  remediationSteps:
    'Add the tag expires-on with a date in the next weeks, like "2026-12-24"; destroy or prolong what has expired.',
  configSchema: {
    properties: {
      scope: scopeSchema,
      tag: { type: "string", default: DEFAULTS.tag, description: "Name of the tag." },
      mostDays: {
        type: "integer",
        minimum: 1,
        default: DEFAULTS.mostDays,
        description: "How far ahead the date may be.",
      },
    },
  },
  validateResource: eachResource(DEFAULTS, TYPES, (resource, report, config) => {
    const { tag, mostDays } = config;
    const isEvidence = resource.componentTypes.includes("azure-repair-kit:index:DumpStore");
    if (isEvidence || valueAt(resource.properties, "tags") === UNKNOWN) {
      return;
    }
    const tags = (resource.properties.tags ?? {}) as Record<string, unknown>;
    if (tags[tag] === UNKNOWN) {
      return;
    }
    const text = textAt({ value: tags[tag] }, "value");
    const days = (endOf(text ?? "") - Date.now()) / DAY;
    if (!(days >= 0 && days <= mostDays + 1)) {
      report({
        property: `tags["${tag}"]`,
        found: tags[tag],
        wanted: `a date like ${dateIn(7)}, from today on and at most ${mostDays} days ahead`,
        change: changeFor(days, tag),
      });
    }
  }),
};

/** What to do about a date so many days ahead, behind or not there at all (NaN). */
function changeFor(days: number, tag: string): string {
  if (days < 0) return "It has expired: destroy it, or give it a later date.";
  return days > 0
    ? "Give it an earlier date, by a lower expiresAfterDays of the component, or raise mostDays in the pack's configuration."
    : `Add the tag ${tag} in the argument tags of the component or resource.`;
}

/** The end of a day like `2026-12-24`, or the moment of a time in ISO 8601; NaN for anything else. */
function endOf(text: string): number {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) {
    return Date.parse(text) + DAY;
  }
  return /^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})$/.test(text) ? Date.parse(text) : Number.NaN;
}

function dateIn(days: number): string {
  return new Date(Date.now() + days * DAY).toISOString().slice(0, 10);
}

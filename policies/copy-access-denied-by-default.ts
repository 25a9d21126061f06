import { mustBe } from "./internal/must-be";
import { eachResource, type Rule } from "./internal/rule";
import { type ScopeConfig, scopeSchema } from "./internal/scope";

interface Config extends ScopeConfig {
  readonly snapshots: "explicit" | "denied";
}

const DEFAULTS: Config = { scope: "repair", snapshots: "explicit" };

const DENIED = {
  networkAccessPolicy: ["DenyAll", "AllowPrivate"],
  publicNetworkAccess: ["Disabled"],
} as const;

const ANY = {
  networkAccessPolicy: [...DENIED.networkAccessPolicy, "AllowAll"],
  publicNetworkAccess: [...DENIED.publicNetworkAccess, "Enabled"],
} as const;

/** Whoever may export a disk gets a URL that shows all of it to everyone who has the URL. */
export const copyAccessDeniedByDefault: Rule = {
  name: "copy-access-denied-by-default",
  description: "A copy of a broken disk cannot be exported; how far its snapshot can is said and not left to Azure.",
  enforcementLevel: "mandatory",
  severity: "high",
  remediationSteps:
    'Set networkAccessPolicy of the disk to "DenyAll" and publicNetworkAccess to "Disabled"; write both out for the snapshot.',
  configSchema: {
    properties: {
      scope: scopeSchema,
      snapshots: {
        type: "string",
        enum: ["explicit", "denied"],
        default: DEFAULTS.snapshots,
        description:
          "explicit: a snapshot says how it may be exported, so that it can be read from outside. denied: it cannot be exported either.",
      },
    },
  },
  validateResource: eachResource(DEFAULTS, ["compute:Disk", "compute:Snapshot"], (copy, report, config) => {
    const isOpenable = copy.type === "compute:Snapshot" && config.snapshots === "explicit";
    const wanted = isOpenable ? ANY : DENIED;
    for (const property of ["networkAccessPolicy", "publicNetworkAccess"] as const) {
      const change = isOpenable
        ? `Write ${property} out, as closed as that of the source disk.`
        : `Set ${property} to "${DENIED[property][0]}".`;
      mustBe(copy, report, property, wanted[property], change);
    }
  }),
};

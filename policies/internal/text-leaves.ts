import { createRequire } from "node:module";

import * as proxy from "@pulumi/policy/proxy";
import * as rpc from "@pulumi/pulumi/runtime/rpc";

/** A text somewhere in the properties of a resource. */
export interface TextLeaf {
  /** Path like `osProfile.adminPassword` or `parameters[0].value`. */
  readonly path: string;
  /** The property it stands in: the last name of the path. */
  readonly key: string;
  readonly text: string;
  /** Whether Pulumi keeps it encrypted and hides it. */
  readonly isSecret: boolean;
}

/** What the engine sent, secrets still marked, by what the SDK made of it. */
const sent = new WeakMap<object, { toJavaScript(): unknown }>();

/*
 * The engine tells a pack which values are secret, and the SDK drops the marks before a rule sees them
 * (@pulumi/policy 1.21.0, deserialize.js). So what the engine sent is kept beside what the SDK makes of it.
 */
const deserialize = createRequire(__filename)("@pulumi/policy/deserialize") as { deserializeProperties?: Deserialize };
const { deserializeProperties } = deserialize;
if (typeof deserializeProperties !== "function") {
  throw new Error(
    "this pack cannot tell secrets from plain values with the installed @pulumi/policy; install the version that package.json names",
  );
}
Object.assign(deserialize, {
  deserializeProperties(struct: { toJavaScript(): unknown }, ...rest: unknown[]): object {
    const properties = deserializeProperties(struct, ...rest);
    sent.set(properties, struct);
    return properties;
  },
});

type Deserialize = (struct: { toJavaScript(): unknown }, ...rest: unknown[]) => object;

const { getSpecialProxyTarget, isSpecialProxy: _, ...markers } = proxy as unknown as Record<string, unknown>;
const UNKNOWN_MARKERS = new Set(Object.values(markers).filter((marker) => typeof marker === "string"));

/** Every known text in what the SDK shows of a resource's properties. */
export function textLeaves(shown: object): readonly TextLeaf[] {
  const target = (shown as Record<string, unknown>)[String(getSpecialProxyTarget)];
  const struct = typeof target === "object" && target !== null ? sent.get(target) : undefined;
  return struct === undefined ? [] : leaves(struct.toJavaScript(), "", "", false);
}

function leaves(value: unknown, path: string, key: string, isSecret: boolean): TextLeaf[] {
  if (typeof value === "string") {
    return UNKNOWN_MARKERS.has(value) ? [] : [{ path, key, text: value, isSecret }];
  }
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => leaves(item, `${path}[${index}]`, key, isSecret));
  }
  if (typeof value !== "object" || value === null) {
    return [];
  }
  const record = value as Record<string, unknown>;
  const signature = record[rpc.specialSigKey];
  if (signature === rpc.specialSecretSig) {
    return leaves(record.value, path, key, true);
  }
  return Object.entries(record).flatMap(([name, item]) =>
    name === rpc.specialSigKey ? [] : leaves(item, path === "" ? name : `${path}.${name}`, name, isSecret),
  );
}

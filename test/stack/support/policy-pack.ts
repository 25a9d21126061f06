import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { rules } from "../../../policies/rules";
import { repositoryFolder } from "../../../rehearsal/project";

/** For each rule, a part of the kit that has a guard, and that policies/support/mutated-program runs without it. */
const guarded: Readonly<Record<string, string>> = {
  "source-vm-untouched": "repair-attachment-run-command",
  "snapshot-before-disk": "repair-copy-disk",
  "os-disk-copy-not-incremental-across-regions": "repair-copy-snapshot",
  "repair-vm-same-location-as-copy": "repair-vm-machine",
  "explicit-data-disk-fields": "repair-vm-machine",
  "delete-before-replace-on-repair-vm": "repair-vm-machine",
  "no-public-rdp": "repair-vm-security-group",
  "no-public-ip-unless-asked": "repair-vm-public-address",
  "dump-store-private": "repaidumps342e0a",
  "dump-store-no-shared-key": "repaidumps342e0a",
  "dump-store-tls12": "repaidumps342e0a",
  "dump-store-retention": "repaidumps342e0a",
  "dump-store-least-privilege": "repair-store-role",
  "copy-access-denied-by-default": "repair-copy-disk",
  "required-tags": "repair-vm-interface",
  "expires-on-tag": "repair-vm-machine",
  "no-plain-secrets": "repair-vm-machine",
  "auto-shutdown": "repair-vm-machine",
  "no-reference-to-old-api": "repair-vm-machine",
  "evidence-kept": "repair-store",
};

/** What the pack finds in the kit's program without its guards: `rule resource` for every rule there is. */
export const withoutGuards: readonly string[] = rules.map(({ name }) => `${name} ${guarded[name] ?? "?"}`);

/**
 * Flags that let the kit's policy pack judge a command.
 *
 * @param folder where its configuration is written
 * @param mandatory all rules, instead of those that are so by themselves
 */
export function policyPack(folder: string, { mandatory }: { readonly mandatory: boolean }): string[] {
  const file = join(folder, `policy-config-${mandatory ? "mandatory" : "default"}.json`);
  const levels = mandatory ? rules.map(({ name }) => [name, "mandatory"]) : [];
  writeFileSync(file, JSON.stringify(Object.fromEntries(levels)));
  return ["--policy-pack", join(repositoryFolder, "policies"), "--policy-pack-config", file];
}

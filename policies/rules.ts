import { autoShutdown } from "./auto-shutdown";
import { copyAccessDeniedByDefault } from "./copy-access-denied-by-default";
import { deleteBeforeReplaceOnRepairVm } from "./delete-before-replace-on-repair-vm";
import { dumpStoreLeastPrivilege } from "./dump-store-least-privilege";
import { dumpStoreNoSharedKey } from "./dump-store-no-shared-key";
import { dumpStorePrivate } from "./dump-store-private";
import { dumpStoreRetention } from "./dump-store-retention";
import { dumpStoreTls12 } from "./dump-store-tls12";
import { evidenceKept } from "./evidence-kept";
import { expiresOnTag } from "./expires-on-tag";
import { explicitDataDiskFields } from "./explicit-data-disk-fields";
import { noPlainSecrets } from "./no-plain-secrets";
import { noPublicIpUnlessAsked } from "./no-public-ip-unless-asked";
import { noPublicRdp } from "./no-public-rdp";
import { noReferenceToOldApi } from "./no-reference-to-old-api";
import { osDiskCopyNotIncrementalAcrossRegions } from "./os-disk-copy-not-incremental-across-regions";
import { repairVmSameLocationAsCopy } from "./repair-vm-same-location-as-copy";
import { requiredTags } from "./required-tags";
import { snapshotBeforeDisk } from "./snapshot-before-disk";
import { sourceVmUntouched } from "./source-vm-untouched";
import type { Rule } from "./internal/rule";

/** All rules of the pack, in the order of the catalogue in README.md. */
export const rules: readonly Rule[] = [
  sourceVmUntouched,
  snapshotBeforeDisk,
  osDiskCopyNotIncrementalAcrossRegions,
  repairVmSameLocationAsCopy,
  explicitDataDiskFields,
  deleteBeforeReplaceOnRepairVm,
  noPublicRdp,
  noPublicIpUnlessAsked,
  dumpStorePrivate,
  dumpStoreNoSharedKey,
  dumpStoreTls12,
  dumpStoreRetention,
  dumpStoreLeastPrivilege,
  copyAccessDeniedByDefault,
  requiredTags,
  expiresOnTag,
  noPlainSecrets,
  autoShutdown,
  noReferenceToOldApi,
  evidenceKept,
];

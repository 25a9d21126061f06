import { defineCheck, ok, stop, warning } from "../check";

/**
 * How the OS disk is encrypted, and whether its copy can be read. Sources: SupportArticles-docs, windows/
 * unlock-encrypted-disk-offline (dual pass, single pass); learn: disk-encryption-overview.
 */
export const ENCRYPTION = defineCheck({
  id: "encryption",
  needs: ["osDisk"],
  uses: ["vm"],
  judge({ osDisk, vm }) {
    if (vm?.storageProfile?.osDisk?.encryptionSettings?.enabled) {
      return stop(
        "not name a VM with Azure Disk Encryption of the first kind (dual pass)",
        "the OS disk is encrypted by dual pass, and its key can not be given to another VM",
        "migrate it to single pass, or restore it from a backup",
      );
    }
    if (osDisk === null) {
      return undefined;
    }
    const securityType = osDisk.securityProfile?.securityType ?? vm?.securityProfile?.securityType ?? "";
    if (securityType.startsWith("ConfidentialVM")) {
      return stop(
        "not lead to a disk of a confidential VM",
        `the OS disk belongs to one (${securityType}): only that VM's own chip can decrypt it`,
        "use az vm repair create --unlock-encrypted-vm --encrypt-recovery-key",
      );
    }
    if (osDisk.encryptionSettingsCollection?.enabled) {
      return warning(
        "the OS disk is encrypted by Azure Disk Encryption (single pass): the copy is attached, and stays locked",
        "unlock it on the repair VM with the key of the volume BEK VOLUME: manage-bde -unlock F: -RecoveryKey FILE; " +
          "or use az vm repair create --unlock-encrypted-vm",
      );
    }
    const key = osDisk.encryption?.diskEncryptionSetId;
    const atHost = vm?.securityProfile?.encryptionAtHost ? ", and encryption at host, which ends at the disk" : "";
    return ok(
      key
        ? `the OS disk is encrypted in storage with a customer-managed key${atHost}; snapshot and copy use the same disk encryption set, ${key}`
        : `the OS disk is encrypted in storage with a platform-managed key${atHost}`,
    );
  },
});

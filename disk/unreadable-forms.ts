import type { DiskImage, Partition } from "./disk-image";
import { UnsupportedDiskError } from "./errors";
import type { FileSystem } from "./partitions/file-system";

interface Form {
  readonly name: string;
  readonly remedy: string;
}

const byRepairVm = "Use the repair VM: Windows reads it.";

const fileSystemForms: Partial<Record<FileSystem, Form>> = {
  bitlocker: {
    name: "BitLocker",
    remedy:
      "It is encrypted with BitLocker or Azure Disk Encryption, also when the key lies open (suspended): attach it to a repair VM and unlock it there with its key.",
  },
  refs: { name: "ReFS", remedy: byRepairVm },
  luks: { name: "LUKS", remedy: "It is an encrypted Linux disk, not a Windows disk." },
  lvm: { name: "LVM", remedy: "It is a Linux disk, not a Windows disk." },
};

const partitionForms: Readonly<Record<string, Form>> = {
  "LDM metadata": { name: "dynamic disk (LDM)", remedy: byRepairVm },
  "LDM data": { name: "dynamic disk (LDM)", remedy: byRepairVm },
  "Storage Spaces": { name: "Storage Spaces", remedy: byRepairVm },
};

/** The error for a volume in a form that is known and not read; null for any other. */
export function refusalOf(fileSystem: FileSystem | null, what: string): UnsupportedDiskError | null {
  const form = fileSystem && fileSystemForms[fileSystem];
  return form ? refusal(form, what) : null;
}

/**
 * Partitions that are in a form which the kit knows and does not read: BitLocker, ReFS, dynamic disks, Storage Spaces
 * and encrypted or pooled Linux disks. Each error names its form and what to do.
 */
export function unreadableForms(image: DiskImage): UnsupportedDiskError[] {
  return image.partitions.map(refusalOfPartition).filter((error) => error !== null);
}

function refusalOfPartition(partition: Partition): UnsupportedDiskError | null {
  const what = `Partition ${partition.number}`;
  const form = partitionForms[partition.type];
  return form ? refusal(form, what) : refusalOf(partition.fileSystem, what);
}

function refusal(form: Form, what: string): UnsupportedDiskError {
  return new UnsupportedDiskError(`${what} cannot be read from outside: it is ${form.name}. ${form.remedy}`, form.name);
}

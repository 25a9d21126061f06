import { createHash } from "node:crypto";

/** Longest name of a Windows computer (NetBIOS). */
const COMPUTER_NAME_LENGTH = 15;

/** Longest storage account name (24) without the eight characters that automatic naming adds. */
const ACCOUNT_PREFIX_LENGTH = 16;

/**
 * A name that both a VM and the Windows inside may bear: at most 15 letters, digits and inner hyphens, and not a number.
 *
 * A trailing hyphen or underscore is refused by Bastion, so a cut never leaves one.
 */
export function computerName(wanted: string): string {
  const name = wanted
    .replace(/[^A-Za-z0-9-]+/g, "-")
    .slice(0, COMPUTER_NAME_LENGTH)
    .replace(/^-+|-+$/g, "");
  return /[A-Za-z]/.test(name) ? name : "repair";
}

/** What is wrong with a computer name, or undefined. */
export function computerNameProblem(argument: string, name: string): string | undefined {
  return computerName(name) === name
    ? undefined
    : `${argument} must be at most ${COMPUTER_NAME_LENGTH} letters, digits and inner hyphens with a letter among them, ` +
        `got "${name}"; for example "${computerName(name)}"`;
}

/**
 * The logical name of a storage account, to which automatic naming adds eight hexadecimal digits.
 *
 * Account names take lower-case letters and digits only, so this child cannot be called `<name>-account`. A name that
 * had to be changed carries a piece of its hash: two components never meet in one name.
 */
export function storageAccountLogicalName(name: string): string {
  const suffix = "dumps";
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, "");
  if (plain === name && plain.length + suffix.length <= ACCOUNT_PREFIX_LENGTH) {
    return plain + suffix;
  }
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 6);
  return plain.slice(0, ACCOUNT_PREFIX_LENGTH - suffix.length - hash.length) + suffix + hash;
}

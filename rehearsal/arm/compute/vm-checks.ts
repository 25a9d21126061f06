import { objectAt, textAt, textsAt, type JsonObject } from "../json";
import { BadRequest, InvalidParameter } from "./errors";
import type { PlatformImage } from "./images";
import { findSize, sizeNames, type VmSize } from "./sizes";

/** The size a VM body names (learn: error-codes-vm, InvalidParameter for vmSize). */
export function sizeOf(body: JsonObject): VmSize {
  const name = textAt(body, "properties", "hardwareProfile", "vmSize") ?? "";
  const size = findSize(name);
  if (size === undefined) {
    throw new InvalidParameter(
      `The value ${name} provided for the VM size is not valid. The valid sizes in the current region are: ${sizeNames()}. ` +
        "Find out more on the available VM sizes in each region at https://aka.ms/azure-regionservices.",
      "vmSize",
    );
  }
  return size;
}

/** A size starts only some generations (learn: generation-2, "cannot boot Hypervisor Generation"). */
export function checkGeneration(size: VmSize, generation: "V1" | "V2"): void {
  if (!size.generations.includes(generation)) {
    const number = generation.slice(1);
    throw new BadRequest(
      `The selected VM size '${size.name}' cannot boot Hypervisor Generation '${number}'. If this was a Create operation please check that ` +
        "the Hypervisor Generation of the Image matches the Hypervisor Generation of the selected VM Size. If this was an Update operation please select a " +
        `Hypervisor Generation '${number}' VM Size. For more information, see https://aka.ms/azuregen2vm`,
    );
  }
}

/** Trusted Launch and confidential VMs are Generation 2, and not of every size (learn: trusted-launch; wording modelled). */
export function checkSecurityType(body: JsonObject, size: VmSize, generation: "V1" | "V2"): void {
  const type = textAt(body, "properties", "securityProfile", "securityType");
  if (type === undefined || type === "Standard") {
    return;
  }
  if (type !== "TrustedLaunch" && type !== "ConfidentialVM") {
    throw new InvalidParameter(
      `The value '${type}' of parameter securityProfile.securityType is not allowed.`,
      "securityProfile.securityType",
    );
  }
  if (generation === "V1" || !size.trustedLaunch) {
    throw new BadRequest(
      `Security type ${type} needs an image or OS disk of Hypervisor Generation 2 and a VM size that supports it; '${size.name}' with Generation ${generation.slice(1)} was asked for.`,
      "securityProfile.securityType",
    );
  }
}

/** Zones of a VM: none or one (learn: availability zones; wording modelled). */
export function checkZones(body: JsonObject): void {
  const zones = textsAt(body, "zones");
  if (zones.length > 1 || zones.some((zone) => !["1", "2", "3"].includes(zone))) {
    throw new BadRequest(
      `The zone(s) '${zones.join(", ")}' are not supported for a virtual machine. Supported zones are '1', '2', '3'.`,
      "zones",
    );
  }
}

/** osProfile of a VM that is made from an image (learn: virtual-machines, error-codes-vm). */
export function checkOsProfile(body: JsonObject, image: PlatformImage, vmName: string): void {
  const profile = objectAt(body, "properties", "osProfile");
  const computerName = textAt(profile, "computerName") ?? vmName;
  const username = textAt(profile, "adminUsername") ?? "";
  if (image.osType === "Windows" && !isWindowsComputerName(computerName)) {
    throw new InvalidParameter(
      "Windows computer name cannot be more than 15 characters long, be entirely numeric, or contain the following characters: " +
        "` ~ ! @ # $ % ^ & * ( ) = + _ [ ] { } \\ | ; : . ' \" , < > / ?.",
      "computerName",
    );
  }
  if (username === "") {
    throw new InvalidParameter("Required parameter 'adminUsername' is missing (null).", "adminUsername");
  }
  if (FORBIDDEN_USERNAMES.has(username.toLowerCase()) || username.length > 20 || username.endsWith(".")) {
    throw new InvalidParameter("The Admin Username specified is not allowed.", "adminUsername");
  }
  const password = textAt(profile, "adminPassword");
  const sshOnly = image.osType === "Linux" && password === undefined;
  if (!sshOnly && !isStrongPassword(password ?? "")) {
    throw new InvalidParameter(
      "The supplied password must be between 8-123 characters long and must satisfy at least 3 of password complexity requirements from the following: " +
        "1) Contains an uppercase character\n2) Contains a lowercase character\n3) Contains a numeric digit\n4) Contains a special character\n5) Control characters are not allowed",
      "adminPassword",
    );
  }
}

/** Names that Azure refuses for the administrator (learn: windows/faq, "username requirements"). */
const FORBIDDEN_USERNAMES = new Set(
  "1 123 a actuser adm admin admin1 admin2 administrator aspnet backup console david guest john owner root server sql support support_388945a0 sys test test1 test2 test3 user user1 user2 user3 user4 user5".split(
    " ",
  ),
);

function isWindowsComputerName(name: string): boolean {
  return (
    name.length >= 1 && name.length <= 15 && !/^\d+$/.test(name) && !/[`~!@#$%^&*()=+_[\]{}\\|;:.'",<>/?\s]/.test(name)
  );
}

function isStrongPassword(password: string): boolean {
  const kinds = [/[A-Z]/, /[a-z]/, /\d/, /[^A-Za-z\d]/].filter((kind) => kind.test(password)).length;
  return password.length >= 8 && password.length <= 123 && kinds >= 3 && !/\p{Cc}/u.test(password);
}

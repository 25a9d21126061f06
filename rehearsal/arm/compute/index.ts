import type { ProviderRoute, ResourceType } from "../resource-type";
import { DISK } from "./disk";
import { IMAGE_ROUTES } from "./images";
import { DISK_ACCESS, DISK_ENCRYPTION_SET } from "./named-only";
import { RUN_COMMAND } from "./run-command";
import { SIZE_ROUTES } from "./sizes";
import { SNAPSHOT } from "./snapshot";
import { USAGE_ROUTES } from "./usages";
import { VIRTUAL_MACHINE } from "./virtual-machine";

/** The types of Microsoft.Compute. */
export const COMPUTE_TYPES: readonly ResourceType[] = [
  SNAPSHOT,
  DISK,
  VIRTUAL_MACHINE,
  RUN_COMMAND,
  DISK_ACCESS,
  DISK_ENCRYPTION_SET,
];

export const COMPUTE_ROUTES: readonly ProviderRoute[] = [...SIZE_ROUTES, ...USAGE_ROUTES, ...IMAGE_ROUTES];

import type { ProviderRoute, ResourceType } from "../resource-type";
import { DISK } from "./disk";
import { IMAGE_ROUTES } from "./images";
import { RUN_COMMAND } from "./run-command";
import { SIZE_ROUTES } from "./sizes";
import { SNAPSHOT } from "./snapshot";
import { VIRTUAL_MACHINE } from "./virtual-machine";

/** The types of Microsoft.Compute. */
export const COMPUTE_TYPES: readonly ResourceType[] = [SNAPSHOT, DISK, VIRTUAL_MACHINE, RUN_COMMAND];

export const COMPUTE_ROUTES: readonly ProviderRoute[] = [...SIZE_ROUTES, ...IMAGE_ROUTES];

import type { Check } from "../check";
import { CORES } from "./cores";
import { COST } from "./cost";
import { DISK_QUOTA } from "./disk-quota";
import { DISK_TYPE } from "./disk-type";
import { DUMP_STORE } from "./dump-store";
import { ENCRYPTION } from "./encryption";
import { GENERATION } from "./generation";
import { LOCKS } from "./locks";
import { NETWORK_ACCESS } from "./network-access";
import { OPERATING_SYSTEM } from "./operating-system";
import { OS_DISK } from "./os-disk";
import { PLACE } from "./place";
import { PURCHASE_PLAN } from "./purchase-plan";
import { REQUIRED_TAGS } from "./required-tags";
import { RIGHTS } from "./rights";
import { SOURCE_VM } from "./source-vm";
import { SUBNET } from "./subnet";
import { VM_SIZE } from "./vm-size";

/** Every check, in the order of reports. */
export const CHECKS: readonly Check[] = [
  SOURCE_VM,
  OPERATING_SYSTEM,
  OS_DISK,
  ENCRYPTION,
  GENERATION,
  PLACE,
  PURCHASE_PLAN,
  DISK_TYPE,
  NETWORK_ACCESS,
  VM_SIZE,
  CORES,
  DISK_QUOTA,
  LOCKS,
  RIGHTS,
  REQUIRED_TAGS,
  SUBNET,
  DUMP_STORE,
  COST,
];

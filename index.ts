import { readFileSync } from "node:fs";
import { join } from "node:path";

import * as pulumi from "@pulumi/pulumi";

import { RepairEnvironment } from "./components/index";

const config = new pulumi.Config("azure-repair-kit");

const repair = new RepairEnvironment("repair", {
  vm: config.require("vm"),
  rdpSources: config.getObject<string[]>("rdpSources"),
  subnetId: config.get("subnetId"),
  vmSize: config.get("vmSize"),
  imageSku: config.get("imageSku"),
  snapshotTrigger: config.get("snapshotTrigger"),
  dumpStore: config.get("dumpStore"),
  keepEvidence: config.getBoolean("keepEvidence"),
  autoShutdownTime: config.get("autoShutdownTime"),
});

export const {
  rdpAddress,
  rdpUsername,
  rdpPassword,
  driveLetter,
  dumpPath,
  dumpBlobUrl,
  dumpSha256,
  dumpSize,
  bugCheck,
  dumpStatus,
  searched,
  nextSteps,
} = repair;
export const readme = readFileSync(join(__dirname, "Pulumi.README.md"), "utf8");

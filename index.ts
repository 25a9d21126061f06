import { readFileSync } from "node:fs";
import { join } from "node:path";

import * as pulumi from "@pulumi/pulumi";

import { RepairEnvironment } from "./components/index";

// The SDK takes the whole stack for every resource. Mapping those back to TypeScript was a quarter of the program's start.
Reflect.deleteProperty(Error, "prepareStackTrace");

const config = new pulumi.Config("azure-repair-kit");

const repair = new RepairEnvironment("repair", {
  vm: config.require("vm"),
  rdpSources: list(config.get("rdpSources")),
  subnetId: optional("subnetId"),
  vmSize: optional("vmSize"),
  imageSku: optional("imageSku"),
  snapshotTrigger: optional("snapshotTrigger"),
  dumpStore: optional("dumpStore"),
  tags: tags(config.getObject<Record<string, unknown>>("tags")),
  collect: list(config.get("collect")),
  keepEvidence: config.getBoolean("keepEvidence"),
  autoShutdownTime: optional("autoShutdownTime"),
  probe: config.getBoolean("probe"),
  extractFromSnapshot: config.getBoolean("extractFromSnapshot"),
  bitLockerRecoveryKey: optionalSecret("bitLockerRecoveryKey"),
  enableDumpOnCopy: config.getBoolean("enableDumpOnCopy"),
  expiresAfterDays: config.getNumber("expiresAfterDays"),
});

export const { dumpStatus, searched, nextSteps } = repair;
export const rdpAddress = orNull(repair.rdpAddress);
export const rdpUsername = orNull(repair.rdpUsername);
export const rdpPassword = orNull(repair.rdpPassword);
export const driveLetter = orNull(repair.driveLetter);
export const dumpPath = orNull(repair.dumpPath);
export const dumpBlobUrl = orNull(repair.dumpBlobUrl);
export const dumpSha256 = orNull(repair.dumpSha256);
export const dumpSize = orNull(repair.dumpSize);
export const bugCheck = orNull(repair.bugCheck);
export const manifestBlobUrl = orNull(repair.manifestBlobUrl);
export const snapshotProbe = orNull(repair.snapshotProbe);
export const copyDumpSettings = orNull(repair.copyDumpSettings);
export const readme = readFileSync(join(__dirname, "Pulumi.README.md"), "utf8");

/** Empty is Pulumi.yaml's way to say that a value may be left out. */
function optional(key: string): string | undefined {
  const value = config.get(key);
  return value === "" ? undefined : value;
}

/** The same for a secret; `get` would warn of one. */
function optionalSecret(key: string): pulumi.Output<string> | undefined {
  return pulumi.runtime.getConfig(`azure-repair-kit:${key}`) ? config.requireSecret(key) : undefined;
}

/** `pulumi config set --path` makes a number of 42, and Azure knows texts only. */
function tags(given: Record<string, unknown> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]));
}

/** A list in the config file is JSON by the time it gets here; on the command line commas are easier to type. */
function list(text = ""): string[] {
  return text.startsWith("[") ? (JSON.parse(text) as string[]) : text.split(/[\s,]+/).filter((item) => item !== "");
}

/** An undefined output would be missing, with a warning; null says that there is none. */
function orNull<T>(output: pulumi.Output<T | undefined>): pulumi.Output<T | null> {
  return output.apply((value) => value ?? null);
}

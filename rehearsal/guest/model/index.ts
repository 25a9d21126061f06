import type { GuestScriptId } from "../../../guest/catalogue";
import { collectDump } from "./collect-dump";
import { enableDump } from "./enable-dump";
import { mountOsDisk } from "./mount-os-disk";
import type { Model } from "./run-model";

/** The models of the guest scripts, by the script's id. A new one is a file in this folder and a line here. */
export const MODELS: Readonly<Record<GuestScriptId, Model>> = {
  "mount-os-disk": mountOsDisk,
  "collect-dump": collectDump,
  "enable-dump": enableDump,
};

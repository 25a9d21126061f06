import { BLOB_PLANE } from "../blob/service";
import { objectAt } from "../json";
import type { ResourceAction } from "../resource-type";
import type { Resource } from "../resource";
import { OperationNotAllowed } from "./errors";
import { bootFails } from "./vm-instance-view";

/** How long the addresses are good where nothing else is said, in minutes (learn: retrieve-boot-diagnostics-data). */
const DEFAULT_MINUTES = 120;

/** POST retrieveBootDiagnosticsData: addresses of the serial console log and of a screenshot (azure-arm.md 1). */
export const RETRIEVE_BOOT_DIAGNOSTICS: ResourceAction = {
  method: "POST",
  writes: false,
  async run({ azure, existing, query }) {
    const { bootDiagnostics } = objectAt(existing.body, "properties", "diagnosticsProfile");
    if (objectAt(bootDiagnostics).enabled !== true) {
      // learn: boot-diagnostics; wording modelled
      throw new OperationNotAllowed(`Boot diagnostics is not enabled for VM ${existing.id.name}.`);
    }
    const { disks } = azure.service(BLOB_PLANE);
    const seconds = Number(query.get("sasuriexpirationtimeinminutes") ?? DEFAULT_MINUTES) * 60;
    return {
      answer: {
        consoleScreenshotBlobUri: await disks.publish("screenshot.bmp", SCREENSHOT, seconds),
        serialConsoleLogBlobUri: await disks.publish("serialconsole.log", Buffer.from(serialLog(existing)), seconds),
      },
    };
  },
};

function serialLog(vm: Resource): string {
  return bootFails(vm)
    ? '<?xml version="1.0"?>\r\n<channel-begin />\r\nSystem has halted with STOP 0xC000021A.\r\n'
    : '<?xml version="1.0"?>\r\n<channel-begin />\r\nEVENT: The CMD command is now available.\r\nSAC>\r\n';
}

/** A bitmap of one blue pixel: nobody draws screens here. */
const SCREENSHOT = Buffer.from(
  "424d3a0000000000000036000000280000000100000001000000010018000000000004000000130b0000130b00000000000000000000d7780000",
  "hex",
);

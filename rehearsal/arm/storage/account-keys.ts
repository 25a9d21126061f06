import { BLOB_PLANE } from "../blob/service";
import type { AccountKeys } from "../blob";
import { textAt, type JsonObject } from "../json";
import type { ResourceAction } from "../resource-type";
import { shapeOf } from "../shapes/body-shape";
import { InvalidValuesForRequestParameters } from "./errors";

/** Keys of a storage account: listKeys and regenerateKey, both 200 and synchronous (azure-arm.md 1). */
export const ACCOUNT_ACTIONS: Readonly<Record<string, ResourceAction>> = {
  listKeys: {
    method: "POST",
    writes: false,
    run: ({ azure, id }) => ({ answer: shown(azure.service(BLOB_PLANE).addAccount(id.name)) }),
  },
  regenerateKey: {
    method: "POST",
    writes: true,
    shape: shapeOf("storage", "StorageAccountRegenerateKeyParameters"),
    run({ azure, id, body }) {
      const key = textAt(body, "keyName") ?? "";
      if (key !== "key1" && key !== "key2") {
        throw new InvalidValuesForRequestParameters("keyName", key);
      }
      return { answer: shown(azure.service(BLOB_PLANE).regenerateKey(id.name, key)) };
    },
  },
};

function shown(keys: AccountKeys): JsonObject {
  return {
    keys: [
      { keyName: "key1", value: keys.key1, permissions: "FULL" },
      { keyName: "key2", value: keys.key2, permissions: "FULL" },
    ],
  };
}

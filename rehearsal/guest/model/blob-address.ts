import type { ModelContext } from "./run-model";

const LONGEST_BLOB_NAME = 60;

/** Address of a blob below the prefix; of each name in the path only what every tool takes in a blob name. */
export function blobUrl(context: ModelContext, path: string): string {
  const names = path.split(/[\\/]/).map((name) => name.replace(/[^A-Za-z0-9._-]+/g, "_").slice(-LONGEST_BLOB_NAME));
  // The last two would lead out of the container.
  const whole = [...context.parameter("BlobPrefix").split("/"), ...names].filter(
    (name) => !["", ".", ".."].includes(name),
  );
  return `${context.parameter("ContainerUrl").replace(/\/+$/, "")}/${whole.map(escapeDataString).join("/")}`;
}

/** Headers that note on a blob where it is from. */
export function sourceHeaders(context: ModelContext, contentType: string): Record<string, string> {
  const headers: Record<string, string> = { "x-ms-blob-content-type": contentType };
  const ascii = (name: string): string => context.parameter(name).replace(/[^\x20-\x7e]+/g, escapeDataString);
  if (ascii("SourceVmId") !== "") headers["x-ms-meta-sourcevm"] = ascii("SourceVmId");
  if (ascii("SnapshotId") !== "") headers["x-ms-meta-snapshot"] = ascii("SnapshotId");
  return headers;
}

/** Uri.EscapeDataString of .NET: everything but letters, digits and -._~ */
function escapeDataString(text: string): string {
  // A lone surrogate, which NTFS allows in a name, becomes the replacement character.
  const wellFormed = Buffer.from(text).toString();
  const percent = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(wellFormed).replace(/[!'()*]/g, percent);
}

import type { NtfsFile, NtfsVolume, RegistryHive, RegistryKey } from "../../../disk";
import { sha256 } from "./hash";

/** All files and folders of a volume below a folder, without the file system's own. */
export async function filesBelow(volume: NtfsVolume, path = "\\"): Promise<NtfsFile[]> {
  const files: NtfsFile[] = [];
  for (const file of await volume.list(path)) {
    if (file.name.startsWith("$")) continue;
    files.push(file);
    if (file.isDirectory && !file.reparse) files.push(...(await filesBelow(volume, file.path)));
  }
  return files;
}

/** Numbers and digest of all keys and values of a hive, by the rule that the corpus states. */
export async function hiveTree(hive: RegistryHive): Promise<{ keys: number; values: number; treeSha256: string }> {
  const lines: string[] = [];
  let keys = 0;
  const visit = async (key: RegistryKey, path: string): Promise<void> => {
    keys++;
    lines.push(`K\t${path}`);
    for (const value of await key.values()) {
      lines.push(`V\t${path}\t${value.name}\t${value.type}\t${sha256(value.data)}`);
    }
    for (const child of await key.keys()) await visit(child, `${path}\\${child.name}`);
  };
  await visit(hive.root, "");
  // By code point, which is the order of UTF-8 bytes and not that of UTF-16.
  const sorted = lines.map((line) => Buffer.from(line)).sort((one, other) => Buffer.compare(one, other));
  const joined = Buffer.concat(sorted.flatMap((line, index) => (index === 0 ? [line] : [Buffer.from("\n"), line])));
  return { keys, values: lines.length - keys, treeSha256: sha256(joined) };
}

import type { ByteSource } from "../byte-source";
import { CorruptHiveError, NotAHiveError } from "../errors";
import { baseBlockSize, isDirty, readBaseBlock, type BaseBlock } from "./base-block";
import { HiveBins } from "./hive-bins";
import { RegistryKey } from "./registry-key";

/** A registry hive, read cell by cell: a triage of 30 MB of SYSTEM needs about 2 KB of it. */
export class RegistryHive {
  private constructor(
    private readonly base: BaseBlock,
    /** The root key. */
    readonly root: RegistryKey,
  ) {}

  /**
   * Opens a hive.
   *
   * @param _logs its transaction logs, `.LOG1` and `.LOG2`
   * @throws NotAHiveError
   * @throws CorruptHiveError
   */
  static async open(bytes: ByteSource, _logs: readonly ByteSource[] = []): Promise<RegistryHive> {
    if (bytes.size < baseBlockSize) {
      throw new NotAHiveError(
        `The file has ${bytes.size} bytes; the base block of a registry hive alone has ${baseBlockSize}.`,
      );
    }
    const base = readBaseBlock(await bytes.read(0, baseBlockSize));
    if (base.fileType !== 0)
      throw new CorruptHiveError(`The file is of type ${base.fileType}: a transaction log, no hive.`);
    const root = await RegistryKey.read(new HiveBins(bytes), base.rootCell, null);
    return new RegistryHive(base, root);
  }

  /** True when the hive was being written when the machine stopped. */
  get dirty(): boolean {
    return isDirty(this.base);
  }

  /** Last write as FILETIME; 0 when not kept. */
  get lastWritten(): bigint {
    return this.base.lastWritten;
  }

  /**
   * Finds a key by its path from the root, such as `ControlSet001\Control\CrashControl`, case aside.
   *
   * @throws CorruptHiveError
   */
  async key(path: string): Promise<RegistryKey | null> {
    let key: RegistryKey | null = this.root;
    for (const name of path.split("\\").filter((part) => part !== "")) {
      key = await key.subkey(name);
      if (!key) return null;
    }
    return key;
  }
}

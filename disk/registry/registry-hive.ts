import type { ByteSource } from "../byte-source";
import { CorruptHiveError, NotAHiveError } from "../errors";
import { baseBlockSize, isDirty, readBaseBlock, type BaseBlock } from "./base-block";
import { HiveBins } from "./hive-bins";
import { RegistryKey } from "./registry-key";
import { replayLogs, type Replay } from "./replay";

/** Gets the transaction logs of a hive. */
export type LogLoader = () => Promise<readonly ByteSource[]>;

/** A registry hive, read cell by cell: a triage of 30 MB of SYSTEM needs about 2 KB of it. */
export class RegistryHive {
  private constructor(
    private readonly base: BaseBlock,
    /** The root key. */
    readonly root: RegistryKey,
    /** True when the hive was being written when the machine stopped. */
    readonly dirty: boolean,
    /** Entries of its transaction logs that were applied in memory; 0 for a clean hive, whose logs are not read. */
    readonly replayedEntries: number,
    /** What was wrong and could be got over, in sentences. */
    readonly problems: readonly string[],
    /** The hive as it is after the replay. */
    readonly bytes: ByteSource,
  ) {}

  /**
   * Opens a hive; when it is dirty, its logs are applied in memory.
   *
   * @param logs its transaction logs, `.LOG1` and `.LOG2`, or how to get them: they are asked for only when needed
   * @throws NotAHiveError
   * @throws CorruptHiveError
   */
  static async open(bytes: ByteSource, logs: readonly ByteSource[] | LogLoader = []): Promise<RegistryHive> {
    const base = await readBase(bytes);
    const whole = base instanceof NotAHiveError ? null : base;
    const dirty = whole === null || isDirty(whole);
    const found = !dirty ? [] : typeof logs === "function" ? await logs() : logs;
    const replay = dirty ? await replayLogs(bytes, whole?.checksumValid ? whole : null, found) : null;
    if (base instanceof NotAHiveError && !replay) throw base;
    const used = replay?.base ?? whole;
    if (!used || (!replay && used.fileType !== 0)) {
      throw new CorruptHiveError(`The file is of type ${used?.fileType ?? 0}: a transaction log, no hive.`);
    }
    const source = replay?.bytes ?? bytes;
    const root = await RegistryKey.read(new HiveBins(source), used.rootCell, null);
    return new RegistryHive(
      used,
      root,
      dirty,
      replay?.entries ?? 0,
      problemsOf(whole, dirty, replay, found.length),
      source,
    );
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

async function readBase(bytes: ByteSource): Promise<BaseBlock | NotAHiveError> {
  if (bytes.size < baseBlockSize) {
    return new NotAHiveError(
      `The file has ${bytes.size} bytes; the base block of a registry hive alone has ${baseBlockSize}.`,
    );
  }
  try {
    return readBaseBlock(await bytes.read(0, baseBlockSize));
  } catch (error) {
    if (error instanceof NotAHiveError) return error;
    throw error;
  }
}

function problemsOf(base: BaseBlock | null, dirty: boolean, replay: Replay | null, logs: number): string[] {
  const problems: string[] = [];
  if (!base?.checksumValid) problems.push("The base block of the hive is damaged.");
  if (dirty && !replay) {
    const why = logs === 0 ? "there is no transaction log" : "no transaction log is whole and newer";
    problems.push(`The hive was being written when Windows stopped, and ${why}: its newest changes may be missing.`);
  }
  return problems;
}

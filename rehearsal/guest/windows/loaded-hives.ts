import {
  DiskError,
  MemorySource,
  RegistryHive,
  RegistryType,
  type ByteSource,
  type RegistryKey,
  type RegistryValue,
} from "../../../disk";
import { WindowsError } from "./errors";
import { HiveEditor } from "./hive-editor";

/** A registry value as .NET's RegistryKey.GetValue gives it, variables not expanded. */
export interface ValueFacts {
  readonly name: string;
  readonly kind: "String" | "ExpandString" | "MultiString" | "DWord" | "QWord" | "Binary";
  /** Text, texts, number; decimal text for a QWord and base64 for bytes. */
  readonly data: string | readonly string[] | number;
}

/** A registry key as a script sees it. */
export interface KeyFacts {
  readonly values: readonly ValueFacts[];
  readonly subkeys: readonly string[];
}

interface Loaded {
  /** Where it was loaded from; null for one that is no file of this machine. */
  readonly file: string | null;
  hive: RegistryHive;
  /** The hive with its changes, clean; null while there are none. */
  changed: Buffer | null;
}

/** Hives loaded below HKEY_LOCAL_MACHINE during one run. */
export class LoadedHives {
  private readonly hives = new Map<string, Loaded>();

  /** @throws WindowsError when the name is taken or the bytes are no sound hive */
  async load(name: string, bytes: ByteSource, logs: readonly ByteSource[], file: string | null = null): Promise<void> {
    const key = name.toUpperCase();
    if (this.hives.has(key))
      throw new WindowsError("The process cannot access the file because it is being used by another process.");
    this.hives.set(key, { file, hive: await sound(() => RegistryHive.open(bytes, logs)), changed: null });
  }

  /** Answers the file and what Windows writes to it when it unloads the hive; null when nothing was changed. */
  unload(name: string): { readonly file: string | null; readonly bytes: Buffer } | null {
    const loaded = this.hives.get(name.toUpperCase());
    if (!loaded) throw new WindowsError("The parameter is incorrect.");
    this.hives.delete(name.toUpperCase());
    return loaded.changed && { file: loaded.file, bytes: loaded.changed };
  }

  /** Writes a value of a key that is there; null removes it. */
  async setValue(path: string, name: string, value: Omit<ValueFacts, "name"> | null): Promise<void> {
    const { loaded, rest } = this.place(path);
    const editor = loaded && new HiveEditor(await loaded.hive.bytes.read(0, loaded.hive.bytes.size));
    if (!loaded || !editor?.has(rest)) throw new WindowsError(`Cannot find path '${path}' because it does not exist.`);
    if (value) editor.set(rest, name, typeOf(value.kind), dataOf(value));
    else editor.remove(rest, name);
    const changed = editor.finish();
    loaded.changed = changed;
    loaded.hive = await sound(() => RegistryHive.open(new MemorySource(changed)));
  }

  /** Names of hives that are loaded now: after a run there must be none. */
  names(): string[] {
    return [...this.hives.keys()];
  }

  /**
   * The key at a path such as `HKLM:\name\Select`; null when it is not there.
   *
   * @throws WindowsError when the hive is damaged there
   */
  async key(path: string): Promise<KeyFacts | null> {
    const { loaded, rest } = this.place(path);
    return loaded ? sound(async () => facts(await loaded.hive.key(rest))) : null;
  }

  private place(path: string): { loaded: Loaded | undefined; rest: string } {
    const [, name = "", rest = ""] = /^HKLM:\\([^\\]*)(?:\\(.*))?$/is.exec(path) ?? [];
    return { loaded: this.hives.get(name.toUpperCase()), rest };
  }
}

async function facts(key: RegistryKey | null): Promise<KeyFacts | null> {
  if (!key) return null;
  const [values, keys] = [await key.values(), await key.keys()];
  return { values: values.map(valueFacts), subkeys: keys.map((subkey) => subkey.name) };
}

function valueFacts(value: RegistryValue): ValueFacts {
  const { name } = value;
  switch (value.type) {
    case RegistryType.string:
      return { name, kind: "String", data: value.asString() };
    case RegistryType.expandString:
      return { name, kind: "ExpandString", data: value.asString() };
    case RegistryType.multiString:
      return { name, kind: "MultiString", data: value.asStrings() };
    case RegistryType.dword:
      // .NET gives a DWORD as a signed number.
      return { name, kind: "DWord", data: value.asNumber() | 0 };
    case RegistryType.qword:
      return { name, kind: "QWord", data: Buffer.from(value.data).readBigInt64LE(0).toString() };
    default:
      return { name, kind: "Binary", data: Buffer.from(value.data).toString("base64") };
  }
}

const TYPES: Readonly<Record<ValueFacts["kind"], number>> = {
  String: RegistryType.string,
  ExpandString: RegistryType.expandString,
  MultiString: RegistryType.multiString,
  DWord: RegistryType.dword,
  QWord: RegistryType.qword,
  Binary: RegistryType.binary,
};

function typeOf(kind: ValueFacts["kind"]): number {
  return TYPES[kind];
}

/** The bytes of a value, as Windows writes them. */
function dataOf({ kind, data }: Omit<ValueFacts, "name">): Buffer {
  switch (kind) {
    case "DWord": {
      const bytes = Buffer.alloc(4);
      bytes.writeInt32LE(Number(data));
      return bytes;
    }
    case "QWord": {
      const bytes = Buffer.alloc(8);
      bytes.writeBigInt64LE(BigInt(String(data)));
      return bytes;
    }
    case "Binary":
      return Buffer.from(String(data), "base64");
    case "MultiString":
      return Buffer.from(
        `${[data]
          .flat()
          .map((text) => `${String(text)}\0`)
          .join("")}\0`,
        "utf16le",
      );
    default:
      return Buffer.from(`${String(data)}\0`, "utf16le");
  }
}

async function sound<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof DiskError) && !(error instanceof RangeError)) throw error;
    throw new WindowsError("The registry is corrupted.", { cause: error });
  }
}

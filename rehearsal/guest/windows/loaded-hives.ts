import {
  DiskError,
  RegistryHive,
  RegistryType,
  type ByteSource,
  type RegistryKey,
  type RegistryValue,
} from "../../../disk";
import { WindowsError } from "./errors";

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

/** Hives loaded below HKEY_LOCAL_MACHINE during one run. */
export class LoadedHives {
  private readonly hives = new Map<string, RegistryHive>();

  /** @throws WindowsError when the name is taken or the bytes are no sound hive */
  async load(name: string, bytes: ByteSource, logs: readonly ByteSource[]): Promise<void> {
    const key = name.toUpperCase();
    if (this.hives.has(key))
      throw new WindowsError("The process cannot access the file because it is being used by another process.");
    this.hives.set(key, await sound(() => RegistryHive.open(bytes, logs)));
  }

  unload(name: string): void {
    if (!this.hives.delete(name.toUpperCase())) throw new WindowsError("The parameter is incorrect.");
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
    const [, name = "", rest = ""] = /^HKLM:\\([^\\]*)(?:\\(.*))?$/is.exec(path) ?? [];
    const hive = this.hives.get(name.toUpperCase());
    return hive ? sound(async () => facts(await hive.key(rest))) : null;
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

async function sound<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof DiskError) && !(error instanceof RangeError)) throw error;
    throw new WindowsError("The registry is corrupted.", { cause: error });
  }
}

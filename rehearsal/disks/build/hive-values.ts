/** A value to write into a hive. */
export class HiveValue {
  constructor(
    readonly type: number,
    readonly data: Uint8Array,
  ) {}
}

/** A key to write into a hive: its values and subkeys by name. The value with the empty name is the default value. */
export interface HiveKey {
  readonly [name: string]: HiveKey | HiveValue;
}

export function text(value: string): HiveValue {
  return new HiveValue(1, Buffer.from(`${value}\0`, "utf16le"));
}

export function expandText(value: string): HiveValue {
  return new HiveValue(2, Buffer.from(`${value}\0`, "utf16le"));
}

export function binary(value: Uint8Array): HiveValue {
  return new HiveValue(3, value);
}

export function dword(value: number): HiveValue {
  const data = Buffer.alloc(4);
  data.writeUInt32LE(value);
  return new HiveValue(4, data);
}

export function texts(values: readonly string[]): HiveValue {
  return new HiveValue(7, Buffer.from([...values.map((value) => `${value}\0`), "\0"].join(""), "utf16le"));
}

export function qword(value: bigint): HiveValue {
  const data = Buffer.alloc(8);
  data.writeBigUInt64LE(value);
  return new HiveValue(11, data);
}

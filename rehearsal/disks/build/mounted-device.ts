/** How MountedDevices names a partition of a GPT disk: the GUID of the partition. */
export function gptDevice(partitionId: string): Buffer {
  return Buffer.concat([Buffer.from("DMIO:ID:", "latin1"), guidBytes(partitionId)]);
}

/** How MountedDevices names a partition of an MBR disk: its disk's signature and its offset in bytes. */
export function mbrDevice(diskSignature: string, offset: number): Buffer {
  const id = Buffer.alloc(12);
  id.writeUInt32LE(parseInt(diskSignature, 16), 0);
  id.writeBigUInt64LE(BigInt(offset), 4);
  return id;
}

/** A GUID as Windows stores it. */
export function guidBytes(guid: string): Buffer {
  const [a = "", b = "", c = "", d = "", e = ""] = guid.split("-");
  const reversed = [a, b, c].map((part) => Buffer.from(part, "hex").reverse());
  return Buffer.concat([...reversed, Buffer.from(d + e, "hex")]);
}

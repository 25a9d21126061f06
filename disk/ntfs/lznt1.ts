import { CorruptNtfsError } from "../errors";

/** Bytes that one chunk holds when it is unpacked. */
const chunkSize = 4096;

/**
 * Unpacks LZNT1: chunks of 4,096 bytes, each with a two-byte header; in a packed one a flag byte tells for each of
 * the next eight items whether it is a byte or a reference back into the chunk.
 *
 * Source: [MS-XCA] 2.5 "LZNT1 Algorithm Details".
 *
 * @param size bytes to answer at most; less when the data ends before
 * @throws CorruptNtfsError
 */
export function unpackLznt1(packed: Uint8Array, size: number, what: string): Uint8Array {
  const unpacked = new Uint8Array(size);
  let written = 0;
  for (let at = 0; at + 2 <= packed.length && written < size;) {
    const header = (packed[at] ?? 0) | ((packed[at + 1] ?? 0) << 8);
    if (header === 0) break;
    const end = at + 2 + (header & 0x0fff) + 1;
    if (end > packed.length) throw new CorruptNtfsError(`A compressed chunk of ${what} is cut off.`);
    const chunk = packed.subarray(at + 2, end);
    const room = unpacked.subarray(written, Math.min(written + chunkSize, size));
    if ((header & 0x8000) === 0) room.set(chunk.subarray(0, room.length));
    else unpackChunk(chunk, room, what);
    written += room.length;
    at = end;
  }
  return unpacked;
}

function unpackChunk(chunk: Uint8Array, room: Uint8Array, what: string): void {
  let out = 0;
  for (let at = 0; at < chunk.length;) {
    const flags = chunk[at++] ?? 0;
    for (let bit = 0; bit < 8 && at < chunk.length; bit++) {
      if (out >= room.length) return;
      if (((flags >> bit) & 1) === 0) {
        room[out++] = chunk[at++] ?? 0;
        continue;
      }
      if (at + 2 > chunk.length) throw new CorruptNtfsError(`A compressed chunk of ${what} ends within a reference.`);
      const reference = (chunk[at] ?? 0) | ((chunk[at + 1] ?? 0) << 8);
      at += 2;
      out = copyBack(room, out, reference, what);
    }
  }
}

/** The further a chunk is unpacked, the more of a reference's 16 bits tell the distance and the fewer the length. */
function copyBack(room: Uint8Array, out: number, reference: number, what: string): number {
  let lengthBits = 12;
  for (let distance = out - 1; distance >= 16; distance >>= 1) lengthBits--;
  const length = (reference & ((1 << lengthBits) - 1)) + 3;
  const distance = (reference >> lengthBits) + 1;
  if (distance > out) throw new CorruptNtfsError(`A compressed chunk of ${what} refers to bytes before its start.`);
  const end = Math.min(out + length, room.length);
  for (let at = out; at < end; at++) room[at] = room[at - distance] ?? 0;
  return end;
}

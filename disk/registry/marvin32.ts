/**
 * Marvin32, the hash that protects entries of transaction logs.
 *
 * Source: "Windows registry file format specification" (Maxim Suhanov), "Log entry"; algorithm by US patent 8555015.
 */
export function marvin32(bytes: Uint8Array): bigint {
  let low = 0x7a4e55c5;
  let high = 0x82ef4d88;
  const mix = (block: number): void => {
    low = (low + block) >>> 0;
    high = (high ^ low) >>> 0;
    low = (rotate(low, 20) + high) >>> 0;
    high = (rotate(high, 9) ^ low) >>> 0;
    low = (rotate(low, 27) + high) >>> 0;
    high = rotate(high, 19);
  };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length - (bytes.length % 4);
  for (let offset = 0; offset < whole; offset += 4) mix(view.getUint32(offset, true));
  let last = 0x80;
  for (let offset = bytes.length - 1; offset >= whole; offset--) last = ((last << 8) | view.getUint8(offset)) >>> 0;
  mix(last);
  mix(0);
  return (BigInt(high) << 32n) | BigInt(low);
}

function rotate(value: number, bits: number): number {
  return ((value << bits) | (value >>> (32 - bits))) >>> 0;
}

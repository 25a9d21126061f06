import { isDamage } from "../errors";
import type { NtfsVolume } from "../ntfs/volume";
import { forPurpose } from "../sources/read-purpose";

/** Bytes of the longest bitmap that is read: of a volume of 256 GiB with clusters of 4 KiB. */
const longestBitmap = 8 * 1024 * 1024;

/** Zero bits of each byte. */
const zeroBits = Uint8Array.from({ length: 256 }, (_, byte) => {
  return [1, 2, 4, 8, 16, 32, 64, 128].filter((bit) => (byte & bit) === 0).length;
});

/**
 * Free bytes of a volume, from its bitmap of clusters.
 *
 * @returns null when that cannot be read, or is longer than an answer is worth
 */
export async function freeSpace(volume: NtfsVolume): Promise<number | null> {
  const clusters = Math.floor(volume.size / volume.clusterSize);
  const length = Math.ceil(clusters / 8);
  if (length > longestBitmap) return null;
  try {
    const bitmap = await forPurpose("$Bitmap: free space", async () => {
      const file = await (await volume.find("\\$Bitmap"))?.open();
      return file && file.size >= length ? file.read(0, length) : null;
    });
    if (!bitmap) return null;
    let free = 0;
    for (const byte of bitmap) free += zeroBits[byte] ?? 0;
    // Bits behind the last cluster, which are set or not.
    for (let bit = clusters; bit < length * 8; bit++) if (((bitmap[bit >> 3] ?? 0) & (1 << (bit & 7))) === 0) free--;
    return free * volume.clusterSize;
  } catch (error) {
    if (!isDamage(error)) throw error;
    return null;
  }
}

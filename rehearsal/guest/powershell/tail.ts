const MOST_BYTES = 4 * 1024 ** 2;

/** The end of a stream of text, so that a script that writes for ever fills no memory. */
export class Tail {
  private chunks: Buffer[] = [];
  private size = 0;

  add(bytes: Buffer): void {
    this.chunks.push(bytes);
    this.size += bytes.length;
    if (this.size <= 2 * MOST_BYTES) return;
    const kept = Buffer.concat(this.chunks).subarray(-MOST_BYTES);
    this.chunks = [kept];
    this.size = kept.length;
  }

  text(): string {
    return Buffer.concat(this.chunks).toString("utf8");
  }
}

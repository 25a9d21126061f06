import { Secrets } from "./secrets";

/** Where a command writes: results to stdout, everything for people to stderr, and no secret to either. */
export class Console {
  readonly secrets = new Secrets();
  /** Characters of a line that is to be written over; 0 when there is none. */
  private pending = 0;

  /** A line of the result. */
  result(line: string): void {
    process.stdout.write(`${this.secrets.redact(line)}\n`);
  }

  /** A line for people. */
  say(line: string): void {
    this.clear();
    process.stderr.write(`${this.secrets.redact(line)}\n`);
  }

  /** Says how far work is: on a terminal in one line that changes, else a line each time. */
  progress(line: string): void {
    if (!process.stderr.isTTY) {
      this.say(line);
      return;
    }
    this.clear();
    process.stderr.write(line);
    this.pending = line.length;
  }

  private clear(): void {
    if (this.pending > 0) process.stderr.write(`\r${" ".repeat(this.pending)}\r`);
    this.pending = 0;
  }
}

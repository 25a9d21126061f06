import { printable } from "../disk/printable";

/** Tells a rehearsal while it runs: plain lines on standard error that a person can follow. */
export interface Story {
  /** Begins a chapter: what is done now, and why. */
  chapter(title: string, why?: string): void;
  /** Tells one thing that happened. */
  line(text: string): void;
}

/**
 * A story on standard error; each line begins with the seconds since the start.
 *
 * It tells names from a disk that somebody else wrote: what a terminal obeys is escaped.
 */
export function tellOn(stream: NodeJS.WritableStream, now: () => number = performance.now.bind(performance)): Story {
  const start = now();
  const stamp = () => `${((now() - start) / 1000).toFixed(1).padStart(6)} s  `;
  return {
    chapter(title, why) {
      stream.write(`\n${stamp()}${printable(title)}\n`);
      if (why !== undefined) {
        stream.write(`${" ".repeat(10)}${printable(why)}\n`);
      }
    },
    line(text) {
      stream.write(`${stamp()}  ${printable(text)}\n`);
    },
  };
}

import type { Console } from "./console";
import { sizeText } from "./quantities";

/** Milliseconds between two lines where there is no terminal, and where there is one. */
const pauses = { plain: 2000, terminal: 200 };

/** How far a copy is: bytes, rate and time left, every two seconds. Short work says nothing. */
export class Progress {
  private done = 0;
  private readonly started = performance.now();
  private told = this.started;

  constructor(
    private readonly console: Console,
    private readonly title: string,
    private readonly total: number,
  ) {}

  add(bytes: number): void {
    this.done += bytes;
    const now = performance.now();
    const pause = process.stderr.isTTY ? pauses.terminal : pauses.plain;
    if (now - this.started < pauses.plain || now - this.told < pause) return;
    this.told = now;
    this.console.progress(this.line(now));
  }

  private line(now: number): string {
    const rate = this.done / ((now - this.started) / 1000);
    const left = rate > 0 ? timeLeft((this.total - this.done) / rate) : "";
    const percent = this.total > 0 ? Math.floor((this.done / this.total) * 100) : 100;
    return `${this.title}: ${percent} %, ${sizeText(this.done)} of ${sizeText(this.total)}, ${sizeText(Math.round(rate))}/s, ${left} left`;
  }
}

function timeLeft(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** Makes an engine ready and says which one it is; start.mjs runs it before the tests. */
import { findEngine } from "./find-engine";

async function main(): Promise<number> {
  const interrupted = new AbortController();
  let exitCode = 1;
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    process.once(signal, () => {
      exitCode = code;
      interrupted.abort();
    });
  }
  const say = (line: string): void => void process.stderr.write(`azure-repair-kit: ${line}\n`);
  try {
    const engine = await findEngine({ report: say, signal: interrupted.signal });
    if (process.argv.includes("--json")) process.stdout.write(`${JSON.stringify(engine)}\n`);
    return 0;
  } catch (error) {
    if (interrupted.signal.aborted) say("interrupted; run it again and it goes on where it stopped.");
    else say((error as Error).message);
    return exitCode;
  }
}

void main().then((code) => (process.exitCode = code));

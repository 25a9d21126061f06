import { openSync, closeSync, readSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Engine } from "./engine";
import { languageHostName, shimMark } from "./language-host/install";
import { isExecutableFile, programOnPath } from "./program-on-path";

/** Whether the engine at `program` comes with a Node language host: beside it, beside what it links to, or on PATH. */
export function languageHostOf(program: string, environment: NodeJS.ProcessEnv): Engine["languageHost"] {
  const places = [
    join(dirname(program), languageHostName),
    join(dirname(realpathSync(program)), languageHostName),
    programOnPath(languageHostName, environment),
  ];
  const isOfficial = places.some((place) => place !== undefined && isExecutableFile(place) && !isKitShim(place));
  return isOfficial ? "official" : "kit";
}

function isKitShim(file: string): boolean {
  const head = Buffer.alloc(200);
  const descriptor = openSync(file, "r");
  try {
    return head.toString("latin1", 0, readSync(descriptor, head)).includes(shimMark);
  } finally {
    closeSync(descriptor);
  }
}

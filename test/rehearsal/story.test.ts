import { PassThrough } from "node:stream";

import { tellOn } from "../../rehearsal/story";

it("stamps each line with the seconds since the start, and lets nothing from a disk drive the terminal", () => {
  const stream = new PassThrough({ encoding: "utf8" });
  const times = [0, 1500, 62_000];
  const story = tellOn(stream, () => times.shift() ?? 0);

  story.chapter("A VM is broken", "Its disk: \u001b[2J");
  story.line("found C:\\\u202egpj.exe\nok FORGED");

  expect(stream.read()).toBe(
    "\n   1.5 s  A VM is broken\n          Its disk: \\u{1B}[2J\n  62.0 s    found C:\\\\u{202E}gpj.exe\\u{A}ok FORGED\n",
  );
});

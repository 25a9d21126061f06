import { CachedSource, readDumpHeader } from "../../../../disk";
import { writeDump } from "../../../../rehearsal/disks/build/dump-writer";
import { winlogonCrash } from "../../../../rehearsal/disks/build/small-windows";
import type { Structure } from "../structure";

export const dumpHeader: Structure = {
  name: "dump header",
  prepare: () => {
    const bytes = writeDump({ ...winlogonCrash, pages: 4, message: "Windows Logon Process" });
    return Promise.resolve({
      bytes,
      ranges: [
        { offset: 0, length: 0x90 },
        { offset: 0xf80, length: 0x100 },
        { offset: 0x2000, length: Math.min(256, bytes.length - 0x2000) },
      ],
      ask: async (source) => JSON.stringify(await readDumpHeader(new CachedSource(source))),
      // Whether it begins like a dump is all that tells a dump.
      isMissing: (_clean, answer) => answer === "null" && bytes.toString("latin1", 0, 8) === "PAGEDU64",
    });
  },
};

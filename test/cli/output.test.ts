import fc from "fast-check";
import { fitName } from "../../extraction/items/item";
import { planBlocks } from "../../extraction/to-container/block-plan";
import { inOrder } from "../../extraction/pieces";
import { printable } from "../../disk/printable";
import { reportLines } from "../../cli/check/report";
import { listingOf } from "../../cli/output/listing";
import { Secrets } from "../../cli/output/secrets";
import { anyText } from "../support/any-text";

/** Control characters, marks of direction, separators of lines, lone surrogates. */
const dangerous = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0x200e, 0x200f],
  [0x2028, 0x202e],
  [0x2066, 0x2069],
  [0xd800, 0xdfff],
] as const;

describe("text from a disk", () => {
  it("cannot drive a terminal, whatever it is", () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        const codes = Array.from(printable(text), (character) => character.codePointAt(0)!);
        expect(codes.filter((code) => dangerous.some(([first, last]) => code >= first && code <= last))).toEqual([]);
      }),
    );
  });

  it.each([
    ["\u001b[2J", "\\u{1B}[2J"],
    ["photo\u202egpj.exe", "photo\\u{202E}gpj.exe"],
    ["a\nb", "a\\u{A}b"],
    ["\ud800", "\\u{D800}"],
    ["Überblick 日本語 🙂", "Überblick 日本語 🙂"],
  ])("%j is printed as %j", (text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it("never becomes a path that leads elsewhere", () => {
    fc.assert(
      fc.property(anyText(), (name) => {
        const fit = fitName(name);
        expect(fit).not.toMatch(/[/\\:\0]/);
        expect(["", ".", ".."]).not.toContain(fit);
        expect(fit.length).toBeLessThanOrEqual(200);
      }),
    );
  });
});

it("shows names that others gave in Azure without obeying them", () => {
  const name = "\u001b]0;owned\u0007 \u202epolicy\nok       source-vm  FORGED";
  const check = { id: "tags", result: "stop", finding: `${name} requires a tag`, remedy: `set ${name}` } as const;
  const lines = reportLines({
    ...{ schema: 1, vm: name, location: null, vmSize: name, result: "stop", costPerDay: null },
    checks: [check],
  });

  expect(lines.join("")).toMatch(/^[ -~]*$/);
  expect(lines.filter((line) => line.startsWith("ok"))).toEqual([]);
});

it("lists a folder of more files than a function has arguments, in columns", () => {
  const file = { name: "a", size: 7, modified: "2026-11-02T04:50:22.0640000Z", isDirectory: false, reparse: null };
  const lines = listingOf([...Array.from({ length: 200_000 }, () => file), { ...file, name: "b", size: 4096 }]);
  expect(lines.slice(-2)).toEqual(["file      7 2026-11-02T04:50:22Z a", "file   4096 2026-11-02T04:50:22Z b"]);
});

describe("secrets", () => {
  it("are taken out, whole or by their query, and so is every other query", () => {
    const secrets = new Secrets();
    secrets.add("https://md-1.z01.blob.storage.azure.net/a/b?sv=2018&sig=abc%2F");
    expect(secrets.redact("GET https://md-1.z01.blob.storage.azure.net/a/b?sv=2018&sig=abc%2F failed")).toBe(
      "GET [redacted] failed",
    );
    expect(secrets.redact("query sv=2018&sig=abc%2F")).toBe("query [redacted]");
    expect(secrets.redact("see https://other.example/x?sig=zzz now")).toBe(
      "see https://other.example/x?[redacted] now",
    );
  });

  it("are not everywhere when an address has none", () => {
    const secrets = new Secrets();
    secrets.add("https://store.example/dumps?");
    expect(secrets.redact("there is no dump")).toBe("there is no dump");
  });
});

describe("a plan of blocks", () => {
  const extents = fc
    .array(fc.tuple(fc.integer({ min: 1, max: 2 ** 27 }), fc.option(fc.integer({ min: 0, max: 2 ** 40 }))), {
      maxLength: 50,
    })
    .map((pieces) => {
      let offset = 0;
      return pieces.map(([length, at]) => {
        const extent = { offset, length, at };
        offset += length;
        return extent;
      });
    });

  it("covers the file byte by byte, each block inside one extent", () => {
    fc.assert(
      fc.property(extents, (list) => {
        const blocks = planBlocks(list, "identity")!;
        let index = 0;
        let inside = 0;
        for (const block of blocks) {
          const extent = list[index]!;
          expect(block.at).toBe(extent.at === null ? null : extent.at + inside);
          inside += block.length;
          expect(inside).toBeLessThanOrEqual(extent.length);
          if (inside === extent.length) [index, inside] = [index + 1, 0];
        }
        expect(index).toBe(list.length);
        expect(new Set(blocks.map((block) => block.id.length)).size).toBeLessThanOrEqual(1);
      }),
      { numRuns: 30 },
    );
  });

  it("has one id for all zeros of a length, and others for other contents", () => {
    const hole = [{ offset: 0, length: 2 ** 30, at: null }];
    expect(new Set(planBlocks(hole, "one")!.map((block) => block.id)).size).toBe(1);
    expect(planBlocks(hole, "one")![0]!.id).not.toBe(planBlocks(hole, "two")![0]!.id);
  });

  it("is refused when a blob could not hold it", () => {
    const scattered = Array.from({ length: 50_001 }, (_, index) => ({
      offset: index * 4096,
      length: 4096,
      at: index * 8192,
    }));
    expect(planBlocks(scattered, "one")).toBeNull();
    expect(planBlocks([{ offset: 0, length: 2 ** 43, at: null }], "one")!.length).toBeLessThanOrEqual(50_000);
  });
});

describe("work in pieces", () => {
  it("is answered in order, with no more under way than allowed", async () => {
    let underWay = 0;
    let most = 0;
    const work = async (index: number): Promise<number> => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setTimeout(resolve, (index * 7) % 5));
      underWay--;
      return index;
    };
    const results: number[] = [];
    for await (const index of inOrder(40, 4, new AbortController().signal, work)) results.push(index);
    expect(results).toEqual(Array.from({ length: 40 }, (_, index) => index));
    expect(most).toBe(4);
  });

  it("waits for what is under way when one piece fails", async () => {
    let underWay = 0;
    const work = async (index: number): Promise<void> => {
      underWay++;
      await new Promise((resolve) => setTimeout(resolve, index === 0 ? 1 : 20));
      underWay--;
      if (index === 0) throw new Error("broken");
    };
    const all = async (): Promise<void> => {
      for await (const _ of inOrder(10, 4, new AbortController().signal, work)) continue;
    };
    await expect(all()).rejects.toThrow("broken");
    expect(underWay).toBe(0);
  });
});

import fc from "fast-check";

import { GuestAnswerError, parseGuestAnswer } from "../../../components/internal/guest-answer";

describe("the answer of a guest script", () => {
  it("is the last line that is not empty", () => {
    const output = 'bringing disk 1 online\r\n{"schema":1,"status":"mounted","driveLetter":"F"}\r\n\r\n';

    expect(parseGuestAnswer("mount-os-disk", output)).toEqual({ schema: 1, status: "mounted", driveLetter: "F" });
  });

  it.each([
    ["nothing", undefined, "no output"],
    ["an empty output", "", "no output"],
    ["text", "collect-dump failed: disk full", "no JSON"],
    ["an answer that was cut", '"status":"collected"}', "no JSON"],
    ["a list", "[1]", "no object"],
    ["null", "null", "no object"],
    ["another schema", '{"schema":2,"status":"x"}', "schema 2"],
    ["no schema", '{"status":"x"}', "schema undefined"],
    ["no status", '{"schema":1}', "no status"],
  ])("refuses %s with the line and the reason", (_name, output, reason) => {
    const parse = () => parseGuestAnswer("collect-dump", output);

    expect(parse).toThrow(GuestAnswerError);
    expect(parse).toThrow(reason);
    expect(parse).toThrow(/^collect-dump must answer .* read the whole output with: az vm run-command show/);
  });

  it("cannot drive the terminal that shows it, nor can a line that is none", () => {
    const why = "\u001b]0;owned\u0007 \u202egpj.exe \ud800 日本語";
    const searched = [{ path: "F:\\\u001b[2J", found: true, why }];
    const answer = parseGuestAnswer("collect-dump", JSON.stringify({ schema: 1, status: "not-found", searched }));

    expect(answer.searched).toEqual([
      { path: "F:\\\\u{1B}[2J", found: true, why: "\\u{1B}]0;owned\\u{7} \\u{202E}gpj.exe \\u{D800} 日本語" },
    ]);
    expect(() => parseGuestAnswer("collect-dump", why)).toThrow("\\u{1B}]0;owned");
    expect(() => parseGuestAnswer("collect-dump", "x".repeat(10_000))).toThrow(/got "x{500}…"/);
  });

  it("is an answer or a GuestAnswerError, whatever the output", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (output) => {
        try {
          expect(typeof parseGuestAnswer("mount-os-disk", output).status).toBe("string");
        } catch (error) {
          expect(error).toBeInstanceOf(GuestAnswerError);
        }
      }),
    );
  });
});

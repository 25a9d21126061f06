import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { CachedSource, openDiskImage, openUrl, OutOfRangeError, ReadError, type UrlOptions } from "../../disk";
import { retryDelay } from "../../disk/sources/http-answer";
import { sharedBytes } from "./support/samples";

const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 31 + (index >> 9)) & 0xff));
const query = "sv=2018-03-28&sr=b&sig=do-not-show-me";

type Handler = (
  request: IncomingMessage,
  response: ServerResponse,
  range: { start: number; end: number },
  count: number,
) => void;

let server: Server;
let handler: Handler;
let count: number;
let content: Buffer;
let ranges: { start: number; end: number }[];

beforeAll(async () => {
  server = createServer((request, response) => {
    const match = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "")!;
    const range = { start: Number(match[1]), end: Math.min(Number(match[2]), content.length - 1) };
    ranges.push(range);
    handler(request, response, range, count++);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  handler = answer;
  content = bytes;
  count = 0;
  ranges = [];
});

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  range: { start: number; end: number },
  _count = 0,
  etag = '"one"',
): void {
  const wanted = request.headers["if-match"];
  if (wanted !== undefined && wanted !== etag) {
    response.writeHead(412).end();
    return;
  }
  response.writeHead(206, { "content-range": `bytes ${range.start}-${range.end}/${content.length}`, etag });
  response.end(content.subarray(range.start, range.end + 1));
}

function open(options: UrlOptions = {}): ReturnType<typeof openUrl> {
  const { port } = server.address() as AddressInfo;
  return openUrl(`http://127.0.0.1:${port}/disk.vhd?${query}`, { retries: 2, ...options });
}

async function expectError(work: Promise<unknown>, message: RegExp): Promise<void> {
  const error: unknown = await work.then(
    () => null,
    (one: unknown) => one,
  );
  expect(error).toBeInstanceOf(ReadError);
  expect((error as Error).message).toMatch(message);
  expect((error as Error).message).toMatch(/^Cannot read http:\/\/127\.0\.0\.1:\d+\/disk\.vhd: /);
  expect(JSON.stringify([error, (error as Error).message, (error as Error).stack])).not.toContain("do-not-show-me");
}

/** Fails some requests after the first, then answers. */
function failing(failures: number, fail: Handler): Handler {
  return (request, response, range, number) => {
    if (number >= 1 && number <= failures) fail(request, response, range, number);
    else answer(request, response, range);
  };
}

describe("openUrl", () => {
  it("answers any range with its bytes", async () => {
    const source = await open();
    expect(source.size).toBe(bytes.length);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length), fc.nat(bytes.length), async (offset, length) => {
        const part = Math.min(length, bytes.length - offset);
        expect(Buffer.compare(await source.read(offset, part), bytes.subarray(offset, offset + part))).toBe(0);
      }),
      { numRuns: 40 },
    );
    await expect(source.read(bytes.length, 1)).rejects.toThrow(OutOfRangeError);
  });

  it("takes one request for what a triage reads first, and none twice", async () => {
    const cached = new CachedSource(await open());
    await cached.read(0, 512);
    await cached.read(4096, 4096);
    expect(ranges).toStrictEqual([{ start: 0, end: 65_535 }]);
  });

  it("opens what is shorter than the first request", async () => {
    content = bytes.subarray(0, 700);
    const source = await open();
    expect([source.size, (await source.read(699, 1))[0]]).toStrictEqual([700, bytes[699]]);
  });

  it("reads a disk", async () => {
    content = sharedBytes("gen1-no-dump");
    const image = await openDiskImage(await open());
    expect(image.partitions.map((partition) => partition.fileSystem)).toStrictEqual(["ntfs", "ntfs"]);
  });

  it.each<[string, Handler]>([
    ["503", (_request, response) => response.writeHead(503, { "retry-after": "0" }).end()],
    ["429", (_request, response) => response.writeHead(429, { "retry-after": "0" }).end()],
    ["a closed connection", (request) => request.socket.destroy()],
    [
      "half an answer",
      (_request, response, range) => {
        response.writeHead(206, { "content-range": `bytes ${range.start}-${range.end}/${content.length}` });
        response.write(content.subarray(range.start, range.start + 1000), () => response.destroy());
      },
    ],
  ])("gets over %s", async (_, fail) => {
    handler = failing(2, fail);
    const source = await open();
    expect(Buffer.compare(await source.read(100_000, 90_000), bytes.subarray(100_000, 190_000))).toBe(0);
  });

  it("goes on where an answer ended that stalled in the middle", async () => {
    handler = failing(1, (_request, response, range) => {
      response.writeHead(206, { "content-range": `bytes ${range.start}-${range.end}/${content.length}` });
      response.write(content.subarray(range.start, range.start + 7000));
    });
    const source = await open({ stallTimeout: 200 });
    expect(Buffer.compare(await source.read(100_000, 90_000), bytes.subarray(100_000, 190_000))).toBe(0);
    expect(ranges.slice(1)).toStrictEqual([
      { start: 100_000, end: 189_999 },
      { start: 107_000, end: 189_999 },
    ]);
  });

  it("takes no more than it asked for, whatever else is in the body", async () => {
    handler = failing(1, (_request, response, range) => {
      response.writeHead(206, { "content-range": `bytes ${range.start}-${range.end}/${content.length}` });
      response.end(Buffer.concat([content.subarray(range.start, range.end + 1), Buffer.alloc(50_000, 0xee)]));
    });
    const source = await open();
    expect(Buffer.compare(await source.read(100_000, 90_000), bytes.subarray(100_000, 190_000))).toBe(0);
  });

  it("goes on where a broken answer ended, and does not ask for those bytes again", async () => {
    handler = failing(1, (_request, response, range) => {
      response.writeHead(206, { "content-range": `bytes ${range.start}-${range.end}/${content.length}` });
      response.write(content.subarray(range.start, range.start + 5000), () => setTimeout(() => response.destroy(), 20));
    });
    const source = await open();
    await source.read(100_000, 90_000);
    expect(ranges.at(-1)).toStrictEqual({ start: 105_000, end: 189_999 });
  });

  it.each<[string, Handler, RegExp]>([
    ["knows no ranges", (_request, response) => response.writeHead(200).end(content), /knows no ranges/],
    ["has nothing", (_request, response) => response.writeHead(404).end(), /404/],
    ["refuses", (_request, response) => response.writeHead(403).end(), /refused \(403\).*signature expired/],
    [
      "sends another part",
      (_request, response, range) =>
        response.writeHead(206, { "content-range": `bytes ${range.start + 1}-${range.end}/${content.length}` }).end(),
      /sent bytes 1 to/,
    ],
    [
      "sends more than was asked for",
      (_request, response, range) =>
        response.writeHead(206, { "content-range": `bytes ${range.start}-${range.end + 1}/${content.length}` }).end(),
      /sent bytes 0 to 65536 instead of 0 to 65535/,
    ],
    [
      "does not say how long the whole is",
      (_request, response, range) =>
        response.writeHead(206, { "content-range": `bytes ${range.start}-${range.end}/*` }).end(),
      /without saying which/,
    ],
    ["has an empty blob", (_request, response) => response.writeHead(416).end(), /no bytes there \(416\)/],
    ["does not say which part it sends", (_request, response) => response.writeHead(206).end(), /without saying which/],
    [
      "stays away",
      (_request, response) => response.writeHead(503, { "retry-after": "0" }).end(),
      /503; gave up after 2/,
    ],
    ["never sends a byte", () => undefined, /stalled; gave up/],
  ])("says why, when the server %s", async (_, fail, message) => {
    handler = fail;
    await expectError(open({ stallTimeout: 50 }), message);
  });

  it.each<[string, Handler, RegExp]>([
    ["the signature expires", (_request, response) => response.writeHead(403).end(), /signature expired/],
    [
      "the blob is written to",
      (request, response, range) => answer(request, response, range, 0, '"two"'),
      /changed while it was read/,
    ],
    [
      "the blob is written to, and the server does not heed If-Match",
      (_request, response, range) =>
        response
          .writeHead(206, {
            "content-range": `bytes ${range.start}-${range.end}/${content.length}`,
            etag: '"two"',
          })
          .end(content.subarray(range.start, range.end + 1)),
      /changed while it was read/,
    ],
    [
      "the blob is made longer by a server that knows no versions",
      (_request, response, range) =>
        response.writeHead(206, { "content-range": `bytes ${range.start}-${range.end}/${content.length + 1}` }).end(),
      /changed while it was read: it had 300000 bytes, and has 300001/,
    ],
  ])("says why, when %s in the middle", async (_, later, message) => {
    handler = failing(100, later);
    const source = await open();
    await expectError(source.read(100_000, 10), message);
  });

  it.each([
    ["as long as the server asks for", 1, "7", 7000],
    ["until the moment that the server names", 1, "Fri, 30 Oct 2026 02:14:46 GMT", 9000],
    ["not at all when that moment is past", 1, "Fri, 30 Oct 2026 02:14:30 GMT", 0],
    ["half a minute at most", 1, "3600", 30_000],
    ["twice as long each time when it asks for nothing", 4, null, 1600],
    ["twice as long each time when it asks for nonsense", 4, "soon", 1600],
  ])("waits before another try %s", (_, failures, retryAfter, expected) => {
    const clock = jest.spyOn(Date, "now").mockReturnValue(Date.parse("2026-10-30T02:14:37Z"));
    expect(retryDelay(failures, retryAfter)).toBe(expected);
    clock.mockRestore();
  });

  it("keeps no more requests under way than it may", async () => {
    let running = 0;
    let most = 0;
    handler = (request, response, range) => {
      most = Math.max(most, ++running);
      setTimeout(() => {
        running--;
        answer(request, response, range);
      }, 5);
    };
    const source = await open({ inFlight: 3 });
    await Promise.all(Array.from({ length: 12 }, (_, index) => source.read(100_000 + index * 1000, 1000)));
    expect(most).toBe(3);
  });

  it("ends when it is told to", async () => {
    const controller = new AbortController();
    const source = await open({ signal: controller.signal });
    handler = () => controller.abort();
    await expectError(source.read(100_000, 10), /interrupted/);
  });

  it("refuses what is no URL without showing it", async () => {
    await expect(openUrl(`disk.vhd?${query}`)).rejects.toThrow("The address is no http or https URL.");
  });
});

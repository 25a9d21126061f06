import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** An HTTP server of one file that knows ranges. */
export interface RangeServer {
  readonly url: string;
  /** Ranges that were asked for, in order. */
  readonly ranges: { readonly start: number; readonly length: number }[];
  /** Called before an answer; a test may wait in it. */
  delay: (start: number) => Promise<void>;
  stop(): void;
}

/** Starts a server of the bytes, at an address that ends in a query. */
export async function startRangeServer(bytes: Uint8Array, query: string): Promise<RangeServer> {
  const ranges: { start: number; length: number }[] = [];
  const control = { delay: (_start: number): Promise<void> => Promise.resolve() };
  const server: Server = createServer((request, response) => {
    const match = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "")!;
    const start = Number(match[1]);
    const end = Math.min(Number(match[2]), bytes.length - 1);
    ranges.push({ start, length: end - start + 1 });
    void control.delay(start).then(() => {
      response.writeHead(206, { "content-range": `bytes ${start}-${end}/${bytes.length}`, etag: '"one"' });
      response.end(bytes.subarray(start, end + 1));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(control, {
    url: `http://127.0.0.1:${port}/disk.vhd?${query}`,
    ranges,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  });
}

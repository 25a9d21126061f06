import { createHash } from "node:crypto";

import type { ByteSource } from "../../../disk";
import { REQUESTS_AT_ONCE, UploadRefusedError, type Flight, type StoreSession } from "./store-session";
import type { Outcome } from "./store-request";

const MEBIBYTE = 1024 ** 2;
const MINIMUM_BLOCK = 8 * MEBIBYTE;
const MOST_BLOCKS = 50_000;
const MOST_IN_MEMORY = 64 * MEBIBYTE;
const ROUNDS_AT_MOST = 3;

/** Uploads bytes as a block blob, as the script does: what is there already is not sent again. Gives their SHA-256. */
export async function uploadFile(
  session: StoreSession,
  source: ByteSource,
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<string> {
  const { say } = session.context;
  for (let round = 1; ; round++) {
    const before = await storedBlob(session, url);
    if (before.sha256 !== null && before.size === source.size && before.sha256 === (await sha256Of(source))) {
      say(`${url} is there already, with the same hash`);
      return before.sha256;
    }
    const { sha256, ids } = await sendBlocks(session, source, url, await waitingBlocks(session, url, source.size));
    const outcome = await sendBlockList(session, url, ids, { ...headers, "x-ms-meta-sha256": sha256 });
    if (outcome.status === 201) return verified(session, url, source.size, sha256);
    // The blocks are gone: another run has made the blob meanwhile, or a week has passed.
    if (outcome.code !== "InvalidBlockList" || round >= ROUNDS_AT_MOST) session.refuse(outcome);
    say("the store has no longer all blocks; once more from the start");
  }
}

async function verified(session: StoreSession, url: string, size: number, sha256: string): Promise<string> {
  const { text } = session.context;
  const there = await storedBlob(session, url);
  if (there.size === size && there.sha256 === sha256) return sha256;
  throw new UploadRefusedError(text("refused-different", url), [text("refused-different-next")]);
}

/** Size and hash of a blob; size -1 when it is not there. */
async function storedBlob(session: StoreSession, url: string): Promise<{ size: number; sha256: string | null }> {
  const outcome = await session.send({ method: "HEAD", url }, [200, 404]);
  const { headers, status, code } = outcome;
  if (status === 200)
    return { size: Number(headers["content-length"]), sha256: headers["x-ms-meta-sha256"]?.toString() ?? null };
  if (code !== "" && code !== "BlobNotFound") session.refuse(outcome);
  return { size: -1, sha256: null };
}

/** Sizes of the blocks that an earlier run left in the store, by id. */
async function waitingBlocks(session: StoreSession, url: string, size: number): Promise<ReadonlyMap<string, number>> {
  if (size <= MINIMUM_BLOCK) return new Map();
  const query = "?comp=blocklist&blocklisttype=uncommitted";
  const { body } = await session.send({ method: "GET", url: url + query }, [200, 404]);
  const found = body.matchAll(/<Block>\s*<Name>([^<]+)<\/Name>\s*<Size>(\d+)<\/Size>\s*<\/Block>/g);
  const blocks = new Map([...found].map(([, id = "", bytes]) => [id, Number(bytes)]));
  if (blocks.size > 0) {
    session.context.say(`an earlier run left ${blocks.size} blocks in the store; those that fit are not sent again`);
  }
  return blocks;
}

/** Bytes of each block of a file: as few as 50,000 blocks, the most that a blob may have, allow. */
export function blockSizeOf(size: number): number {
  const least = Math.ceil(Math.ceil(size / MOST_BLOCKS) / MEBIBYTE) * MEBIBYTE;
  return Math.max(1, Math.min(size, Math.max(MINIMUM_BLOCK, least)));
}

async function sendBlocks(
  session: StoreSession,
  source: ByteSource,
  url: string,
  waiting: ReadonlyMap<string, number>,
): Promise<{ sha256: string; ids: readonly string[] }> {
  const blockSize = blockSizeOf(source.size);
  const atOnce = Math.max(1, Math.min(REQUESTS_AT_ONCE, Math.floor(MOST_IN_MEMORY / blockSize)));
  const hash = createHash("sha256");
  const ids: string[] = [];
  const flights = new Set<Flight>();
  for (let at = 0; at < source.size; at += blockSize) {
    const body = await source.read(at, Math.min(blockSize, source.size - at));
    hash.update(body);
    const md5 = createHash("md5").update(body).digest();
    const id = blockId(ids.length, md5);
    ids.push(id);
    if (waiting.get(id) === body.length) continue;
    const headers = { "content-type": "application/octet-stream", "content-md5": md5.toString("base64") };
    const query = `?comp=block&blockid=${encodeURIComponent(id)}`;
    flights.add(await session.start({ method: "PUT", url: url + query, headers, body }));
    while (flights.size >= atOnce) await waitForOne(session, flights);
  }
  while (flights.size > 0) await waitForOne(session, flights);
  return { sha256: hash.digest("hex"), ids };
}

/** Waits until a block has landed or was refused. What was refused is sent again, after a wait for all of it. */
async function waitForOne(session: StoreSession, flights: Set<Flight>): Promise<void> {
  await Promise.race([...flights].map(({ landing }) => landing));
  const refused: Flight[] = [];
  for (const flight of flights) {
    if (!flight.outcome) continue;
    if (flight.outcome.status === 201) session.setAnswered();
    else refused.push(flight);
    flights.delete(flight);
  }
  const last = refused.at(-1);
  if (last) await session.waitAfter(last);
  for (const { request } of refused) flights.add(await session.start(request));
}

/** Of the place and the content, so that a block of another file is never taken for this. */
function blockId(index: number, md5: Buffer): string {
  return Buffer.from(`${String(index).padStart(6, "0")}-${md5.toString("hex").toUpperCase()}`).toString("base64");
}

/** Until this request no blob is there: a file is whole in the store, or absent. */
function sendBlockList(
  session: StoreSession,
  url: string,
  ids: readonly string[],
  metadata: Readonly<Record<string, string>>,
): Promise<Outcome> {
  const list = ids.map((id) => `<Latest>${id}</Latest>`).join("");
  const body = Buffer.from(`<?xml version="1.0" encoding="utf-8"?><BlockList>${list}</BlockList>`);
  const headers = { ...metadata, "content-type": "application/xml" };
  return session.send({ method: "PUT", url: `${url}?comp=blocklist`, headers, body }, [201, 400]);
}

async function sha256Of(source: ByteSource): Promise<string> {
  const hash = createHash("sha256");
  for (let at = 0; at < source.size; at += MINIMUM_BLOCK) {
    hash.update(await source.read(at, Math.min(MINIMUM_BLOCK, source.size - at)));
  }
  return hash.digest("hex");
}

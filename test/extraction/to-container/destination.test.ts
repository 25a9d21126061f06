import { createHash } from "node:crypto";
import { MemorySource } from "../../../disk";
import type { Item } from "../../../extraction/items/item";
import { copyToContainer, IfThere, type ContainerCopy } from "../../../extraction/to-container/copy-to-container";
import { Destination } from "../../../extraction/to-container/destination";
import { whenAllowed } from "../../../extraction/to-container/when-allowed";
import { putTogether, refuse, startBlobServer, type BlobServer } from "./support/blob-server";

let server: BlobServer;
let destination: Destination;

beforeEach(async () => {
  server = await startBlobServer();
  destination = new Destination(server.container, "MEMORY.DMP", null);
});
afterEach(() => server.stop());

const bytes = Buffer.from("a dump.");
const item: Item = {
  ...{ path: "C:\\Windows\\MEMORY.DMP", name: "MEMORY.DMP", content: new MemorySource(bytes) },
  ...{ extents: null, identity: "this crash", bugCheck: null },
};

const copy = (): ContainerCopy => ({
  ...{ item, destination, source: null, ifThere: IfThere.Refuse, hash: false, signal: new AbortController().signal },
  ...{ onNote: () => undefined, onProgress: () => undefined },
});

/** Refuses the next requests to look at the blob: their answers have no body. */
function refuseHead(code: string, status: number, times = Infinity): void {
  let left = times;
  server.intercept = ({ method }, response) => {
    if (method !== "HEAD" || left-- <= 0) return "pass";
    refuse(response, status, code);
    return undefined;
  };
}

describe("the right to write", () => {
  it("is waited for while it is new", async () => {
    refuseHead("AuthorizationPermissionMismatch", 403, 2);
    let waits = 0;
    await whenAllowed(destination, () => waits++, { total: 60_000, pause: 1 });
    expect([waits, server.requests]).toEqual([2, ["HEAD blob", "HEAD blob", "HEAD blob"]]);
  });

  it("is not waited for longer than it takes to be known, nor when another thing is the matter", async () => {
    refuseHead("AuthorizationPermissionMismatch", 403);
    const short = whenAllowed(destination, () => undefined, { total: -1, pause: 1 });
    await expect(short).rejects.toThrow("403 AuthorizationPermissionMismatch You need the role Storage Blob Data");
    refuseHead("AuthorizationFailure", 403);
    await expect(whenAllowed(destination, () => undefined)).rejects.toThrow("403 AuthorizationFailure");
  });

  it("is enough to copy, without the right to read", async () => {
    refuseHead("AuthorizationPermissionMismatch", 403);
    expect(await copyToContainer(copy())).toMatchObject({ way: "client" });
    expect([...server.store.blocks.values()]).toEqual([bytes]);
  });
});

it("says that there is no container before it copies anything", async () => {
  refuseHead("ContainerNotFound", 404);
  await expect(copyToContainer(copy())).rejects.toThrow("Make the container first.");
  expect(server.requests).toEqual(["HEAD blob"]);
});

it("goes on through this machine with the blocks that an interrupted copy sent", async () => {
  const content = new MemorySource(Buffer.alloc(20 * 1024 * 1024, "dump"));
  const large = { ...copy(), item: { ...item, content } };
  let blocks = 0;
  server.intercept = ({ url }, response) => {
    if (!/comp=block(&|$)/.test(url!) || ++blocks < 3) return "pass";
    refuse(response, 403, "AuthorizationFailure");
    return undefined;
  };
  await expect(copyToContainer(large)).rejects.toThrow("403 AuthorizationFailure");
  const sent = server.store.blocks.size;
  server.requests.length = 0;

  server.intercept = () => "pass";
  const { sha256 } = await copyToContainer(large);
  expect([sent, server.requests.filter((request) => request === "PUT block")]).toEqual([2, ["PUT block"]]);
  expect(sha256).toBe(
    createHash("sha256")
      .update(await content.read(0, content.size))
      .digest("hex"),
  );
});

describe("a last request whose answer is lost", () => {
  const loseAnswer = (identity: string): void => {
    let isLost = false;
    server.intercept = (request, response, store) => {
      if (isLost || !request.url!.includes("comp=blocklist") || request.method !== "PUT") return "pass";
      isLost = true;
      putTogether(request, store);
      store.metadata = { ...store.metadata, identity };
      response.destroy();
      return undefined;
    };
  };

  it("is repeated, and the blob that it made is not in its own way", async () => {
    loseAnswer(item.identity);
    expect(await copyToContainer(copy())).toMatchObject({ way: "client" });
    const commits = server.requests.filter((request) => request === "PUT blocklist");
    expect(commits).toHaveLength(2);
  });

  it("fails when another one made the blob meanwhile", async () => {
    loseAnswer("another crash");
    await expect(copyToContainer(copy())).rejects.toThrow("409 BlobAlreadyExists: Refused. Somebody else wrote it");
  });
});

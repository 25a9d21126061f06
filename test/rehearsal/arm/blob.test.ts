import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { readVhdFooter } from "../../../disk/vhd-footer";
import { decideAccess, type Authority } from "../../../rehearsal/arm/blob/access";
import { parseBlobRequest } from "../../../rehearsal/arm/blob/blob-request";
import { dataRanges } from "../../../rehearsal/arm/blob/data-ranges";
import { makeVhdFooter } from "../../../rehearsal/arm/blob/vhd-footer";

const folder = mkdtempSync(path.join(os.tmpdir(), "azure-repair-kit-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** qemu-img, as a reader of VHD files that is not ours. */
const qemuImg = (() => {
  try {
    execFileSync("qemu-img", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

function request(method: string, url: string, headers: Record<string, string> = {}): IncomingMessage {
  return { method, url, headers } as unknown as IncomingMessage;
}

describe("the footer of a VHD", () => {
  it("states the size it was made for, with a checksum that fits", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 ** 32 }),
        fc.date({ min: new Date("2001-01-01"), max: new Date("2100-01-01"), noInvalidDate: true }),
        (sectors, created) => {
          const footer = makeVhdFooter(sectors * 512, randomBytes(16), created);
          expect(footer).toHaveLength(512);
          expect(readVhdFooter(footer)).toBe(BigInt(sectors) * 512n);
        },
      ),
    );
  });

  if (!qemuImg) console.warn("qemu-img is not on PATH: the footer is not checked against it");
  (qemuImg ? it : it.skip)("is one that qemu-img reads", () => {
    const file = path.join(folder, "empty.vhd");
    const size = 127 * 2 ** 30;
    writeFileSync(file, "");
    truncateSync(file, size);
    writeFileSync(file, makeVhdFooter(size, randomBytes(16), new Date()), { flag: "a" });
    const info = JSON.parse(execFileSync("qemu-img", ["info", "-f", "vpc", "--output=json", file]).toString());
    expect(info["virtual-size"]).toBe(size);
  });
});

describe("the map of a disk file", () => {
  it("covers every byte that is not zero, and leaves zeros out", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: 0, max: 5 * 2 ** 20 - 1 }), { maxLength: 6 }),
        async (written) => {
          const bytes = Buffer.alloc(5 * 2 ** 20);
          written.forEach((offset) => (bytes[offset] = 1));
          const file = path.join(folder, "map");
          writeFileSync(file, bytes);
          const handle = await open(file);
          const ranges = await dataRanges(handle, bytes.length);
          await handle.close();
          const covered = (offset: number) =>
            ranges.some(({ start, length }) => offset >= start && offset < start + length);
          expect(written.every(covered)).toBe(true);
          expect(ranges.reduce((sum, { length }) => sum + length, 0)).toBeLessThanOrEqual(written.length * 65_536);
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe("a request to the blob service", () => {
  it("is read whatever it is, or refused as no address", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string({ minLength: 1 }), fc.string(), (method, url, header, value) => {
        try {
          const parsed = parseBlobRequest(request(method, `/${url}`, { authorization: value, "x-ms-version": header }));
          expect(typeof parsed.account).toBe("string");
        } catch (error) {
          expect(error).toBeInstanceOf(URIError);
        }
      }),
    );
  });

  it.each([
    ["GET", "/a?comp=list", "containers/read"],
    ["POST", "/a?restype=service&comp=userdelegationkey", "generateUserDelegationKey/action"],
    ["PUT", "/a/c?restype=container", "containers/write"],
    ["DELETE", "/a/c?restype=container", "containers/delete"],
    ["GET", "/a/c?restype=container&comp=list", "blobs/read"],
    ["HEAD", "/a/c/b", "blobs/read"],
    ["PUT", "/a/c/b?comp=block&blockid=x", "blobs/write"],
    ["DELETE", "/a/c/d/e/f", "blobs/delete"],
    ["PUT", "/a/c/b?comp=tags", "blobs/tags/write"],
  ])("%s %s needs %s", (method, url, right) => {
    expect(parseBlobRequest(request(method, url)).right.name.endsWith(right)).toBe(true);
  });

  it("means the same to us as to Azurite, which decodes before it splits", () => {
    expect(parseBlobRequest(request("GET", "/acc%31/%64umps%2Fx"))).toMatchObject({
      account: "acc1",
      container: "dumps",
    });
  });
});

describe("access", () => {
  const authority: Authority = {
    authorizationUri: "https://localhost/login",
    account: () => undefined,
    authenticate: (token) =>
      token === "good"
        ? { audience: "https://storage.azure.com", objectId: "me" }
        : token === "mine"
          ? { audience: "https://other.blob.core.windows.net", objectId: "me" }
          : undefined,
    allows: () => true,
  };
  const account = { id: "/a", allowSharedKeyAccess: true, allowBlobPublicAccess: false, openToNetwork: true };

  it.each([
    ["a token", { authorization: "Bearer good", "x-ms-version": "2021-12-02" }, true, undefined],
    ["a token without x-ms-version", { authorization: "Bearer good" }, false, "AuthenticationFailed"],
    [
      "a token for another account",
      { authorization: "Bearer mine", "x-ms-version": "2021-12-02" },
      false,
      "InvalidAuthenticationInfo",
    ],
    ["nothing", {}, false, "NoAuthenticationInformation"],
    ["a key", { authorization: "SharedKey a:b" }, true, undefined],
  ])("with %s", (_with, headers, allowed, code) => {
    const decision = decideAccess(parseBlobRequest(request("GET", "/acc/c/b", headers)), account, authority);
    expect(decision.allowed).toBe(allowed);
    if (!decision.allowed) expect(decision.error.code).toBe(code);
  });
});

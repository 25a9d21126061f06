import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
  INTERNAL_ERROR,
  PERMISSION_MISMATCH,
  SERVER_BUSY,
  startBlobPlane,
  type BlobAuditRecord,
  type BlobPlane,
} from "../../../rehearsal/arm/blob";
import { makeServerCertificate } from "../../../rehearsal/arm/certificates";
import { Tokens } from "../../../rehearsal/arm/tokens";
import type { Guest, GuestMachine } from "../../../rehearsal/guest";
import { startGuest } from "../../../rehearsal/guest/start";
import { Mounts } from "../../../rehearsal/guest/windows/mounts";
import { sha256 } from "../../disk/support/hash";
import { fixture } from "./support/disk";
import { machineWith } from "./support/machine";
import { answerOf, collect, itInPowershell, mount, POWERSHELL } from "./support/run";

jest.setTimeout(60_000);

const AUDIENCE = "https://storage.azure.com/";
const BLOCKS = /^PUT .* comp=block$/;
const BLOCK_LIST = /^PUT .* comp=blocklist$/;

let [folder, plane] = ["", null! as BlobPlane];
let guests: Readonly<Record<"model" | "powershell", Guest>>;
let caFile = "";
const tokens = new Tokens(randomUUID());
/** The first token that was given, and the same once the store takes it no more, though its time is not over. */
let [first, revoked] = ["", ""];
const audit: BlobAuditRecord[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "guest-azurite-"));
  const certificate = await makeServerCertificate();
  caFile = join(folder, "ca.pem");
  await writeFile(caFile, certificate.ca);
  plane = await startBlobPlane({
    certificate,
    authority: {
      account: () => ({
        id: "/account",
        allowSharedKeyAccess: false,
        allowBlobPublicAccess: false,
        openToNetwork: true,
      }),
      authenticate: (token) => (token === revoked ? undefined : tokens.read(token)),
      allows: () => true,
      authorizationUri: "https://login.example",
    },
    record,
    onContainer: () => undefined,
  });
  plane.addAccount("account");
  const options = { workFolder: folder, mounts: new Mounts(), secondsFactor: 0.001 };
  guests = {
    model: await startGuest({ ...options, powershell: null }),
    powershell: await startGuest({ ...options, powershell: POWERSHELL }),
  };
});
afterAll(async () => {
  await Promise.all([guests.model.stop(), guests.powershell.stop(), plane.stop()]);
  await rm(folder, { recursive: true });
});

/** Revokes the first token once a block has landed. */
function record(line: BlobAuditRecord): void {
  audit.push(line);
  if (line.method === "PUT" && line.status === 201) revoked = first;
}

describe.each(["model", "powershell"] as const)("in %s", (where) => {
  const test = where === "model" ? it : itInPowershell;

  test("a dump arrives whole in Azurite, whatever goes wrong on the way", async () => {
    await plane.createContainer("account", where);
    plane.faults.add({ fault: PERMISSION_MISMATCH, times: 3 });
    plane.faults.add({ fault: { kind: "reset" }, times: 1, requests: BLOCKS });
    plane.faults.add({ fault: INTERNAL_ERROR, times: 1, after: 1, requests: BLOCKS });
    plane.faults.add({ fault: INTERNAL_ERROR, times: 1, requests: BLOCK_LIST });
    plane.faults.add({ fault: SERVER_BUSY, times: 1, after: 1, requests: BLOCK_LIST });
    let given = 0;
    const token: GuestMachine["token"] = (resource) => {
      const issued = tokens.issue(AUDIENCE, { objectId: "identity", clientId: "client" });
      if (given++ === 0) first = issued.token;
      return Promise.resolve({ access_token: issued.token, expires_on: String(issued.expiresOn), resource });
    };
    const machine = machineWith(fixture("dump"), { caFile, token });
    const { windowsRoot } = answerOf(await mount(guests.model, machine));

    const result = await collect(guests[where], machine, `${plane.endpoint}/account/${where}`, windowsRoot);

    const answer = answerOf(result);
    expect(given).toBe(2);
    expect(answer).toMatchObject({ status: "collected", reason: null });
    const blob = plane.client("account").getContainerClient(where).getBlobClient("vm1/run 1/MEMORY.DMP");
    const bytes = await blob.downloadToBuffer();
    expect([bytes.length, sha256(bytes)]).toEqual([answer.dumpSize, answer.dumpSha256]);
    const { metadata = {} } = await blob.getProperties();
    expect(metadata).toMatchObject({ sha256: answer.dumpSha256, bugcheck: "0xC000021A" });
    const statuses = audit.filter(({ path }) => path.includes(`/${where}/`)).map(({ status }) => status);
    // 0: the connection was reset.
    expect(statuses).toEqual(expect.arrayContaining([0, 401, 403, 500, 503, 201]));
  });
});

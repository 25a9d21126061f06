import {
  absenceExplained,
  dumpIsTheFile,
  noProblems,
  noSecretReadable,
  onlyEvidenceLeft,
  policiesKept,
  secondUpIsEmpty,
  sourceDiskUnchanged,
  sourceNotWrittenTo,
} from "../../rehearsal/checks";

const group = "/subscriptions/s/resourceGroups/web";
const vm = `${group}/providers/Microsoft.Compute/virtualMachines/web01`;
const read = { method: "GET", path: vm, status: 200 };

describe("sourceNotWrittenTo", () => {
  it("passes when the source is only read and the kit writes elsewhere", () => {
    const elsewhere = { method: "PUT", path: "/subscriptions/s/resourceGroups/web-repair", status: 201 };

    expect(sourceNotWrittenTo([read, elsewhere], group).passed).toBe(true);
  });

  it.each([
    ["a PUT on the VM", { method: "PUT", path: vm, status: 200 }],
    ["a refused DELETE", { method: "DELETE", path: vm, status: 403 }],
    ["a POST action", { method: "POST", path: `${vm}/deallocate`, status: 202 }],
    ["another spelling of the group", { method: "PATCH", path: vm.toUpperCase(), status: 200 }],
    ["a write to the group itself", { method: "PATCH", path: group, status: 200 }],
  ])("fails on %s and names it", (_, request) => {
    const check = sourceNotWrittenTo([read, request], group);

    expect(check.passed).toBe(false);
    expect(check.detail).toContain(`${request.method} ${request.path} (${request.status})`);
  });

  it("fails on an empty audit log, which proves nothing", () => {
    expect(sourceNotWrittenTo([], group).passed).toBe(false);
  });
});

describe("onlyEvidenceLeft", () => {
  const dumps = "/subscriptions/s/resourceGroups/web01-dumps";
  const account = `${dumps}/providers/Microsoft.Storage/storageAccounts/web01dumps`;

  it("passes when one storage account in its own group is new", () => {
    expect(onlyEvidenceLeft([group, vm], [vm, group.toUpperCase(), dumps, account], true).passed).toBe(true);
  });

  it.each([
    [
      "a repair VM is left",
      [group, vm, dumps, account, `${dumps}/providers/Microsoft.Compute/virtualMachines/r`],
      true,
    ],
    [
      "a second resource group is left",
      [group, vm, dumps, account, "/subscriptions/s/resourceGroups/web01-repair"],
      true,
    ],
    ["the evidence is gone", [group, vm], true],
    ["evidence is left that should not be kept", [group, vm, dumps, account], false],
    ["something of the user's is gone", [group, dumps, account], true],
  ])("fails when %s", (_, after, keepsEvidence) => {
    expect(onlyEvidenceLeft([group, vm], after, keepsEvidence).passed).toBe(false);
  });
});

describe("the other checks", () => {
  it("compare the source disk's hash before and after", () => {
    expect(sourceDiskUnchanged("a", "a").passed).toBe(true);
    expect(sourceDiskUnchanged("a", "b").passed).toBe(false);
  });

  it("want disk, store and outputs to tell one hash", () => {
    expect(dumpIsTheFile(["other", "a"], "a", "a").passed).toBe(true);
    expect(dumpIsTheFile(["a"], "b", "a").passed).toBe(false);
    expect(dumpIsTheFile(["a"], "a", null).passed).toBe(false);
  });

  it("want a second up without changes, and some resources in it", () => {
    expect(secondUpIsEmpty({ same: 20 }).passed).toBe(true);
    expect(secondUpIsEmpty({ same: 20, update: 1 }).passed).toBe(false);
    expect(secondUpIsEmpty({}).passed).toBe(false);
  });

  it("want a missing dump explained", () => {
    const explained = { dumpStatus: "not-found", searched: [{ path: "C:\\x" }], nextSteps: ["enable dumps"] };

    expect(absenceExplained(explained).passed).toBe(true);
    expect(absenceExplained({ ...explained, nextSteps: [] }).passed).toBe(false);
    expect(absenceExplained({ ...explained, searched: [] }).passed).toBe(false);
    expect(absenceExplained({ dumpStatus: "booted-from-copy", searched: null, nextSteps: ["x"] }).passed).toBe(true);
  });

  it("fail on any problem of the simulated Azure", () => {
    expect(noProblems([]).passed).toBe(true);
    expect(noProblems(["GET /nowhere: 501"]).passed).toBe(false);
  });
});

describe("noSecretReadable", () => {
  const looked = { secrets: 3, files: 10, commandLines: 5, leaks: [] };

  it("passes when secrets were looked for and none was found", () => {
    expect(noSecretReadable(looked).passed).toBe(true);
  });

  it("fails on a leak and names it", () => {
    const leaks = [{ secret: "access token", where: "state/stack.json" }];

    expect(noSecretReadable({ ...looked, leaks })).toMatchObject({
      passed: false,
      detail: "access token in state/stack.json",
    });
  });

  it.each([
    ["no secret is known", { secrets: 0 }],
    ["no file was left to look at", { files: 0 }],
  ])("fails when %s, which proves nothing", (_, without) => {
    expect(noSecretReadable({ ...looked, ...without }).passed).toBe(false);
  });
});

describe("policiesKept", () => {
  it("passes when a pack ran and found nothing", () => {
    expect(policiesKept(["azure-repair-kit 0.1.0"], []).passed).toBe(true);
  });

  it.each([
    ["a rule was broken", ["azure-repair-kit 0.1.0"], ["no-public-rdp: open"]],
    ["no pack ran", [], []],
  ])("fails when %s", (_, packs, violations) => {
    expect(policiesKept(packs, violations).passed).toBe(false);
  });
});

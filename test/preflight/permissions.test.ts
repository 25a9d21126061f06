import fc from "fast-check";

import { allows } from "../../preflight/permissions";

const CONTRIBUTOR = {
  actions: ["*"],
  notActions: ["Microsoft.Authorization/*/Delete", "Microsoft.Authorization/*/Write"],
};

describe("permissions", () => {
  it.each([
    ["*", "Microsoft.Compute/disks/read", true],
    ["*/read", "Microsoft.Compute/disks/read", true],
    ["*/read", "Microsoft.Compute/disks/write", false],
    ["Microsoft.Compute/*/action", "microsoft.compute/disks/beginGetAccess/action", true],
    ["Microsoft.Compute/disks/*", "Microsoft.Compute/disks/beginGetAccess/action", true],
    ["Microsoft.Compute/disk/read", "Microsoft.Compute/disks/read", false],
    ["Microsoft.Compute/disks/read", "Microsoft_Compute/disks/read", false],
    ["*", "", true],
  ])("%s covers %s: %s", (pattern, action, covered) => {
    expect(allows([{ actions: [pattern] }], action)).toBe(covered);
  });

  it("are taken away by notActions, and given again by another entry: that is no deny rule", () => {
    const action = "Microsoft.Authorization/roleAssignments/write";

    expect(allows([CONTRIBUTOR], action)).toBe(false);
    expect(allows([CONTRIBUTOR, { actions: ["Microsoft.Authorization/roleAssignments/*"] }], action)).toBe(true);
  });

  it("of the control plane hold for no data, and the other way round", () => {
    const read = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read";

    expect(allows([{ actions: ["*"] }], read, true)).toBe(false);
    expect(allows([{ dataActions: ["*"], notDataActions: ["*/blobs/write"] }], read, true)).toBe(true);
    expect(allows([{ dataActions: ["*"] }], read)).toBe(false);
  });

  it("take every character but * for itself", () => {
    const text = fc
      .string({ minLength: 1, maxLength: 12 })
      .filter((one) => !one.includes("*") && !/[\n\r\u2028\u2029]/.test(one));
    fc.assert(
      fc.property(text, text, text, (before, middle, after) => {
        expect(allows([{ actions: [before + middle] }], before + middle)).toBe(true);
        expect(allows([{ actions: [`${before}*${after}`] }], before + middle + after)).toBe(true);
        expect(allows([{ actions: [before] }], `${before}${after}`)).toBe(false);
      }),
    );
  });
});

import { diskReference } from "../../azure/disk-reference";
import { isLent, refuseUnreadable } from "../../azure/disk-state";

const disk = diskReference("/subscriptions/a/resourceGroups/b/providers/Microsoft.Compute/disks/uploaded")!;

it.each(["ActiveUpload", "ReadyToUpload"])(
  "a disk is not read in the state %s, which its reader would end",
  (diskState) => {
    expect(() => refuseUnreadable({ location: "westus2", diskState }, disk)).toThrow(
      `uploaded is made for an upload that has not ended (diskState ${diskState})`,
    );
  },
);

it.each([
  ["ActiveSAS", true],
  ["ActiveSASFrozen", true],
  ["Unattached", false],
  ["Reserved", false],
])("that a disk is lent already in the state %s is %s", (diskState, lent) => {
  const state = { location: "westus2", diskState };
  refuseUnreadable(state, disk);
  expect(isLent(state)).toBe(lent);
});

import fc from "fast-check";

import { nameFromId, parseIdOfType, parseResourceId } from "../../preflight/resource-id";

const DISK = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/disks/d";

describe("resource ids", () => {
  it("reads a nested resource", () => {
    expect(
      parseResourceId("/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/n"),
    ).toEqual({
      subscriptionId: "s",
      resourceGroupName: "g",
      type: "Microsoft.Network/virtualNetworks/subnets",
      names: ["v", "n"],
    });
  });

  it("compares words and types without case, as Azure does", () => {
    expect(parseIdOfType(DISK.toLowerCase(), "Microsoft.Compute/disks")?.names).toEqual(["d"]);
  });

  it.each(["", "d", "/subscriptions/s/resourceGroups/g", `${DISK}/extra`, DISK.replace("/d", "/"), `${DISK}/`])(
    "does not take %p for a disk",
    (text) => {
      expect(parseIdOfType(text, "Microsoft.Compute/disks")).toBeUndefined();
    },
  );

  it("reads back what it was made of", () => {
    const name = fc.stringMatching(/^[A-Za-z0-9._-]{1,20}$/);
    fc.assert(
      fc.property(name, name, name, (subscription, group, disk) => {
        const id = `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Compute/disks/${disk}`;
        expect(parseResourceId(id)).toMatchObject({
          subscriptionId: subscription,
          resourceGroupName: group,
          names: [disk],
        });
        expect(nameFromId(id)).toBe(disk);
      }),
    );
  });
});

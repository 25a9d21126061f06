import fc from "fast-check";

import { computerName, computerNameProblem, storageAccountLogicalName } from "../../../components/internal/names";

describe("computer names", () => {
  it.each([
    ["repair-web01", "repair-web01"],
    ["repair-a-very-long-name", "repair-a-very-l"],
    ["repair-web_prod-", "repair-web-prod"],
    ["repair-web-prod-01", "repair-web-prod"],
    ["12345", "repair"],
    ["", "repair"],
  ])("makes %s into %s", (wanted, name) => {
    expect(computerName(wanted)).toBe(name);
  });

  it("makes a name that Windows takes out of any text, and leaves it alone afterwards", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (wanted) => {
        const name = computerName(wanted);
        expect(name).toMatch(/^(?=.*[A-Za-z])[A-Za-z0-9]([A-Za-z0-9-]{0,13}[A-Za-z0-9])?$/);
        expect(computerName(name)).toBe(name);
      }),
    );
  });

  it("names the value and a name that would do", () => {
    expect(computerNameProblem("vmName", "repair-machine-of-web01")).toMatch(
      /^vmName must be at most 15 .* got "repair-machine-of-web01"; for example "repair-machine"$/,
    );
  });
});

describe("logical names of storage accounts", () => {
  it("keeps a short plain name readable", () => {
    expect(storageAccountLogicalName("web01")).toBe("web01dumps");
  });

  it("leaves room for the eight characters of automatic naming", () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        expect(storageAccountLogicalName(name)).toMatch(/^[a-z0-9]{5,16}$/);
      }),
    );
  });

  it("tells apart names that differ in letters that accounts do not take", () => {
    const names = [
      "web-01",
      "web.01",
      "Web01",
      "web01",
      "a-long-name-of-an-environment-1",
      "a-long-name-of-an-environment-2",
    ];

    expect(new Set(names.map(storageAccountLogicalName)).size).toBe(names.length);
  });
});

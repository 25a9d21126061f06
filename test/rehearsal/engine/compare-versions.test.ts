import fc from "fast-check";
import { compareVersions } from "../../../rehearsal/engine/compare-versions";

const version = fc.tuple(fc.nat(999), fc.nat(999), fc.nat(999));

describe("compareVersions", () => {
  test("orders as the numbers do, the first that differs decides", () => {
    fc.assert(
      fc.property(version, version, (a, b) => {
        const expected = a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
        expect(Math.sign(compareVersions(a.join("."), b.join(".")))).toBe(Math.sign(expected));
      }),
    );
  });

  test.each([
    ["v3.259.0", "3.259.0"],
    ["1.26", "1.26.0"],
  ])("%s equals %s", (a, b) => expect(compareVersions(a, b)).toBe(0));

  test.each([
    ["1.26rc1", "1.26"],
    ["3.259.0-alpha.1", "3.259.0"],
    ["1.9", "1.26"],
  ])("%s is older than %s", (a, b) => {
    expect(compareVersions(a, b)).toBeLessThan(0);
    expect(compareVersions(b, a)).toBeGreaterThan(0);
  });

  test("refuses what is not a version, naming it", () => {
    expect(() => compareVersions("devel", "1.0")).toThrow('"devel" is not a version');
  });
});

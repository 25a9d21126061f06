import fc from "fast-check";

import { rdpSourceProblem } from "../../../components/internal/cidr";

describe("sources of RDP connections", () => {
  it.each([
    "203.0.113.7/32",
    "203.0.113.7",
    "198.51.100.0/24",
    "192.0.0.0/16",
    "10.0.0.0/8",
    "172.16.0.0/12",
    "100.64.0.0/10",
  ])("takes %s", (range) => {
    expect(rdpSourceProblem("rdpSources", range)).toBeUndefined();
  });

  it.each([
    ["0.0.0.0/0", "more than a /16 of the internet"],
    ["8.0.0.0/8", "more than a /16 of the internet"],
    ["172.0.0.0/8", "more than a /16 of the internet"],
    ["203.0.113.7/24", 'use "203.0.113.0/24" or "203.0.113.7/32"'],
    ["203.0.113.256/32", "IPv4 ranges in CIDR form"],
    ["203.0.113.7/33", "IPv4 ranges in CIDR form"],
    ["203.0.113/24", "IPv4 ranges in CIDR form"],
    ["2001:db8::/64", "no IPv6 address"],
    ["*", "IPv4 ranges in CIDR form"],
    ["Internet", "IPv4 ranges in CIDR form"],
    ["", "IPv4 ranges in CIDR form"],
  ])("refuses %s and names argument, value and remedy", (range, reason) => {
    const problem = rdpSourceProblem("rdpSources", range);

    expect(problem).toContain(reason);
    expect(problem).toMatch(/^rdpSources must /);
    expect(problem).toContain(`got "${range}"; `);
  });

  it("takes a range exactly when it begins at its first address and is no wider than allowed", () => {
    const address = fc.integer({ min: 0, max: 2 ** 32 - 1 });
    fc.assert(
      fc.property(address, fc.integer({ min: 16, max: 32 }), (first, prefix) => {
        const text = [24, 16, 8, 0].map((shift) => (first >>> shift) & 255).join(".");
        const startsThere = first % 2 ** (32 - prefix) === 0;
        expect(rdpSourceProblem("rdpSources", `${text}/${prefix}`) === undefined).toBe(startsThere);
      }),
    );
  });

  it("answers any text without an error of its own", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(["string", "undefined"]).toContain(typeof rdpSourceProblem("rdpSources", text));
      }),
    );
  });
});

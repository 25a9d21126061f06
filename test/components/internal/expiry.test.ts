import { dateAfter, daysProblem } from "../../../components/internal/expiry";

it("counts days from the time that a version 7 UUID holds", () => {
  // The example of RFC 9562, appendix A.6: made on 2022-02-22 at 19:22:22.00 UTC.
  const uuid = "017F22E2-79B0-7CC3-98C4-DC0C0C07398F";

  expect(dateAfter(uuid, 1)).toBe("2022-02-23");
  expect(dateAfter(uuid, 14)).toBe("2022-03-08");
});

it.each([0, -1, 1.5, 366, Number.NaN])("takes %s for no number of days", (days) => {
  expect(daysProblem(days)).toBe(`expiresAfterDays must be a whole number of days from 1 to 365, got ${days}`);
});

it.each([1, 14, 365])("takes %s days", (days) => {
  expect(daysProblem(days)).toBeUndefined();
});

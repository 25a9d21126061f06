import { shutdownTime, shutdownTimeProblem } from "../../../components/internal/daily-shutdown";

describe("the time of the daily shutdown", () => {
  it.each([
    ["19:00", "1900"],
    ["0430", "0430"],
    ["23:59", "2359"],
  ])("reads %s as %s", (text, time) => {
    expect(shutdownTime(text)).toBe(time);
  });

  it.each(["24:00", "7pm", "19.00", "9:00", "", "190"])("refuses %p with an example", (text) => {
    expect(shutdownTimeProblem("autoShutdownTime", text)).toBe(
      `autoShutdownTime must be a time of day in UTC like "19:00" or "1900", or "off", got "${text}"`,
    );
  });

  it("takes off for never", () => {
    expect(shutdownTimeProblem("autoShutdownTime", "off")).toBeUndefined();
  });
});

import { defineCheck, ok } from "../check";

/** Region and zone, in which everything is made. */
export const PLACE = defineCheck({
  id: "place",
  needs: ["osDisk"],
  judge({ osDisk }) {
    if (osDisk === null) {
      return undefined;
    }
    const zone = osDisk.zones?.[0];
    return ok(
      `everything is made in ${osDisk.location}, ${zone === undefined ? "in no zone" : `zone ${zone}`}, where the OS disk is`,
    );
  },
});

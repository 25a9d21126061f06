import { randomUUID } from "node:crypto";

import { objectAt, textAt } from "../json";
import type { ResourceType } from "../resource-type";
import { shapeOf } from "../shapes/body-shape";

/** Schedules of DevTest Labs: the auto-shutdown of a VM (azure-arm.md 3.8). */
export const SCHEDULES: ResourceType = {
  type: "Microsoft.DevTestLab/schedules",
  apiVersions: ["2016-05-15", "2018-09-15"],
  tracked: true,
  shape: shapeOf("devtestlabs", "Schedule"),
  patchShape: shapeOf("devtestlabs", "ScheduleFragment"),
  // 201 on update too (azure-arm.md 1, recorded).
  statuses: { create: 201, update: 201 },
  put: ({ body, existing }) => {
    const before = objectAt(existing?.body, "properties");
    return {
      body: {
        ...body,
        properties: {
          ...objectAt(body, "properties"),
          createdDate: textAt(before, "createdDate") ?? new Date().toISOString(),
          uniqueIdentifier: textAt(before, "uniqueIdentifier") ?? randomUUID(),
        },
      },
    };
  },
  delete: () => ({}),
  // Id and type come back in lower case (azure-arm.md 3.8).
  spell: (shown) => ({
    ...shown,
    id: textAt(shown, "id")
      ?.replace("/resourceGroups/", "/resourcegroups/")
      .replace("/Microsoft.DevTestLab/", "/microsoft.devtestlab/"),
    type: "microsoft.devtestlab/schedules",
  }),
};

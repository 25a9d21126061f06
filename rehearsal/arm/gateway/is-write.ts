import type { ArmRequest } from "../arm-request";
import type { Router } from "../route";

/** Whether a request could change something: every PUT, PATCH, DELETE, and POST but of actions and calls that only read. */
export function isWrite(request: ArmRequest, router: Router): boolean {
  switch (request.method) {
    case "GET":
    case "HEAD":
      return false;
    case "POST": {
      const route = router.find(request.path, request.query);
      return route?.kind === "action" && (route.type.actions?.[route.action]?.writes ?? true);
    }
    default:
      return true;
  }
}

import { serviceKey } from "../service-key";
import type { BlobPlane } from "./index";

/** The blob data plane, as resource types find it. */
export const BLOB_PLANE = serviceKey<BlobPlane>("blob plane");

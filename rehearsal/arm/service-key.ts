/** Names a service that resource types need and createCore is given, with its TypeScript type. */
export interface ServiceKey<T> {
  readonly name: string;
  /** Never set; carries the type. */
  readonly typed?: (service: T) => void;
}

/** A new key: `const BLOB_PLANE = serviceKey<BlobPlane>("blob plane")`. */
export function serviceKey<T>(name: string): ServiceKey<T> {
  return { name };
}

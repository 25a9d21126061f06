import { textAt, type JsonObject } from "../json";
import type { ProviderRoute } from "../resource-type";
import { VM_API_VERSIONS } from "./api-versions";
import { PlatformImageNotFound } from "./errors";

/** A platform image. */
export interface PlatformImage {
  readonly publisher: string;
  readonly offer: string;
  readonly sku: string;
  readonly version: string;
  readonly osType: "Windows" | "Linux";
  readonly hyperVGeneration: "V1" | "V2";
  /** Size of the OS disk in GiB. */
  readonly size: number;
}

/** Windows Server images by sku; `-g2`, `-gensecond` and the Azure Editions are Generation 2 (learn: generation-2). */
const WINDOWS_SERVER: readonly (readonly [sku: string, version: string])[] = [
  ["2016-Datacenter", "14393.8519.251008"],
  ["2016-datacenter-gensecond", "14393.8519.251008"],
  ["2019-Datacenter", "17763.7919.251008"],
  ["2019-datacenter-gensecond", "17763.7919.251008"],
  ["2019-datacenter-smalldisk", "17763.7919.251008"],
  ["2019-datacenter-smalldisk-g2", "17763.7919.251008"],
  ["2022-datacenter", "20348.4294.251008"],
  ["2022-datacenter-g2", "20348.4294.251008"],
  ["2022-datacenter-smalldisk", "20348.4294.251008"],
  ["2022-datacenter-smalldisk-g2", "20348.4294.251008"],
  ["2022-datacenter-azure-edition", "20348.4294.251008"],
  ["2022-datacenter-azure-edition-smalldisk", "20348.4294.251008"],
  ["2025-datacenter", "26100.6899.251011"],
  ["2025-datacenter-g2", "26100.6899.251011"],
  ["2025-datacenter-smalldisk", "26100.6899.251011"],
  ["2025-datacenter-smalldisk-g2", "26100.6899.251011"],
  ["2025-datacenter-azure-edition", "26100.6899.251011"],
  ["2025-datacenter-azure-edition-smalldisk", "26100.6899.251011"],
];

const IMAGES: readonly PlatformImage[] = [
  ...WINDOWS_SERVER.map(([sku, version]) => ({
    publisher: "MicrosoftWindowsServer",
    offer: "WindowsServer",
    sku,
    version,
    osType: "Windows" as const,
    hyperVGeneration: /-g2$|gensecond|azure-edition/.test(sku) ? ("V2" as const) : ("V1" as const),
    size: sku.includes("smalldisk") ? 30 : 127,
  })),
  {
    publisher: "Canonical",
    offer: "ubuntu-24_04-lts",
    sku: "server",
    version: "24.04.202510010",
    osType: "Linux",
    hyperVGeneration: "V2",
    size: 30,
  },
];

/** The image that an image reference names; `latest` is the only version there is. */
export function findImage(reference: JsonObject): PlatformImage {
  const [publisher = "", offer = "", sku = "", version = ""] = ["publisher", "offer", "sku", "version"].map((name) =>
    textAt(reference, name),
  );
  const image = IMAGES.find(
    (candidate) =>
      same(candidate.publisher, publisher) &&
      same(candidate.offer, offer) &&
      same(candidate.sku, sku) &&
      (same(version, "latest") || candidate.version === version),
  );
  if (image === undefined) {
    throw new PlatformImageNotFound(`${publisher}:${offer}:${sku}:${version}`);
  }
  return image;
}

const PUBLISHERS =
  "Microsoft.Compute/locations/{location}/publishers/{publisher}/artifacttypes/vmimage/offers/{offer}/skus";

/** Lists of images: skus of an offer, versions of a sku, one version (what `az vm image list` and `show` ask for). */
export const IMAGE_ROUTES: readonly ProviderRoute[] = [
  {
    method: "GET",
    path: PUBLISHERS,
    apiVersions: VM_API_VERSIONS,
    run: ({ parameters }) =>
      imagesOf(parameters).map(({ sku }) => ({ name: sku, location: parameters.get("location") ?? "" })),
  },
  {
    method: "GET",
    path: `${PUBLISHERS}/{sku}/versions`,
    apiVersions: VM_API_VERSIONS,
    run: ({ parameters }) =>
      imagesOf(parameters).map(({ version }) => ({ name: version, location: parameters.get("location") ?? "" })),
  },
  {
    method: "GET",
    path: `${PUBLISHERS}/{sku}/versions/{version}`,
    apiVersions: VM_API_VERSIONS,
    run({ parameters }) {
      const image = findImage(Object.fromEntries(parameters));
      return {
        name: image.version,
        location: parameters.get("location") ?? "",
        properties: {
          hyperVGeneration: image.hyperVGeneration,
          architecture: "x64",
          osDiskImage: { operatingSystem: image.osType, sizeInGb: image.size },
          dataDiskImages: [],
        },
      };
    },
  },
];

function imagesOf(parameters: ReadonlyMap<string, string>): PlatformImage[] {
  const wanted = (name: string, value: string): boolean => {
    const asked = parameters.get(name);
    return asked === undefined || same(asked, value);
  };
  return IMAGES.filter(
    (image) => wanted("publisher", image.publisher) && wanted("offer", image.offer) && wanted("sku", image.sku),
  );
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

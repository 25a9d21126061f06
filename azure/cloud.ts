import { createDefaultHttpClient, createPipelineRequest } from "@azure/core-rest-pipeline";
import { AzureFailure } from "./azure-failure";

/** Where an Azure is. */
export interface Cloud {
  /** Address of Azure Resource Manager, without a slash at its end. */
  readonly armEndpoint: string;
  /** Address of Microsoft Entra. */
  readonly authorityHost: string;
}

/** How users name an Azure; empty and absent mean the public one. */
export interface CloudSettings {
  /** Host that describes another Azure: ARM_METADATA_HOSTNAME, or metadataHost of the Pulumi provider. */
  readonly metadataHost?: string;
  /** Name of a sovereign cloud: ARM_ENVIRONMENT, or environment of the Pulumi provider. */
  readonly environment?: string;
}

/** Source: @azure/identity's AzureAuthorityHosts, and "Azure Government" and "Azure in China" (Microsoft Learn). */
const clouds: Readonly<Record<string, Cloud>> = {
  public: { armEndpoint: "https://management.azure.com", authorityHost: "https://login.microsoftonline.com" },
  usgovernment: {
    armEndpoint: "https://management.usgovcloudapi.net",
    authorityHost: "https://login.microsoftonline.us",
  },
  china: { armEndpoint: "https://management.chinacloudapi.cn", authorityHost: "https://login.chinacloudapi.cn" },
};

/**
 * Finds out where an Azure is.
 *
 * @throws AzureFailure when there is none of that name, or it cannot be asked
 */
export async function findCloud({ metadataHost, environment }: CloudSettings): Promise<Cloud> {
  return metadataHost ? askCloud(metadataHost) : cloudNamed(environment === "" ? undefined : environment);
}

function cloudNamed(name = "public"): Cloud {
  const cloud = clouds[name.toLowerCase()];
  if (cloud) return cloud;
  throw new AzureFailure(`ARM_ENVIRONMENT is ${name}, and may be ${Object.keys(clouds).join(", ")}.`);
}

/** What a metadata host answers, as far as it is used. */
interface Description {
  readonly resourceManager: string;
  readonly authentication: { readonly loginEndpoint: string };
}

async function askCloud(host: string): Promise<Cloud> {
  const url = `${host.includes("://") ? host : `https://${host}`}/metadata/endpoints?api-version=2022-09-01`;
  try {
    // Not fetch: this client is loaded anyway, and what is behind fetch takes as long to load as two SDK clients.
    const request = createPipelineRequest({ url, allowInsecureConnection: true });
    const { status, bodyAsText } = await createDefaultHttpClient().sendRequest(request);
    if (status !== 200) throw new Error(`it answered ${status}`);
    const { resourceManager, authentication } = JSON.parse(bodyAsText ?? "") as Description;
    // Azure itself tells it with a slash.
    return { armEndpoint: resourceManager.replace(/\/$/, ""), authorityHost: authentication.loginEndpoint };
  } catch (cause) {
    const { message, cause: inner } = cause as Error & { readonly cause?: Partial<Error> };
    const reason = inner?.message ?? message;
    throw new AzureFailure(
      `The Azure that ARM_METADATA_HOSTNAME names (${host}) does not tell where it is: ${reason}. ` +
        "Is it running, and does NODE_EXTRA_CA_CERTS name the file of its certificate authority?",
      { cause },
    );
  }
}

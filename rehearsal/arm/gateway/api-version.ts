import { InvalidApiVersionParameter, MissingApiVersionParameter, NoRegisteredProviderFound } from "../gateway-errors";
import { LOCATIONS } from "../locations";

/** Form of every api-version. */
const FORM = /^\d{4}-\d{2}-\d{2}(-preview|-alpha|-beta|-rc|-privatepreview)?$/i;

/** Types that ARM serves itself and answers for with its own list. */
const ARM_NAMESPACE = "microsoft.resources";

/**
 * The api-version of a request.
 *
 * @throws MissingApiVersionParameter, InvalidApiVersionParameter for one that is no date or none of ARM's,
 * NoRegisteredProviderFound for one that the type does not have (azure-arm.md 6)
 */
export function checkApiVersion(
  query: ReadonlyMap<string, string>,
  type: string,
  supported: readonly string[],
  location: string,
): string {
  const apiVersion = query.get("api-version")?.trim() ?? "";
  if (apiVersion === "") {
    throw new MissingApiVersionParameter();
  }
  const [namespace = "", ...rest] = type.split("/");
  const known = supported.some((version) => version.toLowerCase() === apiVersion.toLowerCase());
  if (!known && (!FORM.test(apiVersion) || namespace.toLowerCase() === ARM_NAMESPACE)) {
    throw new InvalidApiVersionParameter(apiVersion, supported);
  }
  if (!known) {
    const locations = LOCATIONS.map(({ name }) => name);
    throw new NoRegisteredProviderFound(location, apiVersion, rest.join("/"), supported, locations);
  }
  return apiVersion;
}

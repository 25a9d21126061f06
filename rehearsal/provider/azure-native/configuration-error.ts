/** The provider is not configured as it has to be; the message says what is missing and where to set it. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
}

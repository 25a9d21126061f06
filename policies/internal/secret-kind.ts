/** Names of properties that hold nothing but a secret. */
const SECRET_NAMES =
  /(password|passphrase|accountkey|accesskey|sharedkey|apikey|privatekey|primarykey|secondarykey|clientsecret|secretvalue|sharedsecret|connectionstring|sastoken|sasuri|sasurl|accesstoken|bearertoken)$/i;

const SECRET_TEXTS: readonly (readonly [kind: string, pattern: RegExp])[] = [
  ["a shared access signature", /[?&]sig=[A-Za-z0-9%+/=_-]{20,}/],
  ["an account key", /\b(AccountKey|SharedAccessKey|SharedAccessSignature)=[^;\s"']{16,}/i],
  ["a private key", /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/],
  ["a token", /\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}/],
];

/** What kind of secret a text is, by the name of its property or by its look; undefined when it is none. */
export function secretKind(key: string, text: string): string | undefined {
  if (text === "") {
    return undefined;
  }
  return SECRET_NAMES.test(key) ? "a password or key" : SECRET_TEXTS.find(([, pattern]) => pattern.test(text))?.[0];
}

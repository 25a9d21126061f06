import { withoutQueries } from "../../azure/redact";

/** Signatures and tokens that must not be shown, and the removal of them from whatever is shown. */
export class Secrets {
  private readonly known = new Set<string>();

  /** Remembers an address with a signature, or any other secret text. */
  add(secret: string): void {
    this.known.add(secret);
    const query = secret.indexOf("?");
    // An address that ends in its question mark has no query, and nothing is not to be found everywhere.
    if (query >= 0 && query + 1 < secret.length) this.known.add(secret.slice(query + 1));
  }

  /** Takes the remembered secrets, and the query of every address, out of a text. */
  redact(text: string): string {
    let shown = text;
    for (const secret of this.known) shown = shown.replaceAll(secret, "[redacted]");
    return withoutQueries(shown);
  }
}

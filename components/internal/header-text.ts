/**
 * A text as a header can carry it: what is not ASCII is percent-encoded, as guest/parts/blob-upload.ps1 does. Names of
 * resource groups may have letters of any script.
 */
export function headerText(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\ufffd").replace(/[^\x20-\x7e]+/g, encodeURIComponent);
}

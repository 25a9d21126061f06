/** Takes the query out of every address in a text: it may be a shared access signature. */
export function withoutQueries(text: string): string {
  return text.replace(/(https?:\/\/[^\s"'?<>]*)\?[^\s"'<>]*/gi, "$1?[redacted]");
}

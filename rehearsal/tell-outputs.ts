import type { Story } from "./story";

/** Tells the outputs of a stack, a line each; a list has a line for each element. */
export function tellOutputs(story: Story, outputs: Readonly<Record<string, unknown>>): void {
  story.chapter("The outputs");
  for (const [name, value] of Object.entries(outputs)) {
    if (name === "readme") {
      continue;
    }
    const lines = Array.isArray(value) ? value.map(plain) : [plain(value)];
    lines.forEach((text, index) => story.line(`${(index === 0 ? name : "").padEnd(12)} ${text}`));
  }
}

/** A value of an output as a person reads it; a place that was searched is one line. */
function plain(value: unknown): string {
  if (typeof value === "string") {
    return value;
  }
  if (isSearchedPlace(value)) {
    return `${value.found ? "found  " : "absent "} ${value.path}: ${value.why}`;
  }
  return JSON.stringify(value);
}

function isSearchedPlace(value: unknown): value is { path: string; found: boolean; why: string } {
  return typeof value === "object" && value !== null && "path" in value && "found" in value && "why" in value;
}

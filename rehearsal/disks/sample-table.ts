import { samples } from ".";

const columns = ["Sample", "What is wrong", "Status", "Next step"];

/** All samples as a table in Markdown: `docs/sample-disks.md` holds it. */
export function sampleTable(): string {
  const cells = samples.map(({ name, shows, status, nextStep }) => [`\`${name}\``, shows, `\`${status}\``, nextStep]);
  const rows = [columns, columns.map(() => "---"), ...cells];
  return rows.map((row) => `| ${row.join(" | ")} |\n`).join("");
}

/** All samples in plain text for a terminal, three lines each. */
export function sampleList(): string {
  return samples
    .map(({ name, shows, status, nextStep }) => `${name}: ${status}\n  ${shows}.\n  Next: ${nextStep}\n`)
    .join("");
}

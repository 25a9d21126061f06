import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const repository = join(__dirname, "..");

function sourceFiles(folder: string): string[] {
  return readdirSync(join(repository, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(ts|ps1)$/.test(name))
    .map((name) => join(folder, name));
}

/** Sections that the tables of a page in docs/ describe: `2`, `3.1`, and `1.10` where the row of 1 names it. */
function describedSections(page: string): Set<string> {
  const rows = readFileSync(join(repository, "docs", page), "utf8").match(/^\| [\d., ]+ \|.*$/gm) ?? [];
  return new Set(
    rows.flatMap(
      (row) => row.match(/^\| [\d., ]+ \||\d+\.\d+(?=:)/g)?.flatMap((cell) => cell.match(/[\d.]+/g) ?? []) ?? [],
    ),
  );
}

describe("citations in the code", () => {
  const cited = ["disk", "azure", "extraction", "guest", "rehearsal", "components", "cli"].flatMap((folder) =>
    sourceFiles(folder).flatMap((file) =>
      [...readFileSync(join(repository, file), "utf8").matchAll(/\b([a-z]+-[a-z]+)\.md (\d+(?:\.\d+)?)/g)].map(
        ([, page = "", section = ""]) => ({ file, page: `${page}.md`, section }),
      ),
    ),
  );

  it("are found at all", () => {
    expect(cited.length).toBeGreaterThan(100);
  });

  it("name pages and sections that docs/ describes", () => {
    const unknown = cited.filter(
      ({ page, section }) => !existsSync(join(repository, "docs", page)) || !describedSections(page).has(section),
    );

    expect(unknown).toEqual([]);
  });
});

describe("README, CONTRIBUTING and ARCHITECTURE", () => {
  it.each(["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md"])("%s links to what is there", (page) => {
    const links = [...readFileSync(join(repository, page), "utf8").matchAll(/\]\(([^)#:]+)\)/g)].map(
      ([, to = ""]) => to,
    );

    expect(links.filter((to) => !existsSync(join(repository, to)))).toEqual([]);
  });
});

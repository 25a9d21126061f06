import { defineCheck, ok, stop } from "../check";
import type { TagRequirement } from "../tag-requirements";

/** What the kit makes has the tags that Azure Policy requires in this subscription. */
export const REQUIRED_TAGS = defineCheck({
  id: "required-tags",
  needs: ["tagRequirements"],
  judge({ tagRequirements }, { tags }) {
    const given = new Map(Object.entries(tags).map(([name, value]) => [name.toLowerCase(), value]));
    const missing = tagRequirements.filter(({ tag, value }) => {
      const found = given.get(tag.toLowerCase());
      return found === undefined || (value !== undefined && found !== value);
    });
    if (missing.length > 0) {
      return stop(
        "have the required tags",
        missing.map(describe).join("; "),
        [
          ...new Set(missing.map(({ tag, value }) => `pulumi config set --path 'tags["${tag}"]' ${value ?? "VALUE"}`)),
        ].join("; "),
        missing,
      );
    }
    return ok(
      tagRequirements.length === 0
        ? "no policy requires tags"
        : `the tags that policies require are given: ${[...new Set(tagRequirements.map(({ tag }) => tag))].join(", ")}`,
    );
  },
});

function describe({ tag, value, of, assignment }: TagRequirement): string {
  return `the policy "${assignment}" refuses ${of} without the tag ${tag}${value === undefined ? "" : `=${value}`}`;
}

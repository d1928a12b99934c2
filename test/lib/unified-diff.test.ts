import { describe, expect, test } from "vitest";
import { MAX_DIFF_LINES } from "../../src/lib/limits.ts";
import { unifiedDiff } from "../../src/lib/unified-diff.ts";

const lines = (...texts: string[]) => texts.join("\n");

describe("unified diffs", () => {
  test("equal texts have no difference", () => {
    expect(unifiedDiff("a\nb", "a\nb")).toBe("");
  });

  test("a changed line stands between three lines of context", () => {
    const before = lines("1", "2", "3", "4", "old", "6", "7", "8", "9");
    expect(unifiedDiff(before, before.replace("old", "new"))).toBe(
      `${lines("@@ -2,7 +2,7 @@", " 2", " 3", " 4", "-old", "+new", " 6", " 7", " 8")}\n`,
    );
  });

  test("changes far from each other are hunks of their own, neighbouring ones are one", () => {
    const texts = Array.from({ length: 30 }, (_, i) => `line ${i}`);
    const changed = (...at: number[]) => texts.map((text, i) => (at.includes(i) ? `${text}!` : text)).join("\n");
    const hunks = (diff: string) => diff.match(/^@@ .* @@$/gm);
    expect(hunks(unifiedDiff(texts.join("\n"), changed(4, 24)))).toEqual(["@@ -2,7 +2,7 @@", "@@ -22,7 +22,7 @@"]);
    expect(hunks(unifiedDiff(texts.join("\n"), changed(10, 14)))).toEqual(["@@ -8,11 +8,11 @@"]);
  });

  test("only added and only removed lines count on their side alone", () => {
    expect(unifiedDiff("a\nc", "a\nb\nc")).toBe("@@ -1,2 +1,3 @@\n a\n+b\n c\n");
    expect(unifiedDiff("a\nb\nc", "a\nc")).toBe("@@ -1,3 +1,2 @@\n a\n-b\n c\n");
  });

  test("moved lines are found, and a larger change is shown as replaced", () => {
    expect(unifiedDiff("a\nb\nc", "b\nc\na")).toBe("@@ -1,3 +1,3 @@\n-a\n b\n c\n+a\n");
    const half = Array.from({ length: MAX_DIFF_LINES / 2 + 1 }, (_, i) => `line ${i}`);
    const moved = [...half.slice(1), half[0]].join("\n");
    const diff = unifiedDiff(half.join("\n"), moved);
    expect(diff.match(/^-/gm)).toHaveLength(half.length);
    expect(diff.match(/^\+/gm)).toHaveLength(half.length);
  });
});

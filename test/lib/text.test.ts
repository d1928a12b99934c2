import { expect, test } from "vitest";
import { shorten } from "../../src/lib/text.ts";

test("a long text is cut between two characters", () => {
  expect(shorten("abc", 3)).toBe("abc");
  expect(shorten("abcd", 3)).toBe("abc…");
  expect(shorten("a𝄞𝄞", 4)).toBe("a𝄞…");
  expect(shorten("a𝄞𝄞", 5)).toBe("a𝄞𝄞");
});

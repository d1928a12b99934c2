/** Regular expressions with the semantics of Go's regexp package; the expected values are Go's results. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Regex, RegexError } from "../../src/lib/regex.ts";

const find = (pattern: string, text: string) => new Regex(pattern).findAll(text, 1)[0]?.text ?? null;
const findAll = (pattern: string, text: string) => new Regex(pattern).findAll(text).map((match) => match.text);

describe("regular expressions", () => {
  test.each([
    ["a+", "caat", "aa"],
    ["a+?", "caat", "a"],
    ["a|ab", "ab", "a"],
    ["ab|a", "ab", "ab"],
    ["(a|ab)(c|bcd)", "abcd", "abcd"],
    ["^b", "ab", null],
    ["(?m)^b$", "a\nb\nc", "b"],
    ["a.c", "a\nc", null],
    ["(?s)a.c", "a\nc", "a\nc"],
    ["(?i)WeB", "a web", "web"],
    ["(?i:a)b", "Ab", "Ab"],
    ["[^a-c]+", "abcxyz", "xyz"],
    ["[\\d-]+", "a1-2", "1-2"],
    ["[]a]+", "]a", "]a"],
    ["[[:alpha:]]+", "12ab", "ab"],
    ["\\bweb\\b", "a web-1", "web"],
    ["x{2,3}", "xxxx", "xxx"],
    ["x{2,}?", "xxxx", "xx"],
    ["x{,3}", "x{,3}", "x{,3}"],
    ["\\x41\\x{1F600}", "A😀", "A😀"],
    ["^.$", "😀", "😀"],
    ["(?P<name>a)b", "ab", "ab"],
    ["\\.", "a.b", "."],
    ["(a*)*b", "aab", "aab"],
    ["(a*)+$", "b", ""],
    ["\\Aab\\z", "ab", "ab"],
    ["\\S+\\s\\W", "ab !", "ab !"],
    ["\\pL+", "1äöb2", "äöb"],
    ["\\Qa.b\\E+", "axb a.bb", "a.bb"],
    ["(?<name>a)b", "ab", "ab"],
  ])("%s in %j finds %j", (pattern, text, found) => {
    expect(find(pattern, text)).toBe(found);
  });

  test.each([
    ["a*", "baac", ["", "aa", ""]],
    ["[0-9]+", "1a22b", ["1", "22"]],
    ["", "ab", ["", "", ""]],
    ["a", "", []],
  ])("%s finds all in %j", (pattern, text, found) => {
    expect(findAll(pattern, text)).toEqual(found);
  });

  test.each(["(", ")", "[a", "a**", "*a", "a{3,2}", "a{1001}", "\\", "\\8", "(?=a)", "(?<!a)", "[b-a]", "(?z)"])(
    "%s is refused",
    (pattern) => {
      expect(() => new Regex(pattern)).toThrow(RegexError);
    },
  );

  test.each([
    ["(", "error parsing regexp: missing closing ): `(`"],
    ["[a", "error parsing regexp: missing closing ]: `[a`"],
    ["a**", "error parsing regexp: invalid nested repetition operator: `**`"],
    ["(?=a)", "error parsing regexp: invalid or unsupported Perl syntax: `(?=`"],
    ["a{1001}", "error parsing regexp: invalid repeat count: `{1001}`"],
  ])("%s is refused with Go's message", (pattern, message) => {
    expect(() => new Regex(pattern)).toThrow(expect.objectContaining({ code: "syntax", message }));
  });

  test.each(["a".repeat(20_000), "[ab]{1,900}[cd]{1,900}"])(
    "a valid pattern that is too large has its own error",
    (pattern) => {
      expect(() => new Regex(pattern)).toThrow(expect.objectContaining({ code: "too-large" }));
    },
  );

  test("finds the same as JavaScript for the common syntax", () => {
    const atom = fc.constantFrom("a", "b", "[ab]", "[^a]", ".", "(a|b)", "(ab|a)", "(a)");
    const quantifier = fc.constantFrom("", "", "*", "+", "?", "{1,2}", "*?", "+?");
    const piece = fc.tuple(atom, quantifier).map((parts) => parts.join(""));
    const pattern = fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join(""));
    const text = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 12 }).map((letters) => letters.join(""));
    fc.assert(
      fc.property(pattern, text, (source, subject) => {
        const expected = new RegExp(source, "u").exec(subject);
        const [found] = new Regex(source).findAll(subject, 1);
        expect(found && [found.start, found.text]).toEqual(expected ? [expected.index, expected[0]] : undefined);
      }),
      { numRuns: 500 },
    );
  });
});

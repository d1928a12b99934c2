import { describe, expect, test } from "vitest";
import { matchesFields, parseFieldSelector } from "../../src/lib/field-selectors.ts";
import {
  formatLabelSelector,
  formatRequirements,
  matchesLabelSelector,
  matchesRequirements,
  parseLabelSelector,
} from "../../src/lib/selectors.ts";

describe("label selectors", () => {
  test.each([
    ["app=web,tier in (front,back)", { app: "web", tier: "back" }, true],
    ["app=web,tier in (front,back)", { app: "web" }, false],
    ["tier notin (front)", {}, true],
    ["app!=web", { app: "db" }, true],
    ["app", { app: "" }, true],
    ["!app", { app: "" }, false],
    ["level>3", { level: "4" }, true],
    ["level<3", { level: "x" }, false],
    ["in=in", { in: "in" }, true],
    ["", {}, true],
  ])("%s on %j: %s", (text, labels, matches) => {
    expect(matchesRequirements(parseLabelSelector(text), labels as Record<string, string>)).toBe(matches);
  });

  test.each([
    ["a,,b", "found ',', expected: identifier after ','"],
    ["a b", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ["a in", "unable to parse requirement: found '' expected: '('"],
    ["=", "found '=', expected: !, identifier, or 'end of string'"],
    [
      "a>x",
      "unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer",
    ],
  ])("%s is invalid", (text, message) => {
    expect(() => parseLabelSelector(text)).toThrow(message);
  });

  test("report the error of a value", () => {
    expect(() => parseLabelSelector("a=b@d")).toThrow(
      'unable to parse requirement: values[0][a]: Invalid value: "b@d": a valid label must be an empty string or consist of',
    );
  });

  test("are written sorted by key", () => {
    expect(formatRequirements(parseLabelSelector("b in (y,x),a==1,!c"))).toBe("a==1,b in (x,y),!c");
    expect(formatLabelSelector({ matchLabels: { b: "1", a: "2" } })).toBe("a=2,b=1");
    expect(formatLabelSelector({})).toBe("<none>");
  });

  test("as objects: an absent one selects nothing, an empty one everything", () => {
    expect(matchesLabelSelector(undefined, { a: "1" })).toBe(false);
    expect(matchesLabelSelector({}, { a: "1" })).toBe(true);
    const selector = { matchExpressions: [{ key: "a", operator: "NotIn", values: ["1"] }] };
    expect(matchesLabelSelector(selector, { a: "1" })).toBe(false);
    expect(matchesLabelSelector(selector, {})).toBe(true);
  });
});

describe("field selectors", () => {
  const read = (field: string) => ({ "metadata.name": "web", "status.phase": "Running" })[field];

  test("compare fields with values, which may hold escaped commas", () => {
    expect(matchesFields(parseFieldSelector("metadata.name=web,status.phase!=Pending"), read)).toBe(true);
    expect(matchesFields(parseFieldSelector("metadata.name==db"), read)).toBe(false);
    expect(parseFieldSelector("a=b\\,c")).toEqual([{ field: "a", operator: "=", value: "b,c" }]);
  });

  test("must have exactly one operator", () => {
    expect(() => parseFieldSelector("a")).toThrow("invalid selector: 'a'; can't understand 'a'");
    expect(() => parseFieldSelector("a=b=c")).toThrow("invalid field selector: unescaped character in value: 61");
  });
});

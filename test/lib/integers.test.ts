import { describe, expect, it } from "vitest";
import { fromBigInt, nextInt64, parseInt32, parseInt64, parseInteger, toBigInt } from "../../src/lib/integers.ts";
import { BigInteger, cloneJson, equalJson, isJsonObject, parseJson, stringifyJson } from "../../src/lib/json.ts";
import { matchesTerm } from "../../src/lib/node-selector.ts";
import { tolerates } from "../../src/lib/tolerations.ts";
import { compareVersions } from "../../src/lib/versions.ts";

describe("integers of texts", () => {
  it.each([
    ["3546343826724305832", 3546343826724305832n],
    ["9223372036854775807", 9223372036854775807n],
    ["-9223372036854775808", -9223372036854775808n],
    ["+007", 7n],
    ["-0", 0n],
  ])("%s keeps its digits", (text, value) => {
    expect(parseInt64(text)).toBe(value);
  });

  it.each([
    ["", "invalid syntax"],
    ["1.0", "invalid syntax"],
    ["0x1f", "invalid syntax"],
    ["1_000", "invalid syntax"],
    [" 1", "invalid syntax"],
    ["9223372036854775808", "value out of range"],
    ["-9223372036854775809", "value out of range"],
  ])("%j fails as in Go: %s", (text, problem) => {
    expect(parseInteger(text, { bits: 64 })).toBe(problem);
    expect(parseInt64(text)).toBeUndefined();
  });

  it("have the bounds of their type", () => {
    expect([parseInt32("2147483647"), parseInt32("2147483648"), parseInt32("-2147483648")]).toEqual([
      2147483647,
      undefined,
      -2147483648,
    ]);
    expect(parseInteger("18446744073709551615", { bits: 64, isUnsigned: true })).toBe(18446744073709551615n);
    expect(parseInteger("18446744073709551616", { bits: 64, isUnsigned: true })).toBe("value out of range");
    expect(parseInteger("-1", { bits: 64, isUnsigned: true })).toBe("invalid syntax");
  });

  it("are added without losing a digit, and wrap as in Go", () => {
    expect(nextInt64([3546343826724305832n, 7n])).toBe(3546343826724305833n);
    expect(nextInt64([])).toBe(1n);
    expect(nextInt64([9223372036854775807n])).toBe(-9223372036854775808n);
  });
});

describe("integers of objects", () => {
  const large = fromBigInt(9007199254740993n);

  it("are plain numbers where these are exact", () => {
    expect(fromBigInt(9007199254740991n)).toBe(9007199254740991);
    expect(large).toBeInstanceOf(BigInteger);
    expect(toBigInt(large)).toBe(9007199254740993n);
    expect(toBigInt(5)).toBe(5n);
  });

  it("are converted to the nearest number in calculations, and are written with all digits", () => {
    expect(large + 1).toBe(9007199254740992 + 1);
    expect(large > 5).toBe(true);
    expect(`${large}`).toBe("9007199254740993");
    expect(stringifyJson({ a: [large] })).toBe('{"a":[9007199254740993]}');
    expect(JSON.stringify({ a: large }, null, 1)).toBe('{\n "a": 9007199254740993\n}');
  });

  it("are values, not objects", () => {
    const value = parseJson('{"a":9007199254740993}');
    expect(isJsonObject((value as { a: unknown }).a)).toBe(false);
    expect(stringifyJson(cloneJson(value))).toBe('{"a":9007199254740993}');
    expect(equalJson(value, { a: large })).toBe(true);
    expect(equalJson(value, parseJson('{"a":9007199254740995}'))).toBe(false);
    expect(equalJson(value, { a: 9007199254740992 })).toBe(false);
  });
});

describe("versions of the API", () => {
  it("are ordered by every digit, and are names where a number is too large", () => {
    const versions = ["v9007199254740992", "v9007199254740993", "v1beta2", "v1beta10", "v9223372036854775808", "a"];
    expect(versions.toSorted(compareVersions)).toEqual([
      "v9007199254740993",
      "v9007199254740992",
      "v1beta10",
      "v1beta2",
      "a",
      "v9223372036854775808",
    ]);
  });
});

describe("comparisons of labels and taints", () => {
  const node = (size: string) => ({ name: "n", labels: { size } });
  const term = (operator: string, value: string) => ({
    matchExpressions: [{ key: "size", operator, values: [value] }],
  });

  it("compare all digits", () => {
    expect(matchesTerm(term("Gt", "9007199254740992"), node("9007199254740993"))).toBe(true);
    expect(matchesTerm(term("Lt", "9007199254740993"), node("9007199254740993"))).toBe(false);
    const toleration = { key: "k", operator: "Gt", value: "9007199254740992" };
    expect(tolerates(toleration, { key: "k", value: "9007199254740993", effect: "NoSchedule" })).toBe(true);
  });

  it("are true for integers only", () => {
    for (const size of ["5a", "", "1e3", "9223372036854775808"]) {
      expect(matchesTerm(term("Gt", "1"), node(size))).toBe(false);
      const toleration = { key: "k", operator: "Lt", value: "9" };
      expect(tolerates(toleration, { key: "k", value: size, effect: "NoSchedule" })).toBe(false);
    }
  });
});

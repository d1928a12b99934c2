import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cloneJson, equalJson, parseJson, parseJsonStrictly, stringifyJson } from "../../src/lib/json.ts";

describe("JSON", () => {
  it("keeps every digit of 64-bit integers", () => {
    const text = '{"largest":9223372036854775807,"smallest":-9223372036854775808,"plain":1}';
    expect(stringifyJson(parseJson(text))).toBe(text);
    expect(stringifyJson(cloneJson(parseJson(text)))).toBe(text);
    expect(equalJson(parseJson("[9007199254740993]"), parseJson("[9007199254740992]"))).toBe(false);
  });

  it("parses integers beyond 64 bits as doubles, as in Go", () => {
    expect(parseJson("[12345678901234567890123]")).toEqual([1.2345678901234568e22]);
  });

  it("has no special keys", () => {
    const text = '{"a":{"__proto__":{"polluted":true}},"constructor":1}';
    const copy = cloneJson(parseJson(text));
    expect(stringifyJson(copy)).toBe(text);
    expect((copy as Record<string, unknown>)["polluted"]).toBeUndefined();
    expect(equalJson(copy, parseJson('{"a":{},"constructor":1}'))).toBe(false);
  });

  it.each([
    ["", "unexpected end of JSON input"],
    ['{"apiVersion":"v1",', "unexpected end of JSON input"],
    ["[1,]", "invalid character ']' looking for beginning of value"],
    ["{a:1}", "invalid character 'a' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 "b":2}', "invalid character '\"' after object key:value pair"],
    ["[1 2]", "invalid character '2' after array element"],
    ["{} x", "invalid character 'x' after top-level value"],
    ["nul1", "invalid character '1' in literal null (expecting 'l')"],
    ['"a\nb"', "invalid character '\\n' in string literal"],
    ['"\\x"', "invalid character 'x' in string escape code"],
    ['"\\u12g4"', "invalid character 'g' in \\u hexadecimal character escape"],
    ["1.x", "invalid character 'x' after decimal point in numeric literal"],
    ["-x", "invalid character 'x' in numeric literal"],
  ])("refuses %j as in Go", (text, message) => {
    expect(() => parseJson(text)).toThrow(message);
  });

  it("refuses nesting that would overflow the stack", () => {
    expect(() => parseJsonStrictly("[".repeat(100_000))).toThrow("exceeded max depth");
  });

  it("reports repeated fields and merges objects, as recorded", () => {
    const text = '{"apiVersion":"v1","data":{"a":"1","a":"2"},"data":{"b":"1"},"list":[{"x":1,"x":1}]}';
    const { value, duplicates } = parseJsonStrictly(text);
    expect(duplicates).toEqual(["data.a", "data", "list[0].x"]);
    expect(value).toEqual({ apiVersion: "v1", data: { a: "2", b: "1" }, list: [{ x: 1 }] });
  });

  it("has the same result as the native parser", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(equalJson(parseJsonStrictly(text).value, JSON.parse(text))).toBe(true);
      }),
    );
  });

  it("copies are equal, and equality detects every difference", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        expect(equalJson(cloneJson(a), a)).toBe(true);
        const same = stringifyJson(sorted(a)) === stringifyJson(sorted(b));
        expect(equalJson(a, b)).toBe(same);
      }),
    );
  });
});

function sorted(value: unknown): unknown {
  // A negative zero is written as zero.
  if (Object.is(value, -0)) return 0;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return { entries: entries.map(([key, item]) => [key, sorted(item)]) };
}

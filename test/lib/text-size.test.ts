/** Counted sizes equal the sizes of the texts that are written and sent. */
import { expect, it } from "vitest";
import { parseJson, stringifyJson } from "../../src/lib/json.ts";
import { jsonSize, octetsAsString, textSize } from "../../src/lib/text-size.ts";

const octets = (text: string) => Buffer.byteLength(text);

const VALUES: unknown[] = [
  {},
  [],
  [[], {}, [1, -2.5, 1e21, 0.1], true, false, null],
  { a: undefined, b: { c: [undefined] } },
  "plain",
  'quotes " and backslashes \\',
  "control \u0000\u0001\n\t\b\f\r\u001f",
  "two é, three €, four 😀, separators \u2028\u2029, DEL \u007f",
  "halves of pairs \ud800 \udc00",
  { 'key "€"': { 'nested \\"': "😀" } },
  parseJson("[12345678901234567890, 1.5]"),
];

it.each(VALUES.map((value) => [stringifyJson(value), value]))("%s", (text, value) => {
  expect(jsonSize(value)).toEqual(textSize(text as string));
  expect(textSize(text as string).octets).toBe(octets(text as string));
  const size = jsonSize(value);
  let nested = text as string;
  for (const depth of [1, 2, 3]) {
    nested = JSON.stringify(nested).slice(1, -1);
    expect(octetsAsString(size, depth)).toBe(octets(nested));
  }
});

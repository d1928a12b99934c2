import { describe, expect, test } from "vitest";
import { humanDuration } from "../../src/lib/duration.ts";
import { fnv1a32, safeEncode } from "../../src/lib/hash.ts";
import { imageTag } from "../../src/lib/image-name.ts";
import { isIPv4, isIPv6 } from "../../src/lib/names.ts";
import { utf8Length } from "../../src/lib/text.ts";

describe("durations", () => {
  const second = 1000;
  const hour = 3600 * second;
  test.each([
    [-5 * second, "<invalid>"],
    [-1 * second, "0s"],
    [119 * second, "119s"],
    [120 * second, "2m"],
    [150 * second, "2m30s"],
    [600 * second, "10m"],
    [3 * hour - second, "179m"],
    [3 * hour, "3h"],
    [3 * hour + 300 * second, "3h5m"],
    [47 * hour, "47h"],
    [50 * hour, "2d2h"],
    [400 * 24 * hour, "400d"],
    [800 * 24 * hour, "2y70d"],
    [9 * 365 * 24 * hour, "9y"],
  ])("%d ms are %s", (ms, text) => {
    expect(humanDuration(ms)).toBe(text);
  });
});

describe("hashes", () => {
  test("are FNV-1a, encoded with letters that form no words", () => {
    expect(fnv1a32("")).toBe(0x811c9dc5);
    expect(fnv1a32("foobar")).toBe(0xbf9cf968);
    expect(safeEncode("0123456789")).toBe("456789bcdf");
  });
});

test.each([
  ["nginx", "latest"],
  ["nginx:1.27", "1.27"],
  ["registry.example.com:5000/team/app", "latest"],
  ["registry.example.com:5000/team/app:v2", "v2"],
  [`nginx@sha256:${"a".repeat(64)}`, ""],
  ["", ""],
  ["UPPER", ""],
])("the tag of %j is %j", (image, tag) => {
  expect(imageTag(image)).toBe(tag);
});

test("addresses and lengths", () => {
  expect([isIPv4("10.96.0.1"), isIPv4("10.96.0"), isIPv4("10.96.0.256"), isIPv4("010.0.0.1")]).toEqual([
    true,
    false,
    false,
    false,
  ]);
  expect([isIPv6("::1"), isIPv6("2001:db8::ffff"), isIPv6("1::2::3"), isIPv6("1:2:3:4:5:6:7:8")]).toEqual([
    true,
    true,
    false,
    true,
  ]);
  expect([utf8Length("abc"), utf8Length("é"), utf8Length("€"), utf8Length("😀")]).toEqual([3, 2, 3, 4]);
});

import { describe, expect, test } from "vitest";
import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  quantityMilliValue,
  quantityValue,
} from "../../src/lib/quantity.ts";

describe("quantities", () => {
  test.each([
    ["1000m", "1"],
    ["1024Mi", "1Gi"],
    ["1.5Gi", "1536Mi"],
    ["0.5", "500m"],
    ["1500m", "1500m"],
    ["2000k", "2M"],
    ["1e3", "1e3"],
    ["1e19", "10e18"],
    ["0.5Ki", "512"],
    ["-1Mi", "-1Mi"],
    ["0.1n", "1n"],
    ["100E", "100E"],
    ["0Gi", "0"],
    ["9007199254740993", "9007199254740993"],
  ])("%s is written %s", (text, canonical) => {
    expect(canonicalQuantity(text)).toBe(canonical);
    expect(canonicalQuantity(canonical)).toBe(canonical);
  });

  test.each(["", "abc", "1.2.3", "+"])("%j is invalid", (text) => {
    expect(() => parseQuantity(text)).toThrow(
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    );
  });

  test("a suffix must be known", () => {
    expect(() => parseQuantity("1kk")).toThrow("unable to parse quantity's suffix");
  });

  test("compare and add exactly, with any units", () => {
    expect(compareQuantities("1Gi", "1073741824")).toBe(0);
    expect(compareQuantities("999m", "1")).toBeLessThan(0);
    expect(formatQuantity(addQuantities(parseQuantity("512Mi"), parseQuantity("512Mi")))).toBe("1Gi");
    expect(formatQuantity(addQuantities(parseQuantity("250m"), parseQuantity("0.75")))).toBe("1");
  });

  test("round up to whole units and thousandths", () => {
    expect(quantityValue("1500m")).toBe(2);
    expect(quantityValue("1Ki")).toBe(1024);
    expect(quantityMilliValue("0.0001")).toBe(1);
    expect(quantityMilliValue("2")).toBe(2000);
  });
});

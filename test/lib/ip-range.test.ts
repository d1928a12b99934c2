import { describe, expect, it } from "vitest";
import { canonicalAddress, contains, containsRange, parseAddress, parseRange } from "../../src/lib/ip-range.ts";

describe("addresses", () => {
  it.each([
    ["10.96.0.1", "10.96.0.1"],
    ["::", "::"],
    ["::1", "::1"],
    ["2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["fe80:0:0:0:0:0:0:0", "fe80::"],
    ["::ffff:192.0.2.1", "::ffff:c000:201"],
  ])("%s has the canonical form %s (RFC 5952)", (text, canonical) => {
    expect(canonicalAddress(text)).toBe(canonical);
  });

  it.each(["", "10.96.0", "10.96.0.256", "010.0.0.1", "10.0.0.1/8", "2001:db8", "1::2::3", "g::"])(
    "%j is invalid",
    (text) => {
      expect(parseAddress(text)).toBeUndefined();
    },
  );
});

describe("ranges", () => {
  const range = (text: string) => parseRange(text)!;

  it("begin with their network, for any address in them", () => {
    expect(range("10.96.7.9/16")).toMatchObject({ text: "10.96.0.0/16", bits: 16, size: 65_536n });
    expect(range("2001:db8::1/64").text).toBe("2001:db8::/64");
    expect(range("0.0.0.0/0").size).toBe(2n ** 32n);
  });

  it.each(["10.0.0.0", "10.0.0.0/33", "10.0.0.0/08", "10.0.0.0/-1", "::/129", "x/8", "/8"])("%j is invalid", (text) => {
    expect(parseRange(text)).toBeUndefined();
  });

  it("contain addresses of their own family", () => {
    const network = range("10.96.0.0/16");
    expect(contains(network, parseAddress("10.96.255.255")!)).toBe(true);
    expect(contains(network, parseAddress("10.97.0.0")!)).toBe(false);
    expect(contains(range("::/0"), parseAddress("10.96.0.1")!)).toBe(false);
    expect(containsRange(network, range("10.96.8.0/24"))).toBe(true);
    expect(containsRange(range("10.96.8.0/24"), network)).toBe(false);
    expect(containsRange(network, network)).toBe(true);
  });
});

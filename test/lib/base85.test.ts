import { expect, it } from "vitest";
import { fromBase85, toBase85 } from "../../src/lib/base85.ts";
import { Random } from "../../src/lib/prng.ts";

it("base 85 gives back all bytes, in a quarter more characters, none of which is escaped in JSON", () => {
  const random = new Random("base85");
  for (let length = 0; length < 300; length++) {
    const bytes = Array.from({ length }, () => String.fromCharCode(random.uint32() & 255)).join("");
    const text = toBase85(bytes);
    expect(fromBase85(text)).toBe(bytes);
    expect(text.length).toBe(Math.ceil(length * 1.25));
    expect(JSON.stringify(text).length).toBe(text.length + 2);
  }
  for (const bytes of ["\xff".repeat(7), "\0".repeat(9), "\xff\0\xff"]) expect(fromBase85(toBase85(bytes))).toBe(bytes);
});

it("base 85 agrees with the example of its specification", () => {
  expect(toBase85("\x86\x4f\xd2\x6f\xb5\x59\xf7\x5b")).toBe("HelloWorld");
});

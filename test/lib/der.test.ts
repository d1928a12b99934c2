import { describe, expect, test } from "vitest";
import { MAX_DER_DEPTH } from "../../src/lib/limits.ts";
import {
  bitString,
  DerError,
  der,
  oid,
  oidOf,
  partsOf,
  readDer,
  sequence,
  TAG,
  tagged,
  time,
  unsigned,
  utf8,
} from "../../src/lib/signing/der.ts";

const bytes = (...values: number[]) => Uint8Array.from(values);

describe("DER", () => {
  test("a sequence is read back as the values that it was made of", () => {
    const values = [unsigned(bytes(1, 2)), utf8("näme"), bitString(bytes(5), 3), tagged(0, oid("2.5.4.3"))];
    const read = readDer(sequence(...values));
    expect(read.tag).toBe(TAG.sequence);
    const parts = partsOf(read);
    expect(parts.map(({ whole }) => whole)).toEqual(values);
    expect(new TextDecoder().decode(parts[1]!.content)).toBe("näme");
    expect(partsOf(parts[3]!).map(oidOf)).toEqual(["2.5.4.3"]);
  });

  test.each([0, 1, 127, 128, 255, 256, 65_535, 65_536])("content of %d bytes keeps its length", (length) => {
    const content = new Uint8Array(length).fill(7);
    expect(readDer(der(TAG.octetString, content)).content).toEqual(content);
  });

  test.each(["1.2.840.10045.2.1", "2.5.29.17", "0.9.2342.19200300.100.1.1", "2.999.3"])(
    "object identifier %s",
    (text) => {
      expect(oidOf(readDer(oid(text)))).toBe(text);
    },
  );

  test("integers are as short as possible and never negative", () => {
    expect(readDer(unsigned(bytes(0, 0, 0x7f))).content).toEqual(bytes(0x7f));
    expect(readDer(unsigned(bytes(0, 0x80))).content).toEqual(bytes(0, 0x80));
    expect(readDer(unsigned(bytes(0))).content).toEqual(bytes(0));
  });

  test("times are UTCTime until 2049 and GeneralizedTime from 2050 on", () => {
    const text = (ms: number) => new TextDecoder().decode(readDer(time(ms)).content);
    expect(text(Date.UTC(2049, 11, 31, 23, 59, 59))).toBe("491231235959Z");
    expect(text(Date.UTC(2050, 0, 1))).toBe("20500101000000Z");
  });

  test.each<[string, Uint8Array]>([
    ["truncated content", bytes(0x30, 2, 5)],
    ["truncated length", bytes(0x30)],
    ["an indefinite length", bytes(0x30, 0x80, 0, 0)],
    ["trailing data", bytes(0x05, 0, 0x05, 0)],
    ["no bytes", bytes()],
  ])("%s is an error", (_, input) => {
    expect(() => readDer(input)).toThrow(DerError);
  });

  test("nesting has a limit", () => {
    expect(() => partsOf(readDer(sequence()), MAX_DER_DEPTH + 1)).toThrow(DerError);
  });
});

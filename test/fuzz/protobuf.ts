/** Bodies in Kubernetes' protobuf encoding: an envelope around fields of random numbers and types, nested or cut off. */
import type { Draw } from "./draw.ts";

const MAGIC = [0x6b, 0x38, 0x73, 0x00];
const LENGTH_DELIMITED = 2;

/** One character per byte: a request of the fuzzer is plain data. */
export function protobufBody(
  draw: Draw,
  { group, version, kind }: { group: string; version: string; kind: string },
): string {
  const apiVersion = group === "" ? version : `${group}/${version}`;
  const typeMeta = [...delimited(1, utf8(apiVersion)), ...delimited(2, utf8(kind))];
  const metadata = delimited(1, [...delimited(1, utf8(draw.pick(["x", "web", ""]))), ...fields(draw, 1)]);
  const message = [...(draw.chance(80) ? metadata : []), ...fields(draw, 0)];
  const bytes = [...MAGIC, ...delimited(1, typeMeta), ...delimited(2, message)];
  const end = draw.chance(15) ? draw.below(bytes.length) : bytes.length;
  return String.fromCharCode(...bytes.slice(0, end));
}

function fields(draw: Draw, depth: number): number[] {
  return Array.from({ length: draw.below(4) }, () => field(draw, depth)).flat();
}

function field(draw: Draw, depth: number): number[] {
  const number = 1 + draw.below(draw.chance(90) ? 24 : 500);
  switch (draw.below(6)) {
    case 0:
      return [...varint(number << 3), ...varint(draw.pick([0, 1, 127, 2 ** 31 - 1, 2 ** 31]))];
    case 1:
      return [...varint((number << 3) | draw.below(8)), ...draw.bytes(12)];
    case 2:
      return delimited(number, utf8(draw.pick(["x", "nginx", "é", "1Gi", "\u0000"])));
    case 3:
      return delimited(number, [...draw.bytes(12)]);
    default:
      return delimited(number, depth < 6 ? fields(draw, depth + 1) : []);
  }
}

function delimited(number: number, bytes: readonly number[]): number[] {
  return [...varint((number << 3) | LENGTH_DELIMITED), ...varint(bytes.length), ...bytes];
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value >>> 0;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  return [...bytes, rest];
}

function utf8(text: string): number[] {
  return [...new TextEncoder().encode(text)];
}

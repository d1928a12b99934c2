/** Conversions of the standard language that the library lacks, and `strings.quote`. */

import type { Environment } from "@marcbachmann/cel-js";
import type { Duration, UnsignedInt } from "@marcbachmann/cel-js/evaluator";
import { MAX_CEL_RANGE } from "../../lib/limits.ts";
import { fromCel } from "../values.ts";

class StringsNamespace {}
class ListsNamespace {}

const TIMESTAMP = "google.protobuf.Timestamp";
const DURATION = "google.protobuf.Duration";

export function registerConversions(environment: Environment): void {
  environment
    .registerFunction("int(uint): int", (value: UnsignedInt) => BigInt(String(value.valueOf())))
    .registerFunction(`int(${TIMESTAMP}): int`, (value: Date) => BigInt(Math.floor(value.getTime() / 1000)))
    .registerFunction(`string(${TIMESTAMP}): string`, (value: Date) => String(fromCel(value)))
    .registerFunction(`string(${DURATION}): string`, (value: Duration) => String(fromCel(value)))
    .registerType("StringsNamespace", StringsNamespace)
    .registerConstant("strings", "StringsNamespace", new StringsNamespace())
    .registerFunction("StringsNamespace.quote(string): string", (_: unknown, text: string) => JSON.stringify(text))
    .registerType("ListsNamespace", ListsNamespace)
    .registerConstant("lists", "ListsNamespace", new ListsNamespace())
    .registerFunction("ListsNamespace.range(int): list<int>", (_: unknown, count: bigint) => range(count));
}

function range(count: bigint): bigint[] {
  if (count > BigInt(MAX_CEL_RANGE)) throw new Error(`lists.range: at most ${MAX_CEL_RANGE}`);
  return Array.from({ length: Math.max(0, Number(count)) }, (_, i) => BigInt(i));
}

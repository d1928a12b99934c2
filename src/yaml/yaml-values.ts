/** Shared by both YAML readers: plain scalars of YAML 1.1, which go-yaml reads besides those of 1.2, and errors. */
import { fromBigInt, parseInt64 } from "../lib/integers.ts";
import type { JsonValue } from "../lib/json.ts";

export interface ParsedYaml {
  value: JsonValue;
  /** go-yaml's messages about repeated keys. */
  duplicates: string[];
}

export class YamlError extends Error {
  override name = "YamlError";
}

/** The first line of go-yaml's message about repeated keys. */
export const UNMARSHAL_ERRORS = "yaml: unmarshal errors:\n";

const TRUE = /^(y|Y|yes|Yes|YES|on|On|ON)$/;
const FALSE = /^(n|N|no|No|NO|off|Off|OFF)$/;
/** Integers with so many digits that a double may lose some, but not so many that they are floats in any case. */
const LONG_INTEGER = /^[-+]?[0-9]{16,64}$/;
const OCTAL = /^[-+]?0[0-7]{1,64}$/;

/** The value of a plain scalar that YAML 1.2 reads otherwise, or with lost digits; undefined for all others. */
export function version11Value(source: string): boolean | number | undefined {
  if (TRUE.test(source)) return true;
  if (FALSE.test(source)) return false;
  if (OCTAL.test(source)) return octal(source);
  return LONG_INTEGER.test(source) ? longInteger(source) : undefined;
}

/** The integer with every digit; undefined beyond 64 bits, which go-yaml reads as a float. */
function longInteger(source: string): number | undefined {
  const value = parseInt64(source);
  return value === undefined ? undefined : fromBigInt(value);
}

function octal(source: string): number {
  const digits = BigInt(`0o${source.replace(/^[-+]?0/, "")}`);
  return fromBigInt(source.startsWith("-") ? -digits : digits);
}

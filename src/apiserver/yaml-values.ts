/** What both readers of YAML share: the plain scalars of YAML 1.1, which go-yaml reads beside those of 1.2, and refusals. */
import { fromBigInt, parseInt64 } from "../lib/integers.ts";

export class YamlError extends Error {
  override name = "YamlError";
}

/** How go-yaml begins what it says of keys given twice. */
export const UNMARSHAL_ERRORS = "yaml: unmarshal errors:\n";

const TRUE = /^(y|Y|yes|Yes|YES|on|On|ON)$/;
const FALSE = /^(n|N|no|No|NO|off|Off|OFF)$/;
/** Digits enough for an integer that a double may not hold, and not so many that it is a float in any case. */
const LONG_INTEGER = /^[-+]?[0-9]{16,64}$/;
const OCTAL = /^[-+]?0[0-7]{1,64}$/;

/** The value of a plain scalar where YAML 1.2 has another one, or not every digit; undefined for all others. */
export function version11Value(source: string): boolean | number | undefined {
  if (TRUE.test(source)) return true;
  if (FALSE.test(source)) return false;
  if (OCTAL.test(source)) return octal(source);
  return LONG_INTEGER.test(source) ? longInteger(source) : undefined;
}

/** Every digit, as go-yaml reads it; undefined beyond 64 bits, where it is a float. */
function longInteger(source: string): number | undefined {
  const value = parseInt64(source);
  return value === undefined ? undefined : fromBigInt(value);
}

function octal(source: string): number {
  const digits = BigInt(`0o${source.replace(/^[-+]?0/, "")}`);
  return fromBigInt(source.startsWith("-") ? -digits : digits);
}

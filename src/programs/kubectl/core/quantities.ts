import { parseQuantity } from "../../../lib/quantity.ts";
import { Failure } from "./session.ts";

/** `cpu=200m`. `invalid` is the first word of the refusal, which differs between commands. Throws Failure. */
export function resourceQuantity(pair: string, invalid: "Invalid" | "invalid"): [name: string, value: string] {
  const [name = "", value, ...rest] = pair.split("=");
  if (value === undefined || rest.length > 0) {
    throw new Failure(`error: ${invalid} argument syntax ${pair}, expected <resource>=<value>`);
  }
  try {
    parseQuantity(value);
  } catch (error) {
    if (error instanceof Error) throw new Failure(`error: ${error.message}`);
    throw error;
  }
  return [name, value];
}

/** Values as texts: in messages, and by `tostring`. */
import { type Meter, typeName, type Value } from "./values.ts";
import { numberText, textOf } from "./writer.ts";

/** The value as messages show it: its JSON, cut to `size` characters. */
export function shown(value: Value, size = 14): string {
  const text = textOf(value, undefined, size + 1);
  return text.length > size ? `${text.slice(0, size - 3)}...` : text;
}

export function described(value: Value): string {
  return `${typeName(value)} (${shown(value)})`;
}

/** `tostring`: texts are themselves, all else is JSON. */
export function stringOf(value: Value, meter: Meter): string {
  if (typeof value === "string") return value;
  return typeof value === "number" ? numberText(value) : textOf(value, meter);
}

/** Strings, keys and symbols in `util.inspect`. */
import type { JsSymbol, Key } from "../objects.ts";
import type { Context } from "./context.ts";

const ESCAPES: Record<string, string> = {
  "\n": "\\n",
  "\t": "\\t",
  "\b": "\\b",
  "\f": "\\f",
  "\r": "\\r",
  "\v": "\\v",
  "\\": "\\\\",
};

/** A text in quotes that it does not contain, if there are such. */
function quoted(text: string): string {
  const quote = !text.includes("'")
    ? "'"
    : !text.includes('"')
      ? '"'
      : !text.includes("`") && !text.includes("${")
        ? "`"
        : "'";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are escaped
  const escaped = text.replace(/[\u0000-\u001f\u007f-\u009f\\]/g, (letter) => {
    return ESCAPES[letter] ?? `\\x${letter.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
  });
  return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote;
}

/** Shorter texts are not broken at their line ends. */
const LEAST_BROKEN = 16;

export function formatText({ options, breakLength, indentation, compact }: Context, text: string): string {
  const shown = text.slice(0, options.maxStringLength);
  const more = text.length - shown.length;
  const trailer = more > 0 ? `... ${more} more character${more > 1 ? "s" : ""}` : "";
  if (compact >= 0 && shown.length > LEAST_BROKEN && shown.length > breakLength - indentation - 4) {
    const lines = shown.split(/(?<=\n)/);
    return lines.map(quoted).join(` +\n${" ".repeat(indentation + 2)}`) + trailer;
  }
  return quoted(shown) + trailer;
}

export const symbolText = (symbol: JsSymbol): string => `Symbol(${symbol.description ?? ""})`;

export function keyText(key: Key, major: number): string {
  if (typeof key !== "string") return major >= 24 ? symbolText(key) : `[${symbolText(key)}]`;
  return /^[a-zA-Z_][a-zA-Z_0-9]*$/.test(key) ? key : quoted(key);
}

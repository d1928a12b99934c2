/** Quotes texts so that a shell reads them as one word. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: these need $'…'.
const NEEDS_ANSI_C = /[\x00-\x1f\x7f-\xff]/;

const NAMED: Record<string, string> = {
  "\x07": "\\a",
  "\b": "\\b",
  "\x1b": "\\E",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  "\\": "\\\\",
  "'": "\\'",
};

function quoteAnsiC(text: string): string {
  let quoted = "";
  for (const character of text) {
    const code = character.charCodeAt(0);
    if (NAMED[character]) quoted += NAMED[character];
    else if (code < 32 || code > 126) quoted += `\\${code.toString(8).padStart(3, "0")}`;
    else quoted += character;
  }
  return `$'${quoted}'`;
}

/** `'…'`, as `${x@Q}`, `trap` and `alias` print it. */
export function quoteSingle(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** `${x@Q}`. */
export function quoteWord(text: string): string {
  return NEEDS_ANSI_C.test(text) ? quoteAnsiC(text) : quoteSingle(text);
}

/** `declare -p`: in double quotes. */
export function quoteForDeclare(text: string): string {
  return NEEDS_ANSI_C.test(text) ? quoteAnsiC(text) : `"${text.replace(/[\\"$`]/g, "\\$&")}"`;
}

/** Characters that bash quotes in the output of `set` and xtrace. */
const META = /[\s'"\\|&;()<>!{}*[?\]^$`]|^[~#]|[:=]~/;

/** `set` and xtrace of bash: quotes only where they are needed. */
export function quoteIfNeeded(text: string): string {
  if (NEEDS_ANSI_C.test(text)) return quoteAnsiC(text);
  return text === "" || META.test(text) ? quoteSingle(text) : text;
}

/** xtrace of busybox. */
export function quoteForBusybox(text: string): string {
  return /[^+\-./0-9:@A-Z\]^_a-z,]/.test(text) ? quoteSingle(text) : text;
}

/** `printf %q`: with backslashes. */
export function quoteWithBackslashes(text: string): string {
  if (text === "") return "''";
  if (NEEDS_ANSI_C.test(text)) return quoteAnsiC(text);
  return text.replace(/[^\w%+./:=@^-]|^~/g, "\\$&").replace(/^#/, "\\#");
}

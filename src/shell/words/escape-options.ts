/** How the shell decodes `\u` and `\e`, by flavour and locale. */
import type { Context } from "../context.ts";
import { readVariable } from "../variables.ts";
import type { CharacterOptions } from "./escapes.ts";

export function escapeOptions(context: Context): CharacterOptions {
  const isBash = context.shell.flavour === "bash";
  return { hasUnicode: isBash, hasEscape: isBash, isUtf8: isUtf8(context) };
}

/** Whether the locale's characters are UTF-8. Without a locale they are ASCII. */
function isUtf8(context: Context): boolean {
  const locale = ["LC_ALL", "LC_CTYPE", "LANG"].map((name) => readVariable(context, name)).find(Boolean);
  return locale !== undefined && /utf-?8/i.test(locale);
}

/**
 * Reads a variable of an env file: a subset of the shell's assignments, with each value in single quotes.
 * Kubernetes: pkg/kubelet/util/env/env_util.go (`ParseEnv`)
 */
import type { Bytes } from "../files/entry.ts";

/**
 * The value of a key; empty if the file does not set it; undefined if a line before it is not an assignment. Values may
 * have several lines. Lines before the first character that counts may be empty or comments.
 */
export function variableOfFile(content: Bytes, key: string): Bytes | undefined {
  const lines = content.split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!.replace(/^[ \t]+/, "");
    if (line === "" || line.startsWith("#")) continue;
    const [, name, text] = /^([^=]*[^=\s])=(.*)$/s.exec(line) ?? [];
    if (name === undefined || text === undefined) return undefined;
    // A space after `=` ends the value, as in the shell.
    if (/^[ \t]/.test(text)) {
      if (name === key) return "";
      continue;
    }
    const quoted = quotedValue([text, ...lines.slice(at + 1)]);
    if (!quoted) return undefined;
    if (name === key) return quoted.value;
    at += quoted.furtherLines;
  }
  return "";
}

/** The value in single quotes at the beginning of these lines; undefined if they hold none, or more than a comment. */
function quotedValue(lines: readonly Bytes[]): { value: Bytes; furtherLines: number } | undefined {
  const text = lines.join("\n");
  const end = text.indexOf("'", 1);
  if (!text.startsWith("'") || end < 0) return undefined;
  const value = text.slice(1, end);
  const [rest = ""] = text.slice(end + 1).split("\n", 1);
  return /^[ \t]*(#|$)/.test(rest) ? { value, furtherLines: value.split("\n").length - 1 } : undefined;
}

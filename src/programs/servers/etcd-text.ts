/** Tables and facts of etcd's tools. */

export const MEMBER = { memberId: "8e9e05c52164694d", version: "3.6.6" } as const;

/** A table with borders, as `-w table` prints it. */
export function tableText(names: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = names.map((name, i) => Math.max(name.length, ...rows.map((row) => (row[i] ?? "").length)));
  const line = `+${widths.map((width) => "-".repeat(width + 2)).join("+")}+`;
  const centered = (text: string, width: number) => {
    const left = Math.floor((width - text.length) / 2);
    return " ".repeat(left) + text + " ".repeat(width - text.length - left);
  };
  const isNumber = (text: string) => /^-?\d+(\.\d+)?$/.test(text);
  const head = names.map((name, i) => ` ${centered(name, widths[i]!)} `).join("|");
  const body = rows.map((row) => {
    const cells = row.map((text, i) => (isNumber(text) ? text.padStart(widths[i]!) : text.padEnd(widths[i]!)));
    return `|${cells.map((text) => ` ${text} `).join("|")}|`;
  });
  return [line, `|${head}|`, line, ...body, line];
}

/** A checksum of a content, as eight hexadecimal digits (FNV-1a). */
export function hexOf(content: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < content.length; i++) hash = Math.imul(hash ^ content.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16);
}

/** /etc/passwd, /etc/group and /etc/shadow as lines. */
import { type Call, UsageError } from "../base/call.ts";

/** The lines of a file without empty ones; none without the file. */
export function linesIn(call: Call, path: string): string[] {
  const { files } = call.process;
  return files.find(path) ? files.read(path).split("\n").filter(Boolean) : [];
}

export function writeLines(call: Call, path: string, lines: readonly string[]): void {
  call.process.files.write(path, lines.map((line) => `${line}\n`).join(""));
}

/** Refuses users other than root. @throws UsageError */
export function needsRoot(call: Call, file: string): void {
  if (call.process.credentials.uid === 0) return;
  const gnu = `Permission denied.\n${call.name}: cannot lock ${file}; try again later.`;
  throw new UsageError(call.flavour === "gnu" ? gnu : `${file}: Permission denied`, { hasHint: false });
}

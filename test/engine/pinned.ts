/** The repository's pinned hashes of the present `ENGINE_VERSION`. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const FILE = fileURLToPath(import.meta.resolve("../golden/engine-version.json"));

export interface Pinned {
  version: string;
  families: Record<string, string>;
}

export function readPinned(): Pinned {
  return JSON.parse(readFileSync(FILE, "utf8")) as Pinned;
}

export function writePinned(pinned: Pinned): void {
  writeFileSync(FILE, `${JSON.stringify(pinned, null, 2)}\n`);
}

/** Families with another hash than pinned, and new and removed families. */
export function movedFamilies(before: Record<string, string>, now: Record<string, string>): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(now)])].filter((name) => before[name] !== now[name]);
}

/** The advice for families whose hash moved, with the code's version; undefined if no hash moved. */
export function problemOf(pinned: Pinned, now: Pinned): string | undefined {
  const moved = movedFamilies(pinned.families, now.families);
  const moves = `The same inputs lead to another cluster now. What moved: ${moved.join("; ")}.`;
  const pin = "Run `npm run engine-version` and commit what it writes.";
  if (moved.length > 0 && pinned.version === now.version) {
    return `${moves} Raise ENGINE_VERSION in src/lib/engine-version.ts if that is meant. ${pin}`;
  }
  if (moved.length > 0) return `${moves} ENGINE_VERSION was raised. ${pin}`;
  return pinned.version === now.version ? undefined : `ENGINE_VERSION was raised to ${now.version}. ${pin}`;
}

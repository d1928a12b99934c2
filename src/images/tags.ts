/** Which tags of a repository exist, as data: versions, variants and words. */

/** The version and variant of an existing tag. */
export interface TagFacts {
  tag: string;
  /** `1.29.3`: the newest version that the tag covers. Empty if the family has no versions. */
  version: string;
  /** `alpine`, `slim-bookworm`; empty if absent. */
  variant: string;
}

export interface TagRule {
  /**
   * Versions, oldest first, separated by blanks. `1.0-29:9` stands for 1.0 to 1.29 with patches 0 to 9 each, `8-27`
   * for 8 to 27, `12:11` for 12 and 12.0 to 12.11. Shorter prefixes exist as well: `1`, `1.29`.
   */
  versions: string;
  /** Words that stand for a version: `{ stable: "1.28.0" }`. `latest` is the newest version unless it is false. */
  words?: Readonly<Record<string, string>>;
  /** Pattern of the whole variant after a version or a word, or alone: `alpine(3\.\d+)?|slim`. */
  variants?: string;
  /** Versions are written `v1.2.3`; `optional`: with or without the letter. */
  prefix?: "v" | "optional";
  hasNoLatest?: boolean;
  /**
   * Releases after the newest one exist as well, up to the next major version. For images that charts name: their
   * versions move on every week, and users do not write them by hand.
   */
  grows?: boolean;
}

/** Variants of the Linux distributions on which Docker's official images build. */
export const DEBIAN_VARIANT = "(?:slim-)?(?:wheezy|jessie|stretch|buster|bullseye|bookworm|trixie)(?:-slim)?";
export const ALPINE_VARIANT = "alpine(?:3\\.(?:[4-9]|1\\d|2[0-4]))?";

/** No release has such a number as one of its first three; a tag with it is a mistake. */
const MAX_LATER_NUMBER = 5000;
/** Some releases have the number of the build as a fourth one. */
const MAX_PARTS = 4;

interface VersionRange {
  prefix: readonly number[];
  from: number;
  to: number;
  /** Largest number after the range's own; undefined: none follows. */
  patch: number | undefined;
}

/** The facts of the tag; undefined: it does not exist. */
export function findTag(rule: TagRule, tag: string): TagFacts | undefined {
  const ranges = rangesOf(rule.versions);
  const newest = newestOf(ranges);
  const words: Record<string, string> = { ...(rule.hasNoLatest ? {} : { latest: newest }), ...rule.words };
  const facts = (version: string, variant: string): TagFacts | undefined =>
    isVariant(rule, variant) ? { tag, version, variant } : undefined;
  const numbered = /^(v?)(\d+(?:\.\d+)*)(?:-(.*))?$/s.exec(tag);
  if (numbered) {
    const [, letter = "", text = "", variant] = numbered;
    const isWritten = rule.prefix === "optional" || (letter === "v") === (rule.prefix === "v");
    const version = isWritten ? (findVersion(ranges, text.split(".")) ?? laterVersion(rule, newest, text)) : undefined;
    const found = version === undefined || variant === "" ? undefined : facts(version, variant ?? "");
    if (found) return found;
  }
  for (const [word, version] of Object.entries(words)) {
    if (tag === word) return { tag, version, variant: "" };
    if (tag.startsWith(`${word}-`)) return facts(version, tag.slice(word.length + 1));
  }
  // A variant alone is a word: `alpine`, `slim-bookworm`.
  return /^[a-z]/.test(tag) && rule.variants !== undefined ? facts(newest, tag) : undefined;
}

/** The version if it follows the newest one that is listed. */
function laterVersion({ grows }: TagRule, newest: string, text: string): string | undefined {
  const [numbers, listed] = [text.split(".").map(Number), newest.split(".").map(Number)];
  if (!grows || numbers.length > MAX_PARTS || numbers.slice(0, 3).some((number) => number > MAX_LATER_NUMBER))
    return undefined;
  const at = numbers.findIndex((number, i) => number !== (listed[i] ?? 0));
  const isLater = at >= 0 && (numbers[at] ?? 0) > (listed[at] ?? 0);
  return isLater && (numbers[0] ?? 0) <= (listed[0] ?? 0) + 1 ? text : undefined;
}

/** The newest image of the repository. */
export function newestTag({ versions, words }: TagRule): TagFacts {
  return { tag: "latest", version: words?.["latest"] ?? newestOf(rangesOf(versions)), variant: "" };
}

function isVariant({ variants }: TagRule, variant: string): boolean {
  return variant === "" || (variants !== undefined && new RegExp(`^(?:${variants})$`).test(variant));
}

/** The newest version that begins with these numbers; undefined if there is none. */
function findVersion(ranges: readonly VersionRange[], parts: readonly string[]): string | undefined {
  // A number with leading zeros is another tag; Ubuntu's 24.04 is a word.
  if (parts.some((part) => part.length > 1 && part.startsWith("0"))) return undefined;
  const numbers = parts.map(Number);
  for (const range of [...ranges].reverse()) {
    const found = matchRange(range, numbers);
    if (found) return found.join(".");
  }
  return undefined;
}

function matchRange({ prefix, from, to, patch }: VersionRange, numbers: readonly number[]): number[] | undefined {
  const depth = prefix.length;
  if (numbers.some((number, i) => i < depth && number !== prefix[i])) return undefined;
  if (numbers.length > depth + (patch === undefined ? 1 : 2)) return undefined;
  const own = numbers[depth] ?? to;
  const last = numbers[depth + 1] ?? patch;
  if (own < from || own > to || (last ?? 0) > (patch ?? 0)) return undefined;
  return [...prefix, own, ...(last === undefined ? [] : [last])];
}

function rangesOf(versions: string): VersionRange[] {
  return versions
    .split(" ")
    .filter((token) => token !== "")
    .map((token) => {
      const [span = "", patch] = token.split(":");
      const [head = "", to] = span.split("-");
      const prefix = head.split(".").map(Number);
      const from = prefix.pop() ?? 0;
      return {
        prefix,
        from,
        to: to === undefined ? from : Number(to),
        patch: patch === undefined ? undefined : +patch,
      };
    });
}

function newestOf(ranges: readonly VersionRange[]): string {
  const range = ranges.at(-1);
  return range ? (matchRange(range, [])?.join(".") ?? "") : "";
}

/** Resource records as lines of a zone file. https://www.rfc-editor.org/rfc/rfc1035#section-5 */
import type { DnsRecord, RecordType } from "../../../lib/dns.ts";

const TYPES: readonly RecordType[] = ["A", "AAAA", "CNAME", "PTR", "SRV", "TXT", "NS", "MX", "SOA"];
/** Types whose last value is a name. */
const NAMED = /^(CNAME|PTR|NS|MX|SRV)$/;
const DEFAULT_TTL_SECONDS = 3600;

/** `name [ttl] [class] type value…`; names without a dot at the end are below `origin`. Undefined: no such record. */
export function recordOfLine(line: string, origin: string, defaultTtl = DEFAULT_TTL_SECONDS): DnsRecord | undefined {
  const [owner = "", ...rest] = line.trim().split(/\s+/);
  const typeAt = rest.findIndex((word) => TYPES.some((type) => type === word.toUpperCase()));
  const record = TYPES.find((type) => type === rest[typeAt]?.toUpperCase());
  const values = rest.slice(typeAt + 1);
  if (!record || values.length === 0) return undefined;
  const ttl = rest.slice(0, typeAt).find((word) => /^\d+$/.test(word));
  const name = fullName(owner, origin);
  const value = NAMED.test(record)
    ? [...values.slice(0, -1), `${fullName(values.at(-1) ?? "", origin)}.`].join(" ")
    : values.join(" ").replace(/^"(.*)"$/, "$1");
  return { name, record, value, ttlSeconds: ttl === undefined ? defaultTtl : Number(ttl) };
}

function fullName(name: string, origin: string): string {
  if (name === "@") return origin;
  const lower = name.toLowerCase();
  return lower.endsWith(".") ? lower.slice(0, -1) : origin === "" ? lower : `${lower}.${origin}`;
}

/** The records of a zone file, with `$ORIGIN`, `$TTL`, comments, and records over several lines in parentheses. */
export function recordsOfZone(text: string, zone: string): DnsRecord[] {
  let origin = zone;
  let ttl = DEFAULT_TTL_SECONDS;
  let owner = "@";
  const joined = text.replace(/;[^\n]*/g, "").replace(/\(([^)]*)\)/g, (_, inner: string) => inner.replace(/\s+/g, " "));
  return joined.split("\n").flatMap((line) => {
    const [word = "", value = ""] = line.trim().split(/\s+/);
    if (word === "") return [];
    if (word === "$ORIGIN") origin = fullName(value, origin);
    else if (word === "$TTL") ttl = Number(value) || ttl;
    else {
      if (!/^\s/.test(line)) owner = word;
      const found = recordOfLine(/^\s/.test(line) ? `${owner} ${line.trim()}` : line, origin, ttl);
      return found ? [found] : [];
    }
    return [];
  });
}

/** hosts: names from lines of the Corefile or from a file. https://coredns.io/plugins/hosts */
import type { DirectiveReader } from "../corefile.ts";
import { Fallthrough, NO_RECORDS, type Plugin, type Query, type World, zonesOf, zoneWith } from "../plugin.ts";

const DEFAULT_FILE = "/etc/hosts";
const DEFAULT_TTL_SECONDS = 3600;

interface Entry {
  address: string;
  names: readonly string[];
}

export const hosts: Plugin = {
  name: "hosts",
  setup(reader) {
    const args = reader.args();
    const [file = DEFAULT_FILE, ...given] = args;
    const zones = zonesOf(given, reader.keys);
    const fallthrough = new Fallthrough();
    const { inline, ttlSeconds, hasReverse } = blockOf(reader, fallthrough);
    return (query, world, next) => {
      if (zoneWith(query.name, zones) === undefined) return next(query);
      const entries = [...inline, ...entriesOf(world, file)];
      const values = valuesOf(query, entries, hasReverse);
      if (values === undefined) return fallthrough.covers(query.name) ? next(query) : NXDOMAIN;
      if (values.length === 0 && fallthrough.covers(query.name)) return next(query);
      const { name, record } = query;
      return { ...NO_RECORDS, records: values.map((value) => ({ name, record, value, ttlSeconds })) };
    };
  },
};

const NXDOMAIN = { ...NO_RECORDS, code: "NXDOMAIN" } as const;

function blockOf(reader: DirectiveReader, fallthrough: Fallthrough) {
  const inline: Entry[] = [];
  let ttlSeconds = DEFAULT_TTL_SECONDS;
  let hasReverse = true;
  while (reader.nextLine()) {
    const property = reader.value;
    const args = reader.args();
    if (property === "fallthrough") fallthrough.read(args);
    else if (property === "no_reverse") hasReverse = false;
    else if (property === "ttl") {
      if (args.length === 0) throw reader.problem("ttl needs a time in second");
      if (!/^-?\d+$/.test(args[0] ?? "")) throw reader.problem("ttl needs a number of second");
      ttlSeconds = Number(args[0]);
      if (ttlSeconds <= 0 || ttlSeconds > 65_535) throw reader.problem("ttl provided is invalid");
    } else if (property === "reload") {
      if (args.length !== 1) throw reader.problem("reload needs a duration (zero seconds to disable)");
    } else if (isAddress(property)) inline.push({ address: property, names: args.map(lower) });
    else throw reader.problem(`unknown property '${property}'`);
  }
  return { inline, ttlSeconds, hasReverse };
}

function isAddress(text: string): boolean {
  return /^\d+(\.\d+){3}$/.test(text) || /^[\da-f:]*:[\da-f:.]*$/i.test(text);
}

function lower(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}

function entriesOf(world: Pick<World, "read">, file: string): Entry[] {
  return (world.read(file) ?? "").split("\n").flatMap((line) => {
    const [address = "", ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
    return isAddress(address) ? [{ address, names: names.map(lower) }] : [];
  });
}

/** Undefined: no entry has the name. */
function valuesOf({ name, record }: Query, entries: readonly Entry[], hasReverse: boolean): string[] | undefined {
  if (name.endsWith(".in-addr.arpa")) {
    const address = name
      .replace(/\.in-addr\.arpa$/, "")
      .split(".")
      .reverse()
      .join(".");
    const names = entries.filter((entry) => hasReverse && entry.address === address).flatMap((entry) => entry.names);
    if (names.length === 0) return undefined;
    return record === "PTR" ? names.map((one) => `${one}.`) : [];
  }
  const exact = entries.filter(({ names }) => names.includes(name));
  const wildcard = name.replace(/^[^.]+/, "*");
  const found = exact.length > 0 ? exact : entries.filter(({ names }) => names.includes(wildcard));
  if (found.length === 0) return undefined;
  if (record !== "A" && record !== "AAAA") return [];
  const addresses = found
    .map(({ address }) => address)
    .filter((address) => address.includes(":") === (record === "AAAA"));
  return [...new Set(addresses)];
}

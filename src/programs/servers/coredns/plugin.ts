/** Plugins of CoreDNS: each reads its directive once and then answers queries or passes them on. */
import type { ClusterZone, DnsRecord, DnsReply } from "../../../lib/dns.ts";
import type { DirectiveReader } from "./corefile.ts";

export interface Query {
  /** In lower case, without a dot at the end; "" is the root. */
  name: string;
  record: DnsRecord["record"];
  /** Address of the client. */
  from: string;
}

/** The world of a server. */
export interface World {
  /** The cluster's records, from the API server; undefined: the name does not exist. */
  clusterRecords(query: Query, zone: ClusterZone): DnsRecord[] | undefined;
  /** Asks another name server. `silent`: it does not answer. */
  ask(query: Query, server: string): DnsReply | "silent";
  /** The content of a file, undefined if it cannot be read. */
  read(path: string): string | undefined;
  /** Writes a line of the log. */
  log(line: string): void;
  /** 32 random bits. */
  random(): number;
  /** The server's own address, for messages. */
  address: string;
}

/** `error`: the text that the plugin `errors` logs. `isAuthoritative`: the server's own data, not those of another. */
export interface Reply extends DnsReply {
  isAuthoritative: boolean;
  error?: string;
}

export type Handler = (query: Query, world: World, next: (query: Query) => Reply) => Reply;

export interface Plugin {
  name: string;
  /** Reads the directive. Undefined: the plugin has no part in answers. Throws CorefileError. */
  setup(reader: DirectiveReader, world: Pick<World, "read">): Handler | undefined;
  /** It may stand several times in a server block. */
  isRepeatable?: boolean;
}

export const NO_RECORDS: Reply = { code: "NOERROR", records: [], isAuthoritative: true };

export function failure(code: DnsReply["code"], error?: string): Reply {
  return { code, records: [], isAuthoritative: false, ...(error !== undefined && { error }) };
}

/** A zone in lower case, without its port and the dot at the end; "" is the root. A network becomes its reverse zone. */
export function zoneOf(text: string): string {
  const name = text.replace(/^\w+:\/\//, "").replace(/:\d+$/, "");
  const [, address, bits] = /^(\d+(?:\.\d+){0,3})\/(\d+)$/.exec(name) ?? [];
  if (address === undefined) return name.toLowerCase().replace(/\.$/, "");
  const octets = address.split(".").slice(0, Math.max(1, Math.floor(Number(bits) / 8)));
  return `${octets.reverse().join(".")}.in-addr.arpa`;
}

/** The zones in the arguments, else those of the server block. */
export function zonesOf(args: readonly string[], keys: readonly string[]): string[] {
  return (args.length > 0 ? args : keys).map(zoneOf);
}

export function isInZone(name: string, zone: string): boolean {
  return zone === "" || name === zone || name.endsWith(`.${zone}`);
}

/** The longest of the zones that contains the name. */
export function zoneWith(name: string, zones: readonly string[]): string | undefined {
  return zones
    .filter((zone) => isInZone(name, zone))
    .sort((a, b) => b.length - a.length)
    .at(0);
}

/** `fallthrough [ZONES…]`: absent, for all names, or for those of zones. */
export class Fallthrough {
  #zones: readonly string[] | undefined;

  read(args: readonly string[]): void {
    this.#zones = args.length > 0 ? args.map(zoneOf) : [""];
  }

  covers(name: string): boolean {
    return this.#zones?.some((zone) => isInZone(name, zone)) ?? false;
  }
}

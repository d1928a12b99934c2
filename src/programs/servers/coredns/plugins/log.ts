/** log and errors: lines about queries. https://coredns.io/plugins/log, https://coredns.io/plugins/errors */
import { type Plugin, type Query, type Reply, type World, zonesOf, zoneWith } from "../plugin.ts";

const COMMON =
  '{remote}:{port} - {>id} "{type} {class} {name} {proto} {size} {>do} {>bufsize}" {rcode} {>rflags} {rsize} {duration}';
const FORMATS: Readonly<Record<string, string>> = { "{common}": COMMON, "{combined}": `${COMMON} "{>opcode}"` };
/** Octets of a message without its names: the header, type and class of the question. */
const FIXED_BYTES = 18;
/** Octets of a record without its name and its value. */
const RECORD_BYTES = 12;
/** Octets of the SOA record of a cluster's zone and of the root. */
const OWN_SOA_BYTES = 93;
const ROOT_SOA_BYTES = 75;

type Class = "all" | "success" | "denial" | "error";
const CLASSES: readonly string[] = ["all", "success", "denial", "error"];

export const log: Plugin = {
  name: "log",
  isRepeatable: true,
  setup(reader) {
    const args = reader.args();
    const formatAt = args.findIndex((word) => word.includes("{"));
    const zones = zonesOf(formatAt < 0 ? args : args.slice(0, formatAt), reader.keys);
    const written = formatAt < 0 ? "{common}" : args.slice(formatAt).join(" ");
    const classes = new Set<string>();
    while (reader.nextLine()) {
      if (reader.value !== "class") throw reader.problem(`unknown property '${reader.value}'`);
      const named = reader.args();
      if (named.length === 0) throw reader.argumentProblem();
      for (const name of named) {
        if (!CLASSES.includes(name)) throw reader.plainProblem(`invalid Class: ${name}`);
        classes.add(name);
      }
    }
    const shows = (reply: Reply) => classes.size === 0 || classes.has("all") || classes.has(classOf(reply));
    return (query, world, next) => {
      const reply = next(query);
      if (zoneWith(query.name, zones) !== undefined && shows(reply))
        world.log(`[INFO] ${lineOf(FORMATS[written] ?? written, query, reply, world)}`);
      return reply;
    };
  },
};

export const errors: Plugin = {
  name: "errors",
  setup(reader) {
    const args = reader.args();
    if (args.length > 1) throw reader.argumentProblem();
    if (args.length === 1 && args[0] !== "stdout") throw reader.problem(`invalid log file: ${args[0]}`);
    while (reader.nextLine()) reader.args();
    return (query, world, next) => {
      const reply = next(query);
      if (reply.error !== undefined)
        world.log(`[ERROR] plugin/errors: 2 ${query.name}. ${query.record}: ${reply.error}`);
      return reply;
    };
  },
};

function classOf({ code, records }: Reply): Class {
  if (code === "NXDOMAIN" || (code === "NOERROR" && records.length === 0)) return "denial";
  return code === "NOERROR" ? "success" : "error";
}

function lineOf(format: string, query: Query, reply: Reply, world: World): string {
  const size = FIXED_BYTES + query.name.length;
  const values: Record<string, string> = {
    remote: query.from,
    port: String(32_768 + (world.random() % 28_000)),
    ">id": String(world.random() % 65_536),
    type: query.record,
    class: "IN",
    name: `${query.name}.`,
    proto: "udp",
    size: String(size),
    ">do": "false",
    ">bufsize": "512",
    rcode: reply.code,
    ">rflags": reply.isAuthoritative ? "qr,aa,rd" : "qr,rd,ra",
    rsize: String(size + answerBytes(reply)),
    duration: `0.${String(100_000 + (world.random() % 400_000)).padStart(9, "0")}s`,
    ">opcode": "0",
    local: world.address,
  };
  return format.replace(/\{([^}]+)\}/g, (_, label: string) => values[label] ?? "-");
}

function answerBytes({ records, code, isAuthoritative }: Reply): number {
  if (records.length === 0) return code === "SERVFAIL" ? 0 : isAuthoritative ? OWN_SOA_BYTES : ROOT_SOA_BYTES;
  const valueBytes = (record: string, value: string) =>
    record === "A" ? 4 : record === "AAAA" ? 16 : value.length + 1;
  return records.reduce(
    (sum, { name, record, value }) => sum + name.length + RECORD_BYTES + valueBytes(record, value),
    0,
  );
}

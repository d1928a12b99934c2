/** nslookup of BIND and of busybox, whose versions before 1.29 print in a form of their own. */
import type { ProcessView, Program, Step } from "../../shell/program.ts";
import type { Answer } from "../../shell/question.ts";
import { BUSYBOX_BANNER, type Tool } from "../base/call.ts";
import {
  ANSWER_NEEDED,
  askAll,
  isAddress,
  isUnanswered,
  type RecordType,
  type Reply,
  recordType,
  refusalOf,
  resolverOf,
  reverseName,
  unansweredLines,
} from "./resolver.ts";

type Found = Answer & { type: "addresses" };

interface Query {
  /** As typed. */
  name: string;
  /** The server that the command line names. */
  server?: string;
  /** The type that the command line names. */
  record?: RecordType;
}

const NO_SERVER = ";; connection timed out; no servers could be reached\n\n";
const NO_INTERACTION = "nslookup: interactive mode is not available\n";

export const nslookup: Tool = (flavour) => ({
  run: (process) => {
    const query = queryOf(process);
    if (query) return flavour === "busybox" ? lookUpBusybox(process, query) : lookUpBind(process, query);
    const usage = "Usage: nslookup [-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]\n\nQuery DNS about HOST\n";
    process.write(2, flavour === "busybox" ? `${BUSYBOX_BANNER}\n\n${usage}` : NO_INTERACTION);
    return { type: "exit", status: 1 };
  },
});

/** BIND's, also on systems whose other tools are those of busybox. */
export const bindNslookup: Tool = () => nslookup("gnu");

function queryOf({ argv }: ProcessView): Query | undefined {
  const args = argv.slice(1);
  const [name, server] = args.filter((argument) => !argument.startsWith("-"));
  if (name === undefined) return undefined;
  const words = args.map((argument) => /^-(?:t|type|q|querytype|query)=(\w+)$/i.exec(argument)?.[1]);
  const record = words.map(recordType).find((type) => type !== undefined);
  return { name, ...(server !== undefined && { server }), ...(record !== undefined && { record }) };
}

/** Each question is answered in a paragraph. A name without dots is asked for in each search domain, and only there. */
function lookUpBusybox(process: ProcessView, { name, server, record }: Query): Step {
  const { searchDomains } = resolverOf(process);
  const isReverse = record === undefined && isAddress(name);
  const asked = isReverse ? [reverseName(name)] : name.includes(".") ? [name] : searched(name, searchDomains);
  const records: RecordType[] = record ? [record] : isReverse ? ["PTR"] : ["A", "AAAA"];
  const questions = records.flatMap((type) =>
    asked.map((full) => ({
      type: "resolve" as const,
      name: `${full.replace(/\.$/, "")}.`,
      record: type,
      ...(server !== undefined && { server }),
    })),
  );
  const replies = askAll(process, questions);
  if (!replies) return ANSWER_NEEDED;
  if (replies.every(isUnanswered)) {
    process.write(1, NO_SERVER);
    return { type: "exit", status: 1 };
  }
  const shown = server ?? resolverOf(process).server;
  process.write(1, `Server:\t\t${shown}\nAddress:\t${shown}:53\n\n`);
  const paragraphs = replies.map((reply, i) => {
    if (reply.type === "addresses") return `${linesOf(reply)}\n`;
    const full = questions[i]!.name.slice(0, -1);
    const code = refusalOf(reply);
    return code ? `** server can't find ${full}: ${code}\n\n` : "\n";
  });
  process.write(1, paragraphs.join(""));
  // The real one fails as soon as one search domain lacks the name; docs/differences.md says why this one does not.
  const isFound = replies.some(({ type }) => type === "addresses");
  const isRefused = replies.some((reply) => refusalOf(reply) !== undefined);
  return { type: "exit", status: isRefused && !isFound ? 1 : 0 };
}

function searched(name: string, domains: readonly string[]): string[] {
  return domains.length > 0 ? domains.map((domain) => `${name}.${domain}`) : [name];
}

function lookUpBind(process: ProcessView, { name, server, record }: Query): Step {
  const isReverse = record === undefined && isAddress(name);
  const asked = isReverse ? reverseName(name) : name;
  const records: RecordType[] = record ? [record] : isReverse ? ["PTR"] : ["A", "AAAA"];
  const replies = askAll(
    process,
    records.map((type) => ({
      type: "resolve",
      name: isReverse ? `${asked}.` : asked,
      record: type,
      ...(server !== undefined && { server }),
    })),
  );
  if (!replies) return ANSWER_NEEDED;
  const shown = server ?? resolverOf(process).server;
  const unanswered = replies.find(isUnanswered);
  if (unanswered) {
    process.write(1, `${unansweredLines(unanswered, shown)}\n`);
    return { type: "exit", status: 1 };
  }
  const found = replies.filter((reply): reply is Found => reply.type === "addresses" && reply.records.length > 0);
  const code = replies.map(refusalOf).find((one) => one !== undefined);
  const failure = code
    ? `** server can't find ${asked.replace(/\.$/, "")}: ${code}\n`
    : `*** Can't find ${asked}: No answer\n`;
  const title = isReverse ? "" : `Server:\t\t${shown}\nAddress:\t${shown}#53\n\n`;
  process.write(1, `${title}${found.length > 0 ? uniqueLines(found) : failure}\n`);
  return { type: "exit", status: code && found.length === 0 ? 1 : 0 };
}

/** An alias is in the answers to both questions and is shown once. */
function uniqueLines(found: readonly Found[]): string {
  return [...new Set(found.flatMap(({ records, name }) => records.map((record) => lineOf(record, name))))].join("");
}

function linesOf({ records, name }: Found): string {
  return records.map((record) => lineOf(record, name)).join("");
}

function lineOf({ record, value, name }: Found["records"][number], full: string): string {
  const owner = (name || full).replace(/\.$/, "");
  const target = value.replace(/\.$/, "");
  switch (record) {
    case "A":
    case "AAAA":
      return `Name:\t${owner}\nAddress: ${value}\n`;
    case "PTR":
      return `${owner}\tname = ${target}.\n`;
    case "CNAME":
      return `${owner}\tcanonical name = ${target}.\n`;
    case "SRV":
      return `${owner}\tservice = ${value}\n`;
    case "TXT":
      return `${owner}\ttext = "${value}"\n`;
    case "MX":
      return `${owner}\tmail exchanger = ${value}\n`;
    case "NS":
      return `${owner}\tnameserver = ${value}\n`;
    default:
      return `${owner}\n\torigin = ${value}\n`;
  }
}

/** nslookup of busybox up to 1.28: it asks the C library, and for the name of each address. */
export const nslookupOfLibc: Tool = (): Program => ({
  run: (process) => {
    const query = queryOf(process);
    if (!query || query.record) {
      process.write(
        2,
        "BusyBox v1.28.4 (2018-07-17 15:21:40 UTC) multi-call binary.\n\nUsage: nslookup [HOST] [SERVER]\n",
      );
      return { type: "exit", status: 1 };
    }
    const { name } = query;
    const server = query.server ?? resolverOf(process).server;
    const own = query.server === undefined ? {} : { server };
    const titles = askAll(
      process,
      [{ type: "resolve", name: `${reverseName(server)}.`, record: "PTR", ...own }],
      "titles",
    );
    if (!titles) return ANSWER_NEEDED;
    const replies = isAddress(name) ? [] : askAll(process, [{ type: "resolve", name, record: "A", ...own }]);
    if (!replies) return ANSWER_NEEDED;
    const addresses = isAddress(name) ? [name] : replies.flatMap(valuesOf);
    const reverse = addresses.map((one) => ({
      type: "resolve" as const,
      name: `${reverseName(one)}.`,
      record: "PTR" as const,
      ...own,
    }));
    const names = askAll(process, reverse, "names");
    if (!names) return ANSWER_NEEDED;
    process.write(1, `Server:    ${server}\n${addressLine(1, server, titles[0])}\n`);
    if (addresses.length === 0) {
      process.write(2, `nslookup: can't resolve '${name}'\n`);
      return { type: "exit", status: 1 };
    }
    process.write(1, `Name:      ${name}\n${addresses.map((one, i) => addressLine(i + 1, one, names[i])).join("")}`);
    return { type: "exit", status: 0 };
  },
});

function valuesOf(reply: Reply): string[] {
  if (reply.type !== "addresses") return [];
  return reply.records.filter(({ record }) => record === "A").map(({ value }) => value);
}

function addressLine(number: number, address: string, reply: Reply | undefined): string {
  const name = reply?.type === "addresses" ? reply.records[0]?.value.replace(/\.$/, "") : undefined;
  return `Address ${number}: ${address}${name === undefined ? "" : ` ${name}`}\n`;
}

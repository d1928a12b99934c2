/** dig, host. */
import type { ProcessView, Step } from "../../shell/program.ts";
import type { Tool } from "../base/call.ts";
import { formatTime, localTime } from "../base/clock.ts";
import {
  ANSWER_NEEDED,
  askAll,
  isAddress,
  isUnanswered,
  NO_SERVERS,
  type RecordType,
  type Reply,
  recordType,
  refusalOf,
  refusedLines,
  resolverOf,
  reverseName,
  unansweredLines,
} from "./resolver.ts";

export const dig: Tool = () => ({
  run: (process) => {
    const args = process.argv.slice(1);
    const flags = args.filter((argument) => argument.startsWith("+"));
    const server = args.find((argument) => argument.startsWith("@"))?.slice(1);
    const reverseAt = args.indexOf("-x");
    const words = args.filter(
      (argument, i) =>
        !/^[+@-]/.test(argument) && !(reverseAt >= 0 && i === reverseAt + 1) && argument.toUpperCase() !== "IN",
    );
    const record: RecordType =
      reverseAt >= 0 ? "PTR" : (words.map(recordType).find((type) => type !== undefined) ?? "A");
    const typed =
      reverseAt >= 0
        ? reverseName(args[reverseAt + 1] ?? "")
        : (words.find((word) => recordType(word) === undefined) ?? ".");
    const usesSearch = flags.includes("+search");
    const name = usesSearch || typed.endsWith(".") ? typed : `${typed}.`;
    const answers = askAll(process, [{ type: "resolve", name, record, ...(server !== undefined && { server }) }]);
    if (!answers) return ANSWER_NEEDED;
    return printDig(
      process,
      {
        typed,
        name,
        record,
        isShort: flags.includes("+short"),
        shownServer: server ?? resolverOf(process).server,
        isBare: flags.includes("+noall") && flags.includes("+answer"),
      },
      answers[0]!,
    );
  },
});

interface DigQuery {
  typed: string;
  name: string;
  record: RecordType;
  isShort: boolean;
  isBare: boolean;
  shownServer: string;
}

function printDig(process: ProcessView, query: DigQuery, answer: Reply): Step {
  if (isUnanswered(answer)) {
    const { isShort, shownServer } = query;
    process.write(
      1,
      isShort
        ? unansweredLines(answer, shownServer)
        : `${refusedLines(answer, shownServer)}${digTitle(process)}\n${NO_SERVERS}`,
    );
    return { type: "exit", status: 9 };
  }
  const records = answer.type === "addresses" ? answer.records : [];
  if (query.isShort) {
    process.write(1, records.map((record) => `${shownValue(record)}\n`).join(""));
    return { type: "exit", status: 0 };
  }
  const full = answer.type === "addresses" ? `${answer.name.replace(/\.$/, "")}.` : query.name;
  const lines = records.map(
    (one) => `${`${(one.name || full).replace(/\.$/, "")}.`}\t${one.ttlSeconds}\tIN\t${one.record}\t${shownValue(one)}`,
  );
  if (query.isBare) {
    process.write(1, lines.map((line) => `${line}\n`).join(""));
    return { type: "exit", status: 0 };
  }
  const code = refusalOf(answer) ?? "NOERROR";
  const authority = lines.length > 0 || code === "SERVFAIL" ? [] : [";; AUTHORITY SECTION:", START_OF_AUTHORITY, ""];
  process.write(
    1,
    [
      digTitle(process),
      ";; Got answer:",
      `;; ->>HEADER<<- opcode: QUERY, status: ${code}, id: ${process.random() % 65_536}`,
      `;; flags: qr aa rd; QUERY: 1, ANSWER: ${records.length}, AUTHORITY: ${authority.length > 0 ? 1 : 0}, ADDITIONAL: 1`,
      ";; WARNING: recursion requested but not available",
      "",
      ";; OPT PSEUDOSECTION:",
      "; EDNS: version: 0, flags:; udp: 1232",
      ";; QUESTION SECTION:",
      `;${full}\t\tIN\t${query.record}`,
      "",
      ...(lines.length > 0 ? [";; ANSWER SECTION:", ...lines, ""] : []),
      ...authority,
      `;; Query time: ${Math.round(answer.afterMs)} msec`,
      `;; SERVER: ${query.shownServer}#53(${query.shownServer}) (UDP)`,
      `;; WHEN: ${formatTime("%a %b %d %H:%M:%S %Z %Y", localTime(process.nowMs, process.env.TZ))}`,
      `;; MSG SIZE  rcvd: ${HEADER_BYTES + full.length + lines.join("").length + authority.join("").length}`,
      "",
      "",
    ].join("\n"),
  );
  return { type: "exit", status: 0 };
}

/** Names end with a dot. */
function shownValue({ record, value }: { record: string; value: string }): string {
  return /^(CNAME|NS|PTR|SRV|MX)$/.test(record) ? `${value.replace(/\.$/, "")}.` : value;
}

/** Octets of a message without names: its header, the question's type and class, the record of EDNS. */
const HEADER_BYTES = 29;
const START_OF_AUTHORITY =
  "cluster.local.\t\t30\tIN\tSOA\tns.dns.cluster.local. hostmaster.cluster.local. 1767225600 7200 1800 86400 30";

function digTitle({ argv }: ProcessView): string {
  return `\n; <<>> DiG 9.18.33 <<>> ${argv.slice(1).join(" ")}\n;; global options: +cmd`;
}

export const host: Tool = () => ({
  run: (process) => {
    const args = process.argv.slice(1);
    const typeAt = args.indexOf("-t");
    const type = typeAt >= 0 ? args[typeAt + 1]?.toUpperCase() : undefined;
    const [name = "", server] = args.filter(
      (argument, i) => !argument.startsWith("-") && i !== typeAt + (typeAt >= 0 ? 1 : -1_000),
    );
    const isReverse = isAddress(name);
    const record = recordType(type);
    const records: RecordType[] = record ? [record] : isReverse ? ["PTR"] : ["A", "AAAA"];
    const asked = isReverse ? reverseName(name) : name;
    const questions = records.map((each) => ({
      type: "resolve" as const,
      name: isReverse ? `${asked}.` : asked,
      record: each,
      ...(server !== undefined && { server }),
    }));
    const answers = askAll(process, questions);
    if (!answers) return ANSWER_NEEDED;
    const title = server === undefined ? "" : hostTitle(server);
    const found = answers.flatMap((answer) => (answer.type === "addresses" ? answer.records : []));
    if (found.length > 0) {
      process.write(1, title + [...new Set(found.map(hostLine))].join(""));
      return { type: "exit", status: 0 };
    }
    const unanswered = answers.find(isUnanswered);
    if (unanswered) {
      process.write(1, unansweredLines(unanswered, server ?? resolverOf(process).server));
      return { type: "exit", status: 1 };
    }
    const code = answers.map(refusalOf).find((one) => one !== undefined);
    const refusal = code === "NXDOMAIN" ? "3(NXDOMAIN)" : "2(SERVFAIL)";
    const missing = record ? `${asked} has no ${record} record\n` : "";
    process.write(
      1,
      title + (code ? `Host ${asked.replace(/\.$/, "")}${isReverse ? "." : ""} not found: ${refusal}\n` : missing),
    );
    return { type: "exit", status: code ? 1 : 0 };
  },
});

function hostTitle(server: string): string {
  return `Using domain server:\nName: ${server}\nAddress: ${server}#53\nAliases: \n\n`;
}

function hostLine({ name, record, value }: { name: string; record: string; value: string }): string {
  const owner = name.replace(/\.$/, "");
  if (record === "A") return `${owner} has address ${value}\n`;
  if (record === "AAAA") return `${owner} has IPv6 address ${value}\n`;
  if (record === "PTR") return `${owner} domain name pointer ${value.replace(/\.$/, "")}.\n`;
  if (record === "CNAME") return `${owner} is an alias for ${value.replace(/\.$/, "")}.\n`;
  if (record === "SRV") return `${owner} has SRV record ${value}\n`;
  return `${owner} has ${record} record ${value}\n`;
}

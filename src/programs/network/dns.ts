/** nslookup (busybox and bind9), dig, host. */
import { FileError } from "../../files/errors.ts";
import type { ProcessView, Step } from "../../shell/program.ts";
import type { Answer, ResolveQuestion } from "../../shell/question.ts";
import type { Flavour, Tool } from "../base/call.ts";
import { formatTime, localTime } from "../base/clock.ts";

type Record_ = ResolveQuestion["record"];
type Reply = Answer & { type: "addresses" | "failed" };

const RECORDS = new Set<string>(["A", "AAAA", "CNAME", "PTR", "SRV", "TXT", "NS", "MX", "SOA"]);

/** Asks several questions one after another and keeps the answers in the state. Undefined while one is open. */
function askAll(process: ProcessView, questions: readonly ResolveQuestion[]): Reply[] | undefined {
  process.state.answers ??= [];
  const answers = process.state.answers as unknown as Reply[];
  while (answers.length < questions.length) {
    const answer = process.ask(questions[answers.length]!);
    if (!answer) return undefined;
    answers.push(answer as Reply);
  }
  return answers;
}

const WAIT: Step = { type: "wait", for: [{ type: "answer" }] };

/** The first name server of /etc/resolv.conf. */
function nameServer(process: ProcessView): string {
  try {
    return /^nameserver\s+(\S+)/m.exec(process.files.read("/etc/resolv.conf"))?.[1] ?? "127.0.0.1";
  } catch (error) {
    if (error instanceof FileError) return "127.0.0.1";
    throw error;
  }
}

function isAddress(text: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+$/.test(text) || text.includes(":");
}

/** `7.1.244.10.in-addr.arpa.` */
function reverseName(address: string): string {
  return `${address.split(".").reverse().join(".")}.in-addr.arpa.`;
}

export const nslookup: Tool = (flavour) => ({
  run: (process) => {
    const args = process.argv.slice(1);
    const type = args
      .map((argument) => /^-(?:type|q|querytype|query)=(\w+)$/i.exec(argument)?.[1]?.toUpperCase())
      .find(Boolean);
    const [name, server] = args.filter((argument) => !argument.startsWith("-"));
    if (name === undefined) {
      process.write(
        2,
        flavour === "gnu"
          ? "nslookup: interactive mode needs a terminal\n"
          : "BusyBox v1.36.1 (2024-05-31 15:46:39 UTC) multi-call binary.\n\nUsage: nslookup [-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]\n",
      );
      return { type: "exit", status: 1 };
    }
    const isReverse = isAddress(name) && type === undefined;
    const records: Record_[] =
      type !== undefined && RECORDS.has(type) ? [type as Record_] : isReverse ? ["PTR"] : ["A", "AAAA"];
    const asked = isReverse ? reverseName(name) : name;
    const answers = askAll(
      process,
      records.map((record) => ({ type: "resolve", name: asked, record, server })),
    );
    return answers ? printLookup(process, flavour, name, isReverse ? asked.slice(0, -1) : name, answers) : WAIT;
  },
});

function printLookup(
  process: ProcessView,
  flavour: Flavour,
  name: string,
  asked: string,
  answers: readonly Reply[],
): Step {
  const server = answers[0]?.server ?? nameServer(process);
  const failures = answers.filter((answer) => answer.type === "failed");
  if (
    failures.some(({ why }) => why === "dnsTimeout" || why === "timeout" || why === "refused" || why === "unreachable")
  ) {
    process.write(
      flavour === "gnu" ? 1 : 2,
      flavour === "gnu"
        ? ";; connection timed out; no servers could be reached\n\n"
        : ";; connection timed out; no servers could be reached\n\n",
    );
    return { type: "exit", status: 1 };
  }
  process.write(
    1,
    flavour === "gnu"
      ? `Server:\t\t${server}\nAddress:\t${server}#53\n\n`
      : `Server:\t\t${server}\nAddress:\t${server}:53\n\n`,
  );
  const found = answers.filter((answer) => answer.type === "addresses" && answer.records.length > 0) as (Answer & {
    type: "addresses";
  })[];
  if (flavour === "gnu") {
    for (const { name: full, records } of found)
      process.write(1, records.map((record) => recordLines(record, full)).join(""));
    if (found.length === 0) {
      const isUnknown = failures.some(({ why }) => why === "unknownName");
      process.write(
        1,
        isUnknown ? `** server can't find ${asked}: NXDOMAIN\n` : `*** Can't find ${asked}: No answer\n`,
      );
    }
    process.write(1, "\n");
    return { type: "exit", status: found.length > 0 ? 0 : 1 };
  }
  // busybox prints each question's answer in a paragraph of its own.
  for (const answer of answers) {
    if (answer.type === "addresses" && answer.records.length > 0)
      process.write(1, `${answer.records.map((record) => recordLines(record, answer.name)).join("")}\n`);
    else if (answer.type === "failed" && answer.why === "unknownName")
      process.write(1, `** server can't find ${name}: NXDOMAIN\n\n`);
    else if (found.length === 0) process.write(1, `*** Can't find ${name}: No answer\n\n`);
    else process.write(1, "\n");
  }
  return { type: "exit", status: found.length > 0 ? 0 : 1 };
}

function recordLines({ record, value, name }: { name: string; record: string; value: string }, full: string): string {
  const owner = (name || full).replace(/\.$/, "");
  if (record === "A" || record === "AAAA") return `Name:\t${owner}\nAddress: ${value}\n`;
  if (record === "PTR") return `${owner}\tname = ${value.replace(/\.$/, "")}.\n`;
  if (record === "CNAME") return `${owner}\tcanonical name = ${value.replace(/\.$/, "")}.\n`;
  if (record === "SRV") return `${owner}\tservice = ${value}\n`;
  if (record === "TXT") return `${owner}\ttext = "${value}"\n`;
  if (record === "MX") return `${owner}\tmail exchanger = ${value}\n`;
  return record === "NS" ? `${owner}\tnameserver = ${value}\n` : `${owner}\n\torigin = ${value}\n`;
}

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
    const record = (
      reverseAt >= 0 ? "PTR" : (words.map((word) => word.toUpperCase()).find((word) => RECORDS.has(word)) ?? "A")
    ) as Record_;
    const typed =
      reverseAt >= 0
        ? reverseName(args[reverseAt + 1] ?? "")
        : (words.find((word) => !RECORDS.has(word.toUpperCase())) ?? ".");
    const usesSearch = flags.includes("+search");
    const name = usesSearch || typed.endsWith(".") ? typed : `${typed}.`;
    const answers = askAll(process, [{ type: "resolve", name, record, server }]);
    if (!answers) return WAIT;
    return printDig(
      process,
      {
        typed,
        name,
        record,
        isShort: flags.includes("+short"),
        shownServer: server ?? nameServer(process),
        isBare: flags.includes("+noall") && flags.includes("+answer"),
      },
      answers[0]!,
    );
  },
});

interface DigQuery {
  typed: string;
  name: string;
  record: Record_;
  isShort: boolean;
  isBare: boolean;
  shownServer: string;
}

function printDig(process: ProcessView, query: DigQuery, answer: Reply): Step {
  const isTimeout = answer.type === "failed" && answer.why !== "unknownName" && answer.why !== "noRecord";
  if (isTimeout) {
    process.write(
      1,
      query.isShort
        ? ";; connection timed out; no servers could be reached\n"
        : `\n; <<>> DiG 9.18.33 <<>> ${process.argv.slice(1).join(" ")}\n;; global options: +cmd\n;; no servers could be reached\n`,
    );
    return { type: "exit", status: 9 };
  }
  const records = answer.type === "addresses" ? answer.records : [];
  if (query.isShort) {
    process.write(1, records.map(({ value }) => `${value}\n`).join(""));
    return { type: "exit", status: 0 };
  }
  const full = answer.type === "addresses" ? `${answer.name.replace(/\.$/, "")}.` : query.name;
  const lines = records.map(
    ({ name, record, value, ttlSeconds }) =>
      `${`${(name || full).replace(/\.$/, "")}.`}\t${ttlSeconds}\tIN\t${record}\t${value}`,
  );
  if (query.isBare) {
    process.write(1, lines.map((line) => `${line}\n`).join(""));
    return { type: "exit", status: 0 };
  }
  const status = answer.type === "failed" && answer.why === "unknownName" ? "NXDOMAIN" : "NOERROR";
  process.write(
    1,
    [
      "",
      `; <<>> DiG 9.18.33 <<>> ${process.argv.slice(1).join(" ")}`,
      ";; global options: +cmd",
      ";; Got answer:",
      `;; ->>HEADER<<- opcode: QUERY, status: ${status}, id: ${process.random() % 65_536}`,
      `;; flags: qr aa rd; QUERY: 1, ANSWER: ${records.length}, AUTHORITY: 0, ADDITIONAL: 1`,
      ";; WARNING: recursion requested but not available",
      "",
      ";; OPT PSEUDOSECTION:",
      "; EDNS: version: 0, flags:; udp: 1232",
      ";; QUESTION SECTION:",
      `;${full}\t\tIN\t${query.record}`,
      "",
      ...(lines.length > 0 ? [";; ANSWER SECTION:", ...lines, ""] : []),
      `;; Query time: ${Math.round(answer.afterMs)} msec`,
      `;; SERVER: ${query.shownServer}#53(${query.shownServer}) (UDP)`,
      `;; WHEN: ${formatTime("%a %b %d %H:%M:%S %Z %Y", localTime(process.nowMs, process.env.TZ))}`,
      `;; MSG SIZE  rcvd: ${60 + lines.join("").length}`,
      "",
      "",
    ].join("\n"),
  );
  return { type: "exit", status: 0 };
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
    const records: Record_[] = type && RECORDS.has(type) ? [type as Record_] : isReverse ? ["PTR"] : ["A", "AAAA"];
    const asked = isReverse ? reverseName(name) : name;
    const answers = askAll(
      process,
      records.map((record) => ({ type: "resolve", name: asked, record, server })),
    );
    if (!answers) return WAIT;
    const found = answers.flatMap((answer) => (answer.type === "addresses" ? answer.records : []));
    if (found.length > 0) {
      process.write(1, found.map(hostLine).join(""));
      return { type: "exit", status: 0 };
    }
    const isTimeout = answers.some(
      (answer) => answer.type === "failed" && answer.why !== "unknownName" && answer.why !== "noRecord",
    );
    process.write(
      1,
      isTimeout
        ? ";; connection timed out; no servers could be reached\n"
        : `Host ${asked.replace(/\.$/, isReverse ? "." : "")} not found: 3(NXDOMAIN)\n`,
    );
    return { type: "exit", status: 1 };
  },
});

function hostLine({ name, record, value }: { name: string; record: string; value: string }): string {
  const owner = name.replace(/\.$/, "");
  if (record === "A") return `${owner} has address ${value}\n`;
  if (record === "AAAA") return `${owner} has IPv6 address ${value}\n`;
  if (record === "PTR") return `${owner} domain name pointer ${value.replace(/\.$/, "")}.\n`;
  if (record === "CNAME") return `${owner} is an alias for ${value.replace(/\.$/, "")}.\n`;
  if (record === "SRV") return `${owner} has SRV record ${value}\n`;
  return `${owner} has ${record} record ${value}\n`;
}

/**
 * iptables and iptables-save: they show the rules of kube-proxy on a node, and none in the network of a pod. Changes are
 * refused. ipvsadm and conntrack have nothing to show, because kube-proxy works with iptables and no connection stays.
 */
import { type Chain, NODE_RULES, type NodeRules, type PacketRule } from "../../lib/node-rules.ts";
import type { ProcessView, Step } from "../../shell/program.ts";
import { programName, type Tool, tool, UsageError } from "../base/call.ts";
import { type Options, readOptions } from "../base/options.ts";
import { refuse } from "../base/unavailable.ts";
import { withUsage } from "../processes/waiting.ts";

const VERSION = "v1.8.9 (nf_tables)";
const RULES = {
  short: "t:L::S::nvxVhA:I:D:R:F::X::N:P:Z::E:C:p:s:d:j:i:o:m:w::",
  long: {
    ...{ table: "t", list: "L", "list-rules": "S", numeric: "n", verbose: "v", exact: "x", version: "V", append: "A" },
    ...{ insert: "I", delete: "D", flush: "F", new: "N", policy: "P", "line-numbers": "-", wait: "w" },
  },
};
const CHANGES = ["A", "I", "D", "R", "F", "X", "N", "P", "Z", "E"];
const PORT_NAMES: Readonly<Record<number, string>> = { 53: "domain", 80: "http", 443: "https", 8080: "http-alt" };
const PROTOCOL_NUMBERS: Readonly<Record<string, string>> = { tcp: "6", udp: "17", sctp: "132", all: "0" };

export const iptables: Tool = (flavour) => ({
  run: (process) =>
    withUsage(process, flavour, () => {
      const args = process.argv.slice(1).flatMap((argument) => (argument === "!" ? [] : [argument]));
      const options = readOptions({ args, flavour }, RULES);
      if (options.has("V")) return show(process, `${programName(process)} ${VERSION}\n`);
      const refusal = rightsProblem(process);
      if (refusal) return refusal;
      if (options.has(...CHANGES)) return refuse(process, "changes of the packet filter");
      return withRules(process, (rules) => listed(process, options, rules));
    }),
});

export const iptablesSave: Tool = (flavour) => ({
  run: (process) =>
    withUsage(process, flavour, () => {
      const options = readOptions({ args: process.argv.slice(1), flavour }, { short: "t:cV", long: { table: "t" } });
      const refusal = rightsProblem(process);
      if (refusal) return refusal;
      return withRules(process, (rules) => {
        const wanted = options.value("t");
        const tables = (["filter", "nat"] as const).filter((name) => wanted === undefined || name === wanted);
        return show(process, tables.map((name) => savedTable(name, rules[name])).join(""));
      });
    }),
});

export const ipvsadm = tool((call) => {
  call.print("IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\n");
  call.print("  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn\n");
  return 0;
});

export const conntrack = tool((call) => {
  call.warn("conntrack v1.4.8 (conntrack-tools): 0 flow entries have been shown.\n");
  return 0;
});

function show(process: ProcessView, text: string): Step {
  process.write(1, text);
  return { type: "exit", status: 0 };
}

function rightsProblem(process: ProcessView): Step | undefined {
  if (process.credentials.capabilities.includes("NET_ADMIN")) return undefined;
  const name = programName(process);
  process.write(
    2,
    `${name} ${VERSION}: Could not fetch rule set generation id: Permission denied (you must be root)\n`,
  );
  return { type: "exit", status: 4 };
}

const NO_RULES: NodeRules = {
  nat: ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"].map((name) => ({ name, policy: "ACCEPT", rules: [] })),
  filter: ["INPUT", "FORWARD", "OUTPUT"].map((name) => ({ name, policy: "ACCEPT", rules: [] })),
};

function withRules(process: ProcessView, then: (rules: NodeRules) => Step): Step {
  const { env } = process;
  const host = env["KUBERNETES_SERVICE_HOST"];
  // Services have no rules for IPv6.
  if (host === undefined || programName(process).startsWith("ip6")) return then(NO_RULES);
  const port = Number(env["KUBERNETES_SERVICE_PORT"] ?? 443);
  const answer = process.ask({ type: "message", host, port, protocol: NODE_RULES, body: null, timeoutMs: 10_000 });
  if (!answer) return { type: "wait", for: [{ type: "answer" }] };
  return then(answer.type === "message" && answer.body !== null ? (answer.body as unknown as NodeRules) : NO_RULES);
}

function listed(process: ProcessView, options: Options, rules: NodeRules): Step {
  const table = options.value("t") ?? "filter";
  const all = table === "nat" ? rules.nat : table === "filter" ? rules.filter : [];
  const isSaved = options.has("S");
  if (!isSaved && !options.has("L")) throw new UsageError(`${VERSION}: no command specified`, { status: 2 });
  const name = options.value(isSaved ? "S" : "L") || options.operands[0] || "";
  const chains = name === "" ? all : all.filter((chain) => chain.name === name);
  if (name !== "" && chains.length === 0) {
    process.write(2, `${programName(process)}: No chain/target/match by that name.\n`);
    return { type: "exit", status: 1 };
  }
  if (isSaved) return show(process, [...chains.map(declared), ...chains.flatMap(savedRules)].join(""));
  const style = {
    ...{ isNumeric: options.has("n"), isVerbose: options.has("v"), hasNumbers: options.has("line-numbers") },
  };
  const references = (chain: Chain) =>
    all.flatMap((one) => one.rules).filter((rule) => rule.target === chain.name).length;
  return show(process, chains.map((chain) => listedChain(chain, references(chain), style)).join("\n"));
}

/** `-P INPUT ACCEPT`, `-N KUBE-SERVICES` */
function declared({ name, policy }: Chain): string {
  return policy ? `-P ${name} ${policy}\n` : `-N ${name}\n`;
}

function savedRules({ name, rules }: Chain): string[] {
  return rules.map((rule) => `-A ${name} ${savedRule(rule)}\n`);
}

function savedRule(rule: PacketRule): string {
  const { target, protocol, source, isSourceNegated, destination, comment, port, matches = [], action } = rule;
  const whole = (address: string) => (address.includes("/") ? address : `${address}/32`);
  return [
    ...(source === undefined ? [] : [`${isSourceNegated ? "! " : ""}-s ${whole(source)}`]),
    ...(destination === undefined ? [] : [`-d ${whole(destination)}`]),
    ...(protocol === undefined ? [] : [`-p ${protocol}`]),
    ...(comment === undefined ? [] : [`-m comment --comment ${/\s/.test(comment) ? `"${comment}"` : comment}`]),
    ...matches.map(({ saved }) => saved),
    ...(protocol === undefined ? [] : [`-m ${protocol}`]),
    ...(port === undefined ? [] : [`--dport ${port}`]),
    `-j ${target}`,
    ...(action ? [action.saved] : []),
  ].join(" ");
}

function savedTable(name: string, chains: readonly Chain[]): string {
  const heads = chains.map((chain) => `:${chain.name} ${chain.policy ?? "-"} [0:0]\n`);
  return `# Generated by iptables-save v1.8.9\n*${name}\n${[...heads, ...chains.flatMap(savedRules)].join("")}COMMIT\n# Completed\n`;
}

interface Style {
  isNumeric: boolean;
  isVerbose: boolean;
  hasNumbers: boolean;
}

function listedChain({ name, policy, rules }: Chain, references: number, style: Style): string {
  const { isVerbose, hasNumbers } = style;
  const counted = isVerbose ? `${policy} 0 packets, 0 bytes` : policy;
  const head = `Chain ${name} (${policy ? `policy ${counted}` : `${references} references`})\n`;
  const number = hasNumbers ? "num  " : "";
  const columns = isVerbose
    ? " pkts bytes target     prot opt in     out     source               destination         \n"
    : "target     prot opt source               destination         \n";
  const lines = rules.map((rule, i) => `${hasNumbers ? String(i + 1).padEnd(5) : ""}${listedRule(rule, style)}\n`);
  return `${head}${number}${columns}${lines.join("")}`;
}

function listedRule(rule: PacketRule, { isNumeric, isVerbose }: Style): string {
  const { target, protocol = "all", source, isSourceNegated, destination, comment, port, matches = [], action } = rule;
  const every = isNumeric ? "0.0.0.0/0" : "anywhere";
  const shownPort = port === undefined ? "" : isNumeric ? String(port) : (PORT_NAMES[port] ?? String(port));
  const texts = [
    ...(comment === undefined ? [] : [`/* ${comment} */`]),
    ...matches.map((match) => match.listed),
    ...(port === undefined ? [] : [`${protocol} dpt:${shownPort}`]),
    ...(action ? [`${target === "DNAT" ? `${protocol} ` : ""}${action.listed}`] : []),
  ];
  const shown = isNumeric ? (PROTOCOL_NUMBERS[protocol] ?? protocol) : protocol;
  const counters = isVerbose ? "    0     0 " : "";
  const devices = isVerbose ? ` ${isNumeric ? "*      *  " : "any    any"}   ` : "";
  const from = `${isSourceNegated ? "!" : " "}${(source ?? every).padEnd(19)}`;
  return (
    `${counters}${target.padEnd(9)}  ${shown.padEnd(4)} -- ${devices}${from}  ${(destination ?? every).padEnd(19)} ` +
    texts.map((text) => ` ${text}`).join("")
  );
}

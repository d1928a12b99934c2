/** nmap (ports by number) and ssh, scp, sftp towards machines of the cluster's network, none of which has an SSH server. */

import { isNameFailure, isTemporaryNameFailure } from "../../shell/network-failure.ts";
import type { ProcessView, Step } from "../../shell/program.ts";
import type { Answer } from "../../shell/question.ts";
import { MissingOperand, programName, type Tool } from "../base/call.ts";
import { formatTime, localTime } from "../base/clock.ts";
import { readOptions } from "../base/options.ts";
import { withUsage } from "../processes/waiting.ts";
import { isAddress } from "./resolver.ts";

const SSH_PORT = 22;

const SSH_FAILURES: Readonly<Record<string, string>> = {
  refused: "Connection refused",
  timeout: "Connection timed out",
  unreachable: "No route to host",
  reset: "Connection reset by peer",
};

/** A server that is no SSH server gets the client's greeting and sends nothing that the client understands. */
function greet(process: ProcessView, host: string, port: number): Step {
  const answer = process.ask({ type: "connect", protocol: "tcp", host, port, data: "SSH-2.0-OpenSSH_9.2\r\n" });
  if (!answer) return { type: "wait", for: [{ type: "answer" }] };
  process.write(2, `${problemOf(answer, host, port)}\n`);
  return { type: "exit", status: 255 };
}

function problemOf(answer: Answer, host: string, port: number): string {
  if (answer.type !== "failed")
    return `kex_exchange_identification: read: Connection reset by peer\nConnection reset by ${host} port ${port}`;
  if (isTemporaryNameFailure(answer.why))
    return `ssh: Could not resolve hostname ${host}: Temporary failure in name resolution`;
  if (answer.why === "unknownName" || answer.why === "noRecord") {
    return `ssh: Could not resolve hostname ${host}: Name or service not known`;
  }
  return `ssh: connect to host ${host} port ${port}: ${SSH_FAILURES[answer.why] ?? "Connection refused"}`;
}

const SSH_RULES = {
  short: "1246AaB:b:Cc:D:E:e:F:fGgI:i:J:Kkl:L:Mm:NnO:o:p:Q:qR:rS:sTtVvW:w:XxYyP:",
  stopsAtOperand: true,
};

export const ssh: Tool = (flavour) => ({
  run: (process) =>
    withUsage(process, flavour, () => {
      const name = programName(process);
      const options = readOptions(
        { args: process.argv.slice(1), flavour },
        { ...SSH_RULES, stopsAtOperand: name === "ssh" },
      );
      if (options.has("V")) {
        process.write(2, "OpenSSH_9.2p1 Debian-2+deb12u7, OpenSSL 3.0.17 1 Jul 2025\n");
        return { type: "exit", status: 0 };
      }
      const target = name === "scp" ? options.operands.find((each) => each.includes(":")) : options.operands[0];
      if (target === undefined) {
        process.write(2, `usage: ${name} [-46AaCfGgKkMNnqsTtVvXxYy] destination [command [argument ...]]\n`);
        return { type: "exit", status: name === "ssh" ? 255 : 1 };
      }
      const host = target
        .replace(/^ssh:\/\//, "")
        .replace(/^[^@]*@/, "")
        .replace(/:.*$/, "");
      const step = greet(process, host, Number(options.value(name === "ssh" ? "p" : "P") ?? SSH_PORT));
      if (step.type === "exit" && name !== "ssh") {
        process.write(2, `${name}: Connection closed\n`);
        return { type: "exit", status: name === "scp" ? 255 : 1 };
      }
      return step;
    }),
});

const SERVICES: Readonly<Record<number, string>> = {
  21: "ftp",
  22: "ssh",
  25: "smtp",
  53: "domain",
  80: "http",
  443: "https",
  3000: "ppp",
  3306: "mysql",
  5000: "upnp",
  5432: "postgresql",
  6379: "redis",
  8000: "http-alt",
  8080: "http-proxy",
  8443: "https-alt",
  9000: "cslistener",
  9090: "zeus-admin",
  9200: "wap-wsp",
  27017: "mongod",
};

/** Ports that a scan without -p looks at. */
const USUAL_PORTS = Object.keys(SERVICES).map(Number);
/** Ports that nmap scans by default, of which all but the usual ones count as closed. */
const DEFAULT_PORTS = 1000;
const MAX_PORTS = 2000;

interface ScanState {
  at: number;
  host: number;
  found: { port: number; state: string }[];
  address?: string;
  startedAtMs: number;
  text: string;
}

function portsOf(text: string | undefined): number[] {
  if (text === undefined) return USUAL_PORTS;
  const ports = (text === "-" ? "1-65535" : text)
    .replace(/[TU]:/g, "")
    .split(",")
    .flatMap((part) => {
      const [from = 0, to = from] = part.split("-").map(Number);
      return Array.from({ length: Math.min(MAX_PORTS, to - from + 1) }, (_, i) => from + i);
    });
  return ports.slice(0, MAX_PORTS);
}

export const nmap: Tool = (flavour) => ({
  run: (process) =>
    withUsage(process, flavour, () => {
      const options = readOptions(
        {
          args: process.argv.slice(1).map((each) => each.replace(/^-(P[nS0]|s[STUVPnC]|T[0-5]|o[NXG])$/, "--$1")),
          flavour,
        },
        {
          short: "p:vAFnRd6V",
          long: {
            Pn: "-",
            PS: "-",
            P0: "-",
            sS: "-",
            sT: "-",
            sU: "-",
            sV: "-",
            sP: "-",
            sn: "-",
            sC: "-",
            open: "-",
            reason: "-",
            ...Object.fromEntries(["T0", "T1", "T2", "T3", "T4", "T5"].map((each) => [each, "-"])),
            oN: ":",
            oX: ":",
            oG: ":",
            "top-ports": ":",
            script: ":",
            "max-retries": ":",
            "host-timeout": ":",
          },
        },
      );
      if (options.has("V")) {
        process.write(1, "Nmap version 7.98 ( https://nmap.org )\n");
        return { type: "exit", status: 0 };
      }
      if (options.operands.length === 0) throw new MissingOperand("No targets were specified, so 0 hosts scanned.");
      return scan(process, options.operands, portsOf(options.value("p")), {
        isFull: !options.has("p"),
        onlyHosts: options.has("sn", "sP"),
      });
    }),
});

function scan(
  process: ProcessView,
  hosts: readonly string[],
  ports: readonly number[],
  { isFull, onlyHosts }: { isFull: boolean; onlyHosts: boolean },
): Step {
  const state = process.state as unknown as ScanState;
  if (state.found === undefined) {
    Object.assign(state, { at: 0, host: 0, found: [], startedAtMs: process.nowMs, text: "" });
    const time = formatTime("%Y-%m-%d %H:%M %Z", localTime(process.nowMs, process.env.TZ));
    process.write(1, `Starting Nmap 7.98 ( https://nmap.org ) at ${time}\n`);
  }
  for (; state.host < hosts.length; state.host++) {
    const host = hosts[state.host]!;
    for (; state.at < ports.length; state.at++) {
      const port = ports[state.at]!;
      const answer = process.ask({ type: "connect", protocol: "tcp", host, port, timeoutMs: 1000 });
      if (!answer) return { type: "wait", for: [{ type: "answer" }] };
      if (answer.type === "failed" && isNameFailure(answer.why)) {
        process.write(2, `Failed to resolve "${host}".\n`);
        break;
      }
      state.address ??= answer.type === "connected" || answer.type === "failed" ? answer.address : undefined;
      const why = answer.type === "failed" ? answer.why : "open";
      state.found.push({ port, state: why === "open" ? "open" : why === "refused" ? "closed" : "filtered" });
    }
    if (state.found.length > 0) process.write(1, reportOf(host, state, { isFull, onlyHosts }));
    Object.assign(state, { at: 0, found: [], address: undefined });
  }
  const seconds = ((process.nowMs - state.startedAtMs) / 1000 + 0.05).toFixed(2);
  const up =
    hosts.length === 1 ? "1 IP address (1 host up)" : `${hosts.length} IP addresses (${hosts.length} hosts up)`;
  process.write(1, `Nmap done: ${up} scanned in ${seconds} seconds\n`);
  return { type: "exit", status: 0 };
}

function reportOf(
  host: string,
  state: ScanState,
  { isFull, onlyHosts }: { isFull: boolean; onlyHosts: boolean },
): string {
  const address = state.address === undefined || isAddress(host) ? "" : ` (${state.address})`;
  const head = `Nmap scan report for ${host}${address}\nHost is up (0.00012s latency).\n`;
  if (onlyHosts) return head;
  const shown = isFull ? state.found.filter((each) => each.state === "open") : state.found;
  const hidden = isFull ? DEFAULT_PORTS - shown.length : 0;
  const notShown = hidden > 0 ? `Not shown: ${hidden} closed tcp ports (conn-refused)\n` : "";
  if (shown.length === 0)
    return `${head}All ${DEFAULT_PORTS} scanned ports on ${host}${address} are in ignored states.\n${notShown}\n`;
  const width = Math.max(4, ...shown.map(({ port }) => `${port}/tcp`.length));
  const stateWidth = Math.max(5, ...shown.map((each) => each.state.length));
  const rows = shown.map(
    (each) =>
      `${`${each.port}/tcp`.padEnd(width)} ${each.state.padEnd(stateWidth)} ${SERVICES[each.port] ?? "unknown"}\n`,
  );
  return `${head}${notShown}\n${"PORT".padEnd(width)} ${"STATE".padEnd(stateWidth)} SERVICE\n${rows.join("")}\n`;
}

/** hey: requests by many workers, with the report of version 0.1.4. */
import { GoDurationError, parseGoDuration } from "../../lib/duration.ts";
import type { ProcessView, Step } from "../../shell/program.ts";
import { type Tool, UsageError } from "../base/call.ts";
import { resolvePath } from "../base/paths.ts";
import { withUsage } from "../processes/waiting.ts";
import { type Distribution, quantileOf, summaryOf } from "./distribution.ts";
import { type GoFlags, readGoFlags } from "./go-flags.ts";
import { type LoadPlan, type LoadResult, runLoad, sizesOf } from "./load-run.ts";
import { requestTo } from "./request.ts";

const SWITCHES = ["h2", "disable-compression", "disable-keepalive", "disable-redirects"];

export const hey: Tool = (flavour) => ({
  handles: ["INT", "TERM"],
  run: (process) =>
    withUsage(process, flavour, () => {
      const flags = readGoFlags(process.argv.slice(1), SWITCHES);
      const plan = planOf(process, flags);
      const outcome = runLoad(process, plan);
      if (outcome.type !== "done") return outcome;
      process.write(1, reportOf(plan, outcome.result));
      return { type: "exit", status: 0 } satisfies Step;
    }),
});

function planOf(process: ProcessView, flags: GoFlags): LoadPlan {
  const url = flags.operands[0];
  if (url === undefined) throw new UsageError("\nUsage: hey [options...] <url>", { hasHint: false });
  const clients = Number(flags.value("c") ?? 50);
  const asked = Number(flags.value("n") ?? 200);
  const durationMs = durationOf(flags.value("z"));
  if (!(clients > 0) || !(asked > 0)) throw new UsageError("-n and -c cannot be smaller than 1.", { hasHint: false });
  if (durationMs === undefined && asked < clients)
    throw new UsageError("-n cannot be less than -c.", { hasHint: false });
  const eachPerSecond = Number(flags.value("q") ?? 0);
  const host = flags.value("host");
  const user = flags.value("a");
  const file = flags.value("D");
  const request = requestTo(url, {
    ...{ method: flags.value("m") ?? "GET", userAgent: flags.value("U") ?? "hey/0.0.1" },
    headers: [
      ...flags.values("H"),
      ...(host === undefined ? [] : [`host: ${host}`]),
      ...(user === undefined ? [] : [`authorization: Basic ${btoa(user)}`]),
    ],
    body: file === undefined ? flags.value("d") : process.files.read(resolvePath(process.cwd, file)),
    contentType: flags.value("T") ?? "text/html",
    timeoutMs: Number(flags.value("t") ?? 20) * 1000 || 86_400_000,
  });
  return {
    ...{ request, clients },
    // Each worker sends the same number.
    ...(durationMs === undefined ? { requests: Math.floor(asked / clients) * clients } : { durationMs }),
    ...(eachPerSecond > 0 && { perSecond: eachPerSecond * clients }),
  };
}

function durationOf(text: string | undefined): number | undefined {
  if (text === undefined || text === "0") return undefined;
  try {
    return parseGoDuration(text);
  } catch (error) {
    if (error instanceof GoDurationError) throw new UsageError(error.message, { hasHint: false });
    throw error;
  }
}

function reportOf({ request }: LoadPlan, result: LoadResult): string {
  const { tookMs, latencies, outcomes } = result;
  const { min, max, mean, count } = summaryOf(latencies);
  const { bodyBytes } = sizesOf(result);
  const secs = (ms: number) => (ms / 1000).toFixed(4);
  const details = (label: string, average: number, fastest: number, slowest: number) =>
    `  ${label}:\t${secs(average)} secs, ${secs(fastest)} secs, ${secs(slowest)} secs\n`;
  const errors = Object.entries(outcomes).filter(([outcome]) => Number.isNaN(Number(outcome)));
  const statuses = Object.entries(outcomes).filter(([outcome]) => !Number.isNaN(Number(outcome)));
  return [
    `\nSummary:\n  Total:\t${secs(tookMs)} secs\n  Slowest:\t${secs(max)} secs\n  Fastest:\t${secs(min)} secs\n`,
    `  Average:\t${secs(mean)} secs\n  Requests/sec:\t${((count * 1000) / tookMs).toFixed(4)}\n  \n`,
    bodyBytes > 0 ? `  Total data:\t${bodyBytes * count} bytes\n  Size/request:\t${bodyBytes} bytes\n` : "",
    `\nResponse time histogram:\n${count > 0 ? histogram(latencies) : ""}\n\nLatency distribution:\n`,
    count > 0
      ? [10, 25, 50, 75, 90, 95, 99].map((p) => `  ${p}% in ${secs(quantileOf(latencies, p / 100))} secs\n`).join("")
      : "",
    "\nDetails (average, fastest, slowest):\n",
    details("DNS+dialup", 0, min, max) + details("DNS-lookup", 0, 0, 0) + details("req write", 0, 0, 0),
    details("resp wait", mean, min, max) + details("resp read", 0, 0, 0),
    `\nStatus code distribution:\n${statuses.map(([status, n]) => `  [${status}]\t${n} responses\n`).join("")}`,
    errors.length > 0 ? `\nError distribution:\n${errors.map((each) => errorLine(each, request)).join("")}` : "",
    "\n",
  ].join("");
}

const ERRORS: Readonly<Record<string, string>> = {
  connection_refused: "connect: connection refused",
  timed_out: "i/o timeout",
  no_route_to_host: "connect: no route to host",
  connection_reset: "read: connection reset by peer",
};

function errorLine([outcome, count]: [string, number], { scheme, host, port, path }: LoadPlan["request"]): string {
  const dial =
    outcome === "unknown_host" ? `lookup ${host}: no such host` : `${host}:${port}: ${ERRORS[outcome] ?? outcome}`;
  return `  [${count}]\tGet "${scheme}://${host}${port === 80 ? "" : `:${port}`}${path}": dial tcp: ${dial}\n`;
}

const BUCKETS = 10;
const BAR_LENGTH = 40;

function histogram(latencies: Distribution): string {
  const { min, max } = summaryOf(latencies);
  const marks = Array.from({ length: BUCKETS + 1 }, (_, i) =>
    i === BUCKETS ? max : min + ((max - min) / BUCKETS) * i,
  );
  const counts = marks.map(() => 0);
  for (const [ms, count] of Object.entries(latencies)) {
    const bucket = marks.findIndex((mark) => Number(ms) <= mark);
    counts[bucket < 0 ? BUCKETS : bucket]! += count;
  }
  const most = Math.max(...counts);
  const line = (mark: number, i: number) => {
    const bar = "\u00e2\u0096\u00a0".repeat(Math.floor((counts[i]! * BAR_LENGTH + most / 2) / most));
    return `  ${(mark / 1000).toFixed(3)} [${counts[i]}]\t|${bar}\n`;
  };
  return marks.map(line).join("");
}

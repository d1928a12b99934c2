/**
 * Consumers of CPU and memory that are told by HTTP what to consume, and their controller.
 * Kubernetes: test/images/agnhost/resource-consumer, resource-consumer-controller
 */
import type { JsonObject } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
import type { ServedAnswer } from "../../../shell/question.ts";
import { dialError } from "../go.ts";
import { parameters, splitPath, text } from "../http.ts";
import { flagOf, type HttpRequest, portOf, server } from "../server.ts";

const MEGABYTE = 1024 * 1024;
const OWN_MEMORY_BYTES = 12 * MEGABYTE;

interface Command {
  /** Names of the parameters, the amount first. */
  fields: readonly [amount: string, ...others: string[]];
  answer: (values: Readonly<Record<string, string>>) => string;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  "/ConsumeCPU": {
    fields: ["millicores", "durationSec"],
    answer: ({ millicores, durationSec }) => `ConsumeCPU\n${millicores} millicores\n${durationSec} durationSec\n`,
  },
  "/ConsumeMem": {
    fields: ["megabytes", "durationSec"],
    answer: ({ megabytes, durationSec }) => `ConsumeMem\n${megabytes} megabytes\n${durationSec} durationSec\n`,
  },
  "/BumpMetric": {
    fields: ["delta", "metric", "durationSec"],
    answer: ({ metric, delta, durationSec }) =>
      `BumpMetric\n${metric} metric\n${delta} delta\n${durationSec} durationSec\n`,
  },
};

function valuesOf({ body, path }: HttpRequest): (name: string) => string {
  const found = parameters(`${body}&${splitPath(path).query}`);
  return (name) => found.get(name)?.[0] ?? "";
}

/** Present loads: amounts with the instants at which they end. */
function loads({ state }: ProcessView): JsonObject[] {
  state["loads"] ??= [];
  return state["loads"] as JsonObject[];
}

export const resourceConsumer = server({
  ports: ({ argv }) => [portOf(flagOf(argv, "port"), 8080)],
  stop: { status: 2 },
  memoryBytes: (process) => {
    const megabytes = loads(process).filter(({ untilMs }) => Number(untilMs) > process.nowMs);
    return OWN_MEMORY_BYTES + megabytes.reduce((sum, load) => sum + Number(load["megabytes"] ?? 0), 0) * MEGABYTE;
  },
  tick: (process) => {
    const running = loads(process).filter(({ untilMs }) => Number(untilMs) > process.nowMs);
    process.state["loads"] = running;
    process.setLoad(running.reduce((sum, { millicores = 0 }) => sum + Number(millicores), 0) / 1000);
    return running.length > 0 ? Math.min(...running.map(({ untilMs }) => Number(untilMs))) : undefined;
  },
  http: consume,
});

function consume(process: ProcessView, request: HttpRequest): ServedAnswer {
  const { path } = splitPath(request.path);
  const value = valuesOf(request);
  if (path === "/metrics") return text(200, metrics(process));
  if (path === "/GetCurrentStatus") return text(200, "Warning: not implemented!");
  const command = COMMANDS[path];
  if (!command) return text(400, `unknown function: ${path}\n`);
  if (request.method !== "POST") return text(400, `Bad request. Use POST method\n`);
  const values = Object.fromEntries(command.fields.map((name) => [name, value(name)]));
  if (Object.values(values).some((each) => each === "")) return text(400, "Not given functionArgument\n");
  const numbers = command.fields.filter((name) => name !== "metric").map(value);
  if (numbers.some((each) => !/^\d+$/.test(each))) return text(400, "Incorrect functionArgument\n");
  const untilMs = process.nowMs + Number(values["durationSec"]) * 1000;
  loads(process).push({ path, ...values, untilMs });
  // The process runs once more, so that its new size counts at once.
  process.kill(process.pid, "URG");
  return text(200, command.answer(values));
}

/** Custom metrics that were raised, in the text format of Prometheus. */
function metrics(process: ProcessView): string {
  const running = loads(process).filter(
    ({ path, untilMs }) => path === "/BumpMetric" && Number(untilMs) > process.nowMs,
  );
  const sums = new Map<string, number>();
  for (const { metric, delta } of running) {
    sums.set(String(metric), (sums.get(String(metric)) ?? 0) + Number(delta));
  }
  return [...sums]
    .map(([name, sum]) => `# HELP ${name} User-defined metric.\n# TYPE ${name} gauge\n${name} ${sum}\n`)
    .join("");
}

/** Spreads what it is asked for over the consumers behind a Service. */
export const resourceConsumerController = server({
  ports: ({ argv }) => [portOf(flagOf(argv, "port"), 8080)],
  stop: { status: 2 },
  http: spread,
});

/** The size of one request, by path: parameter of the size, and default. */
const PIECES: Readonly<Record<string, readonly [parameter: string, size: number]>> = {
  "/ConsumeCPU": ["requestSizeMillicores", 100],
  "/ConsumeMem": ["requestSizeMegabytes", 100],
  "/BumpMetric": ["requestSizeMetrics", 10],
};

const MAX_REQUESTS = 200;

function spread(process: ProcessView, request: HttpRequest): ServedAnswer {
  const { path } = splitPath(request.path);
  const command = COMMANDS[path];
  const [parameter, fallback] = PIECES[path] ?? ["", 1];
  if (!command) return text(404, `unknown function: ${path}\n`);
  if (request.method !== "POST") return text(400, "Bad request. Use POST method\n");
  const value = valuesOf(request);
  const [amountName, ...others] = command.fields;
  const size = Number(value(parameter) || fallback);
  const amount = Number(value(amountName));
  if (!(size > 0) || !Number.isInteger(amount)) return text(400, "Incorrect functionArgument\n");
  const rest = others.map((name) => `${name}=${encodeURIComponent(value(name))}`);
  const lines: string[] = [];
  for (let left = amount, count = 0; left > 0 && count < MAX_REQUESTS; left -= size, count++) {
    const problem = sendOne(process, path, [`${amountName}=${Math.min(left, size)}`, ...rest].join("&"));
    if (problem !== undefined) lines.push(problem);
  }
  lines.unshift(`RC manager: sending ${Math.ceil(amount / size)} requests\n`);
  return text(200, lines.join(""));
}

function sendOne(process: ProcessView, path: string, form: string): string | undefined {
  const { argv } = process;
  const service = flagOf(argv, "consumer-service-name") ?? "resource-consumer";
  const host = `${service}.${flagOf(argv, "consumer-service-namespace") ?? "default"}.svc`;
  const port = portOf(flagOf(argv, "consumer-port"), 8080);
  const answered = process.ask({
    ...{ type: "http", scheme: "http", host, port, method: "POST", path, body: form, timeoutMs: 30_000 },
    headers: { host: `${host}:${port}`, "content-type": "application/x-www-form-urlencoded" },
  });
  if (answered?.type === "http") return undefined;
  const why = answered?.type === "failed" ? answered.why : "timeout";
  return `Failed to connect to consumer: ${dialError(why, host, port)}\n`;
}

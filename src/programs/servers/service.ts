/** Servers of which only the start, the health and a few paths matter: data instead of a program of their own. */
import type { ProcessView, Program } from "../../shell/program.ts";
import { controllerProgram } from "../operators/controller-program.ts";
import type { LeaderFact } from "../operators/elections.ts";
import { reviewAnswer } from "../operators/reviews.ts";
import { grpcHealth } from "./health.ts";
import { type HttpAnswer, json, splitPath, text } from "./http.ts";
import { isoTime, klog, plainTime, slashTime, timeParts } from "./log.ts";
import { type HttpRequest, type ServerOptions, server } from "./server.ts";
import { isTask, work } from "./unknown.ts";

/** How the program writes the lines of its log. */
export type LogStyle = "plain" | "klog" | "logfmt" | "json" | "zap" | "java" | "go" | "python";

export interface ServiceFacts {
  ports: readonly number[] | ((process: ProcessView) => readonly number[]);
  style?: LogStyle;
  /** Lines until it is ready. */
  lines?: readonly string[] | ((process: ProcessView) => readonly string[]);
  logFd?: 1 | 2;
  startMs?: number;
  /** Answers by path: a text, or JSON. Missing paths are 404. */
  paths?: Readonly<Record<string, string | object>>;
  /** The answer of all other paths. */
  page?: (process: ProcessView, request: HttpRequest) => HttpAnswer;
  /** Environment variables without which it ends, and its words then. */
  needs?: { variables: readonly string[]; lines: readonly string[]; status: number };
  stop?: ServerOptions["stop"];
  stopLines?: readonly string[];
  memoryBytes?: number;
  /** It also listens on the ports that its container declares, and its webhooks allow what they are asked. */
  isOperator?: boolean;
  /** It also listens on the ports that its container declares, because its configuration may name others. */
  listensAsDeclared?: boolean;
  /** The election that it wins after it has started. */
  leader?: LeaderFact | undefined;
  /** Other programs of the same executable, by its first argument. */
  commands?: Readonly<Record<string, Program>>;
}

/** Also below a prefix: `/v1/healthz`. */
const HEALTHY =
  /^(\/[\w.-]+)*\/(healthz?|livez?|readyz?|startup|health-check|healthy|-\/healthy|-\/ready|ping)(\/.*)?$/;

export function service(facts: ServiceFacts): Program {
  const { commands = {} } = facts;
  const own = serverOf(facts);
  const chosen = ([, name = ""]: readonly string[]) =>
    (Object.hasOwn(commands, name) ? commands[name] : undefined) ?? own;
  return {
    ...own,
    run: (process) => (isTask(process) ? work(process) : chosen(process.argv).run(process)),
    serve: (process, request) =>
      chosen(process.argv).serve?.(process, request) ?? { type: "failed", why: "refused", afterMs: 0 },
  };
}

function serverOf(facts: ServiceFacts): Program {
  const options = optionsOf(facts);
  const { leader, style = "plain" } = facts;
  if (!leader) return server(options);
  return controllerProgram({
    ...{ server: options, agent: "operator", resources: [], leader },
    line: (process, _level, text) => styled(process, style, text),
  });
}

function optionsOf(facts: ServiceFacts): ServerOptions {
  const { ports, style = "plain", lines = [], logFd = 2, startMs = 300, paths = {}, needs, page } = facts;
  return {
    ports(process) {
      const own = typeof ports === "function" ? ports(process) : ports;
      return facts.isOperator || facts.listensAsDeclared
        ? [...new Set([...own, ...(process.host.declaredPorts ?? [])])]
        : own;
    },
    logFd,
    startMs,
    ...(needs && {
      refuse: (process: ProcessView) =>
        needs.variables.some((name) => process.env[name]) ? undefined : { lines: needs.lines, status: needs.status },
    }),
    ready: (process) =>
      (typeof lines === "function" ? lines(process) : lines).map((line) => styled(process, style, line)),
    stopping: (process) => (facts.stopLines ?? []).map((line) => styled(process, style, line)),
    stop: facts.stop ?? { ms: 100 },
    memoryBytes: () => facts.memoryBytes ?? 40_000_000,
    message: (_process, request) => grpcHealth(request),
    http: (process, request) => {
      const { path } = splitPath(request.path);
      const known = paths[path];
      if (known !== undefined)
        return typeof known === "string" ? text(200, known) : json(200, JSON.parse(JSON.stringify(known)));
      if (HEALTHY.test(path)) return text(200, "ok");
      if (path === "/metrics") return text(200, METRICS, { contentType: "text/plain; version=0.0.4; charset=utf-8" });
      // Operators that serve files, such as those of Flux, are probed at their root.
      if (facts.isOperator && path === "/") return text(200, "");
      const reviewed = facts.isOperator ? reviewAnswer(request) : undefined;
      if (reviewed) return reviewed;
      return page?.(process, request) ?? text(404, "404 page not found\n");
    },
  };
}

const METRICS =
  "# HELP process_cpu_seconds_total Total user and system CPU time spent in seconds.\n# TYPE process_cpu_seconds_total counter\nprocess_cpu_seconds_total 0.42\n";

/** A line in the style of the program's log library. */
function styled(process: ProcessView, style: LogStyle, line: string): string {
  const { nowMs } = process;
  const iso = isoTime(nowMs);
  switch (style) {
    case "plain":
      return line;
    case "klog":
      return klog(process, "main.go:100", line);
    case "logfmt":
      return `ts=${iso} level=info msg=${JSON.stringify(line)}`;
    case "json":
      return JSON.stringify({ level: "info", time: iso, msg: line });
    case "zap":
      return `${iso}\tINFO\t${line}`;
    case "java":
      return `[${iso.slice(0, 19)},${timeParts(nowMs).millis}][INFO ] ${line}`;
    case "go":
      return `${slashTime(nowMs)} ${line}`;
    case "python":
      return `${plainTime(nowMs).replace(".", ",")} INFO ${line}`;
  }
}

/** A page in HTML with a title. */
export function htmlPage(title: string, body = ""): (process: ProcessView, request: HttpRequest) => HttpAnswer {
  const html = `<!DOCTYPE html>\n<html lang="en">\n<head><title>${title}</title></head>\n<body>${body || `<h1>${title}</h1>`}</body>\n</html>\n`;
  return () => text(200, html, { contentType: "text/html; charset=utf-8" });
}

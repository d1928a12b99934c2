/** Apache httpd: the directives Listen, DocumentRoot and ErrorLog's default, its log lines and its pages. */
import { FileError } from "../../files/errors.ts";
import type { ProcessView } from "../../shell/program.ts";
import type { ServedAnswer } from "../../shell/question.ts";
import { type HttpAnswer, inOrder, reasonOf, text } from "./http.ts";
import { accessTime, httpTime, printLines, timeParts } from "./log.ts";
import { type HttpRequest, server } from "./server.ts";
import { serveStatic } from "./static.ts";

export interface HttpdOptions {
  config: string;
  root: string;
  product: string;
  pidFile: string;
  index?: readonly string[];
  /** Answers paths whose file ends with `.php`. */
  script?: (process: ProcessView, request: HttpRequest, path: string) => HttpAnswer | undefined;
}

const ALIASES: Readonly<Record<string, string>> = { "/icons/": "/usr/local/apache2/icons/" };

/** Apache with the paths of an image. */
export function httpd(options: HttpdOptions) {
  return server({
    ports: (process) => listensOf(process, options),
    refuse: (process) => refusal(process, options),
    banner: (process) => {
      const address = process.host.podAddresses[0] ?? "127.0.0.1";
      const line = `AH00558: ${nameOf(process)}: Could not reliably determine the server's fully qualified domain name, using ${address}. Set the 'ServerName' directive globally to suppress this message`;
      return hasServerName(process, options) ? [] : [line, line];
    },
    ready: (process) => [
      `${stamp(process, "mpm_event:notice")} AH00489: ${options.product} configured -- resuming normal operations`,
      `${stamp(process, "core:notice")} AH00094: Command line: '${process.argv.join(" ")}'`,
    ],
    inUse: (port) =>
      `(98)Address already in use: AH00072: make_sock: could not bind to address 0.0.0.0:${port}\nno listening sockets available, shutting down\nAH00015: Unable to open logs`,
    http: (process, request) => answer(process, request, options),
    signals: { HUP: () => {}, USR1: () => {}, WINCH: (process) => stopGracefully(process) },
    stopping: (process) => [`${stamp(process, "mpm_event:notice")} AH00491: caught SIGTERM, shutting down`],
    stop: { ms: 150 },
    memoryBytes: () => 12_000_000,
  });
}

/** A graceful stop is the image's stop signal. */
function stopGracefully(process: ProcessView): void {
  printLines(process, 2, [`${stamp(process, "mpm_event:notice")} AH00492: caught SIGWINCH, shutting down gracefully`]);
  process.state["exitStatus"] = 0;
}

const FIRST_HEADERS = [
  ...["date", "server", "x-powered-by", "location", "last-modified", "etag", "accept-ranges", "content-length"],
  "content-type",
];

function answer(process: ProcessView, request: HttpRequest, options: HttpdOptions): ServedAnswer {
  const made = page(process, request, options);
  const finished: HttpAnswer = {
    ...made,
    headers: inOrder({ ...made.headers, date: httpTime(process.nowMs), server: options.product }, FIRST_HEADERS),
    body: request.method === "HEAD" ? "" : made.body,
  };
  const { method, path, from } = request;
  const line = `${from} - - [${accessTime(process.nowMs)}] "${method} ${path} HTTP/1.1" ${made.status} ${made.body.length || "-"}`;
  printLines(process, 1, [options.script ? `${line} "-" "${request.headers["user-agent"] ?? "-"}"` : line]);
  return finished;
}

function page(process: ProcessView, request: HttpRequest, options: HttpdOptions): HttpAnswer {
  const root = settingOf(process, options, "DocumentRoot")?.replace(/"/g, "") ?? options.root;
  const alias = Object.entries(ALIASES).find(([prefix]) => request.path.startsWith(prefix));
  const script = options.script?.(process, request, root);
  if (script) return script;
  const result = alias
    ? serveStatic(process, { ...request, path: request.path.slice(alias[0].length - 1) }, { root: alias[1] })
    : serveStatic(process, request, { root, index: options.index ?? ["index.html"] });
  switch (result.type) {
    case "found":
      return request.method === "GET" || request.method === "HEAD" || request.method === "POST"
        ? result.answer
        : errorPage(405, options);
    case "redirect":
      return errorPage(301, options, {
        location: `http://${request.headers["host"] ?? request.host}${result.location}`,
      });
    case "directory":
      return options.script ? errorPage(403, options) : listing(result.path, result.names);
    case "forbidden":
      return errorPage(403, options);
    case "missing":
      return errorPage(404, options);
  }
}

function errorPage(status: number, _options: HttpdOptions, headers: Record<string, string> = {}): HttpAnswer {
  const reason = reasonOf(status);
  const explanations: Record<number, string> = {
    301: `The document has moved <a href="${headers["location"] ?? ""}">here</a>.`,
    403: "You don't have permission to access this resource.",
    404: "The requested URL was not found on this server.",
    405: "The requested method is not allowed for this URL.",
  };
  const body = `<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>${status} ${reason}</title>\n</head><body>\n<h1>${reason}</h1>\n<p>${explanations[status] ?? ""}</p>\n</body></html>\n`;
  return text(status, body, { contentType: "text/html; charset=iso-8859-1", headers });
}

function listing(path: string, names: readonly string[]): HttpAnswer {
  const rows = names.map((name) => `<li><a href="${name}"> ${name}</a></li>\n`).join("");
  const body = `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">\n<html>\n <head>\n  <title>Index of ${path}</title>\n </head>\n <body>\n<h1>Index of ${path}</h1>\n<ul>${rows}</ul>\n</body></html>\n`;
  return text(200, body, { contentType: "text/html;charset=UTF-8" });
}

/** httpd writes its process number before it listens. */
function refusal(process: ProcessView, { config, pidFile }: HttpdOptions) {
  const { files, argv } = process;
  if (argv.includes("-v") || argv.includes("-V")) return { lines: ["Server version: Apache/2.4.66 (Unix)"], status: 0 };
  if (argv.includes("-t")) return { lines: ["Syntax OK"], status: 0 };
  try {
    files.read(config);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return { lines: [`httpd: Could not open configuration file ${config}: ${error.message}`], status: 1 };
  }
  try {
    files.write(pidFile, `${process.pid}\n`);
    return undefined;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const number = error.code === "EROFS" ? 30 : 13;
    return {
      lines: [
        `(${number})${error.message}: AH00099: could not create ${pidFile}.`,
        `AH00100: ${nameOf(process)}: could not log pid to file ${pidFile}`,
      ],
      status: 1,
    };
  }
}

function listensOf(process: ProcessView, options: HttpdOptions): number[] {
  const ports = [...read(process, options).matchAll(/^\s*Listen\s+(?:\S+:)?(\d+)/gim)].map((match) => Number(match[1]));
  return ports.length > 0 ? [...new Set(ports)] : [80];
}

function settingOf(process: ProcessView, options: HttpdOptions, name: string): string | undefined {
  return new RegExp(`^\\s*${name}\\s+(\\S+)`, "im").exec(read(process, options))?.[1];
}

function hasServerName(process: ProcessView, options: HttpdOptions): boolean {
  return settingOf(process, options, "ServerName") !== undefined;
}

function read({ files }: ProcessView, { config }: HttpdOptions): string {
  try {
    return files.read(config);
  } catch (error) {
    if (error instanceof FileError) return "";
    throw error;
  }
}

function nameOf({ argv }: ProcessView): string {
  return (argv[0] ?? "httpd").replace(/^.*\//, "").replace("-foreground", "");
}

/** `[Fri May 01 10:00:00.000000 2026] [core:notice] [pid 1:tid 1]` */
function stamp({ nowMs, pid }: ProcessView, source: string): string {
  const { dayName, monthName, day, clock, millis, year } = timeParts(nowMs);
  return `[${dayName} ${monthName} ${day} ${clock}.${millis}000 ${year}] [${source}] [pid ${pid}:tid ${pid}]`;
}

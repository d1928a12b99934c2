/** Small servers of tutorials: each says who answered and what was asked. */
import type { ProcessView, Program } from "../../shell/program.ts";
import { json, parameters, reasonOf, splitPath, text } from "./http.ts";
import { isoTime, printLines, slashTime } from "./log.ts";
import { flagOf, type HttpRequest, portOf, server } from "./server.ts";

function canonicalName(name: string): string {
  return name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}

function headerLines({ headers }: HttpRequest, separator = "\n"): string {
  const names = Object.keys(headers)
    .filter((name) => name !== "host")
    .sort();
  return names.map((name) => `${canonicalName(name)}: ${headers[name]}${separator}`).join("");
}

function hostHeader({ headers, host, port }: HttpRequest): string {
  return headers["host"] ?? `${host}:${port}`;
}

/** traefik/whoami */
export const whoami: Program = server({
  ports: ({ argv, env }) => [portOf(flagOf(argv, "port") ?? env["WHOAMI_PORT_NUMBER"], 80)],
  ready: ({ nowMs, argv, env }) => [
    `${slashTime(nowMs)} Starting up on port ${portOf(flagOf(argv, "port") ?? env["WHOAMI_PORT_NUMBER"], 80)}`,
  ],
  http: (process, request) => {
    const { path } = splitPath(request.path);
    if (path === "/health") return text(200, "");
    if (path === "/bench") return text(200, "1");
    const address = process.host.podAddresses[0] ?? "127.0.0.1";
    const name = flagOf(process.argv, "name") ?? process.env["WHOAMI_NAME"];
    if (path === "/api") {
      const { method, path: url } = request;
      return json(200, {
        hostname: process.host.hostname,
        ip: ["127.0.0.1", "::1", address],
        headers: { ...request.headers },
        url,
        host: hostHeader(request),
        method,
        ...(name && { name }),
        remoteAddr: request.from,
      });
    }
    const body = `${name ? `Name: ${name}\n` : ""}Hostname: ${process.host.hostname}\nIP: 127.0.0.1\nIP: ::1\nIP: ${address}\nRemoteAddr: ${request.from}:40000\n${request.method} ${request.path} HTTP/1.1\nHost: ${hostHeader(request)}\n${headerLines(request)}\n`;
    return text(200, body);
  },
});

/** hashicorp/http-echo */
export const httpEcho: Program = server({
  ports: ({ argv }) => [portOf(flagOf(argv, "listen"), 5678)],
  refuse: ({ argv, env }) =>
    (flagOf(argv, "text") ?? env["ECHO_TEXT"] ?? "") === "" && flagOf(argv, "version") === undefined
      ? { lines: ["Missing -text option!"], status: 127 }
      : undefined,
  ready: ({ nowMs, argv }) => [
    `${slashTime(nowMs)} [INFO] server is listening on ${flagOf(argv, "listen") ?? ":5678"}`,
  ],
  stopping: ({ nowMs }) => [`${slashTime(nowMs)} [INFO] received interrupt, shutting down...`],
  http: (process, request) => {
    const headers = { "x-app-name": "http-echo", "x-app-version": "1.0.0" };
    const { path } = splitPath(request.path);
    if (path === "/health") return text(200, '{"status":"ok"}', { contentType: "application/json", headers });
    const status = Number(flagOf(process.argv, "status-code") ?? 200);
    const body = `${flagOf(process.argv, "text") ?? process.env["ECHO_TEXT"] ?? ""}\n`;
    const target = `${request.host}:${request.port} ${request.from}:40000`;
    printLines(process, 1, [
      `${slashTime(process.nowMs)} ${target} "${request.method} ${request.path} HTTP/1.1" ${status} ${body.length} "${request.headers["user-agent"] ?? ""}" 21.5µs`,
    ]);
    return text(status, body, { headers });
  },
});

/** google-samples/hello-app; the tag is its version. */
export const helloApp: Program = server({
  ports: ({ env }) => [portOf(env["PORT"], 8080)],
  ready: ({ env, nowMs }) => [`${slashTime(nowMs)} Server listening on port ${portOf(env["PORT"], 8080)}`],
  http: (process, request) => {
    printLines(process, 2, [`${slashTime(process.nowMs)} Serving request: ${splitPath(request.path).path}`]);
    return text(
      200,
      `Hello, world!\nVersion: ${process.env["HELLO_APP_VERSION"] ?? "1.0.0"}\nHostname: ${process.host.hostname}\n`,
    );
  },
});

/** kicbase/echo-server, jmalloc/echo-server, ealen/echo-server */
export const echoServer: Program = server({
  ports: ({ env }) => [portOf(env["PORT"], Number(env["ECHO_DEFAULT_PORT"] ?? 8080))],
  logFd: 1,
  ready: ({ env }) => [
    `Echo server listening on port ${portOf(env["PORT"], Number(env["ECHO_DEFAULT_PORT"] ?? 8080))}.`,
  ],
  http: (process, request) => {
    printLines(process, 1, [`${request.from}:40000 | ${request.method} ${request.path}`]);
    return text(
      200,
      `Request served by ${process.host.hostname}\n\n${request.method} ${request.path} HTTP/1.1\n\nHost: ${hostHeader(request)}\n${headerLines(request)}${request.body === "" ? "" : `\n${request.body}`}`,
    );
  },
});

/** registry.k8s.io/echoserver */
export const echoserver: Program = server({
  ports: () => [8080, 8443],
  banner: () => ["Generating self-signed cert", "Starting nginx"],
  logFd: 1,
  http: (process, request) => {
    const { path, query } = splitPath(request.path);
    const uri = `${request.scheme}://${hostHeader(request)}:8080${request.path}`;
    const headers = Object.keys(request.headers)
      .sort()
      .map((name) => `\t${name}=${request.headers[name]}`)
      .join("\n");
    const { POD_NAME: pod, POD_NAMESPACE: namespace, POD_IP: ip, NODE_NAME: node } = process.env;
    const known = [
      ["node name", node],
      ["pod name", pod],
      ["pod namespace", namespace],
      ["pod IP", ip],
    ].filter(([, value]) => value);
    const facts =
      known.length > 0
        ? known.map(([name, value]) => `\t${name}:\t${value}`).join("\n")
        : "\t-no pod information available-";
    const body = `\n\nHostname: ${process.host.hostname}\n\nPod Information:\n${facts}\n\nServer values:\n\tserver_version=nginx: 1.14.2 - lua: 10015\n\nRequest Information:\n\tclient_address=${request.from}\n\tmethod=${request.method}\n\treal path=${path}\n\tquery=${query}\n\trequest_version=1.1\n\trequest_scheme=${request.scheme}\n\trequest_uri=${uri}\n\nRequest Headers:\n${headers}\n\nRequest Body:\n\t${request.body === "" ? "-no body in request-" : request.body}\n\n`;
    return text(200, body, { contentType: "text/plain" });
  },
});

/** google-samples/kubernetes-bootcamp; the tag is its version. */
export const bootcamp: Program = server({
  ports: () => [8080],
  logFd: 1,
  ready: (process) => [
    `Kubernetes Bootcamp App Started At: ${isoTime(process.nowMs)} | Running On:  ${process.host.hostname} `,
  ],
  http: (process, request) => {
    const version = process.env["BOOTCAMP_VERSION"] ?? "1";
    const count = Number(process.state["requests"] ?? 0) + 1;
    process.state["requests"] = count;
    printLines(process, 1, [
      `Running On: ${process.host.hostname} | Total Requests: ${count} | App Uptime: 60 seconds | Log Time: ${isoTime(process.nowMs)}`,
    ]);
    void request;
    return text(200, `Hello Kubernetes bootcamp! | Running on: ${process.host.hostname} | v=${version}\n`, {
      contentType: "text/plain",
    });
  },
});

/** nginxdemos/hello with the tag plain-text, and pages of the same facts. */
export const nginxHello: Program = server({
  ports: () => [80],
  http: (process, request) =>
    text(
      200,
      `Server address: ${process.host.podAddresses[0] ?? ""}:${request.port}\nServer name: ${process.host.hostname}\nDate: ${slashTime(process.nowMs)}\nURI: ${request.path}\nRequest ID: ${process.random().toString(16).padStart(8, "0").repeat(4)}\n`,
      { contentType: "text/plain" },
    ),
});

/** gcr.io/kuar-demo/kuard: its probes can be made to fail. */
export const kuard: Program = server({
  ports: () => [8080],
  ready: (process) => [
    `${slashTime(process.nowMs)} Starting kuard version: v0.10.0-${process.env["KUARD_COLOR"] ?? "blue"}`,
    `${slashTime(process.nowMs)} Serving on HTTP on :8080`,
  ],
  http: (process, request) => {
    const { path, query } = splitPath(request.path);
    printLines(process, 2, [`${slashTime(process.nowMs)} ${request.from}:40000 ${request.method} ${request.path}`]);
    const [, probe] = /^\/(healthy|ready)(\/api)?$/.exec(path) ?? [];
    if (probe !== undefined) {
      if (path.endsWith("/api") && request.method === "PUT")
        process.state[probe] = Number(parameters(query).get("failNext")?.[0] ?? 0);
      const left = Number(process.state[probe] ?? 0);
      if (left > 0) process.state[probe] = left - 1;
      return left > 0 ? text(500, reasonOf(500)) : text(200, "ok");
    }
    if (path === "/env/api") return json(200, { commandLine: [...process.argv], env: { ...process.env } });
    const body = `<!doctype html>\n<html lang="en"><head><title>KUAR Demo</title></head><body><h1>Demo application kuard</h1><p>Hostname: ${process.host.hostname}</p></body></html>\n`;
    return text(200, body, { contentType: "text/html" });
  },
});

/** Answers with a fixed text at every path; for demo applications whose pages matter only as a sign of life. */
export function demoPage(options: {
  port: (process: ProcessView) => number;
  log?: (process: ProcessView) => readonly string[];
  body: (process: ProcessView, request: HttpRequest) => string;
  contentType?: string;
  logsRequests?: boolean;
}): Program {
  return server({
    ports: (process) => [options.port(process)],
    logFd: 1,
    ready: options.log ?? (() => []),
    http: (process, request) => {
      if (options.logsRequests) printLines(process, 1, [`${request.from} ${request.method} ${request.path}`]);
      return text(200, options.body(process, request), { contentType: options.contentType ?? "text/html" });
    },
  });
}

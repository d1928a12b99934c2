/**
 * Small servers of agnhost.
 * Kubernetes: test/images/agnhost (liveness, pause, test-webserver, serve-hostname, porter, grpc-health-checking)
 */

import { formatGoDuration } from "../../../lib/duration.ts";
import type { ProcessView, Program } from "../../../shell/program.ts";
import { json, parameters, sniffedType, splitPath, text } from "../http.ts";
import { printLines, slashTime } from "../log.ts";
import { flagOf, hasFlag, portOf, server } from "../server.ts";
import { serveStatic } from "../static.ts";

/** Go: net/http (`Redirect`) */
function redirectTo(location: string) {
  return text(302, `<a href="${location}">Found</a>.\n\n`, {
    headers: { location, "content-type": "text/html; charset=utf-8" },
  });
}

/** Answers with success for ten seconds, then with errors. */
export const liveness = server({
  ports: () => [8080],
  begin: (process) => {
    process.state["startedAtMs"] = process.nowMs;
  },
  stop: { status: 2 },
  http: (process, request) => {
    const age = process.nowMs - Number(process.state["startedAtMs"]);
    const { path, query } = splitPath(request.path);
    const value = (name: string) => parameters(query).get(name)?.[0] ?? "";
    if (path === "/started") return text(200, formatGoDuration(age));
    if (path === "/healthz") return age > 10_000 ? text(500, `error: ${age / 1000}`) : text(200, "ok");
    if (path === "/redirect") return redirectTo(value("loc"));
    if (path === "/sleep-headers" || path === "/sleep-body") {
      const seconds = Number(value("time") || 0);
      return text(Number(value("code") || 500), `Slept for ${seconds} secs\n`, { afterMs: seconds * 1000 });
    }
    if (path.startsWith("/disconnect")) return { type: "failed", why: "reset", afterMs: 1 };
    return text(404, "404 page not found\n");
  },
});

/** Waits for a signal. */
export const pause = server({ ports: () => [], logFd: 1, banner: ({ argv }) => (argv.length > 1 ? ["Paused"] : []) });

export const testWebserver = server({
  ports: ({ argv }) => [portOf(flagOf(argv, "port"), 80)],
  stop: { status: 2 },
  http: (process, request) => {
    const result = serveStatic(process, request, { root: "/" });
    if (result.type === "found") return result.answer;
    if (result.type === "redirect") return text(301, "", { headers: { location: result.location } });
    if (result.type === "directory") {
      return text(200, `<pre>\n${result.names.map((name) => `<a href="${name}">${name}</a>\n`).join("")}</pre>\n`, {
        contentType: "text/html; charset=utf-8",
      });
    }
    return text(404, "404 page not found\n");
  },
});

function hostnamePort({ argv }: ProcessView): number {
  return portOf(flagOf(argv, "port"), 9376);
}

/** After SIGTERM it goes on for a minute, so that its endpoint can be removed. */
export const serveHostname = server({
  ports: (process) => (hasFlag(process.argv, "udp") ? [] : [hostnamePort(process)]),
  udpPorts: (process) => (hasFlag(process.argv, "udp") ? [hostnamePort(process)] : []),
  ready: (process) => [`${slashTime(process.nowMs)} Serving on port ${hostnamePort(process)}.`],
  stopping: ({ nowMs }) => [
    `${slashTime(nowMs)} Shutting down after receiving signal: terminated.`,
    `${slashTime(nowMs)} Awaiting pod deletion.`,
  ],
  stop: { ms: 60_000 },
  servesWhileStopping: true,
  http: (process, { from }) => {
    printLines(process, 2, [`${slashTime(process.nowMs)} HTTP request from ${from}:40000`]);
    return text(200, process.host.hostname);
  },
  raw: (process) => ({ type: "connected", data: process.host.hostname, afterMs: 1 }),
});

const PORTER = /^SERVE_(?:(UDP|TCP|TLS|SCTP)_)?PORT_(\d+)$/;

function porterPorts({ env }: ProcessView, isUdp: boolean): number[] {
  return Object.keys(env).flatMap((name) => {
    const [, protocol, port] = PORTER.exec(name) ?? [];
    return port !== undefined && (protocol === "UDP") === isUdp ? [Number(port)] : [];
  });
}

function porterValue({ env }: ProcessView, port: number): string {
  const name = Object.keys(env).find((each) => PORTER.exec(each)?.[2] === String(port));
  return name === undefined ? "" : (env[name] ?? "");
}

/** One server for each variable `SERVE_PORT_<number>`. */
export const porter = server({
  ports: (process) => porterPorts(process, false),
  udpPorts: (process) => porterPorts(process, true),
  stop: { status: 2 },
  http: (process, { port, method, scheme }) => {
    const isTls = Object.keys(process.env).includes(`SERVE_TLS_PORT_${port}`);
    if (isTls && scheme === "http") return text(400, "Client sent an HTTP request to an HTTPS server.\n");
    const body = porterValue(process, port);
    if (hasFlag(process.argv, "json-response")) return json(200, { Method: method, Body: body });
    return text(200, body, { contentType: sniffedType(body) });
  },
  raw: (process, { port }) => ({ type: "connected", data: porterValue(process, port), afterMs: 1 }),
});

/** Health checks over gRPC, with a switch over HTTP. */
export const grpcHealthChecking: Program = server({
  ports: ({ argv }) => [portOf(flagOf(argv, "port"), 5000), portOf(flagOf(argv, "http-port"), 8080)],
  ready: ({ argv, nowMs }) => [
    `${slashTime(nowMs)} Http server starting to listen on :${portOf(flagOf(argv, "http-port"), 8080)}`,
    `${slashTime(nowMs)} gRPC server starting to listen on :${portOf(flagOf(argv, "port"), 5000)}`,
  ],
  begin: (process) => {
    process.state["startedAtMs"] = process.nowMs;
  },
  stop: { status: 2 },
  http: (process, request) => {
    const { path } = splitPath(request.path);
    if (path === "/make-not-serving") process.state["isDown"] = true;
    if (path === "/make-serving") process.state["isDown"] = false;
    if (path === "/") return text(200, "");
    return path.startsWith("/make-") ? text(200, "") : text(404, "404 page not found\n");
  },
  message: (process, { body }) => {
    const asked =
      typeof body === "object" && body !== null && !Array.isArray(body) ? String(body["service"] ?? "") : "";
    const own = flagOf(process.argv, "service") ?? "";
    if (asked !== own) return { type: "message", body: { error: "NOT_FOUND" }, afterMs: 1 };
    const delay = Number(flagOf(process.argv, "delay-unhealthy-sec") ?? -1);
    const isOld = delay >= 0 && process.nowMs - Number(process.state["startedAtMs"]) >= delay * 1000;
    const isDown = process.state["isDown"] === true || isOld;
    return { type: "message", body: { status: isDown ? "NOT_SERVING" : "SERVING" }, afterMs: 1 };
  },
});

/**
 * prometheus-config-reloader: writes a mounted configuration to a shared folder, with the environment's values in it, and
 * tells the server when the configuration or a watched folder changed.
 * Source: github.com/prometheus-operator/prometheus-operator cmd/prometheus-config-reloader/main.go
 */
import { FileError } from "../../../files/errors.ts";
import { fnv1a32 } from "../../../lib/hash.ts";
import type { ProcessView, Program, Step, Wait } from "../../../shell/program.ts";
import { decompress, isGzip } from "../../archives/compression.ts";
import { goProcessFamilies } from "../../base/metrics/go-process.ts";
import { metricsAnswer } from "../../base/metrics/page.ts";
import { json, splitPath, text } from "../../servers/http.ts";
import { printLines, slogLine } from "../../servers/log.ts";
import { contentOf, flagOf, portOf, server } from "../../servers/server.ts";

const MEMORY_BYTES = 12_000_000;
const RETRY_MS = 5_000;

const base = server({
  ports: ({ argv }) => [portOf(flagOf(argv, "listen-address"), 8080)],
  startMs: 100,
  memoryBytes: () => MEMORY_BYTES,
  begin: (process) => {
    process.state["startedMs"] = process.nowMs;
  },
  ready: (process) => [
    slogLine(process.nowMs, "INFO", "main.go:150", "Starting prometheus-config-reloader"),
    slogLine(process.nowMs, "INFO", "main.go:211", "Starting web server for metrics", {
      listen: flagOf(process.argv, "listen-address") ?? "",
    }),
  ],
  stopping: (process) => [slogLine(process.nowMs, "INFO", "main.go:235", "Received SIGTERM, exiting gracefully...")],
  http: (process, { path, headers }) => {
    switch (splitPath(path).path) {
      case "/healthz":
        return json(200, { status: "up" });
      case "/metrics":
        return metricsAnswer({ families: families(process), changesWith: [] }, headers, process.nowMs);
      default:
        return text(404, "404 page not found\n");
    }
  },
});

function families(process: ProcessView) {
  const startedMs = Number(process.state["startedMs"] ?? process.nowMs);
  return goProcessFamilies(process, { startedMs, memoryBytes: MEMORY_BYTES, cpus: 0.0005, goVersion: "go1.25.5" });
}

/** A configuration in the form in which the server reads it: `$(NAME)` becomes the value of the variable. */
export function configurationText(content: string, env: Readonly<Record<string, string>>): string {
  const plain = isGzip(content) ? decompress(content) : content;
  return plain.replace(/\$\(([a-zA-Z_0-9]+)\)/g, (whole, name: string) => env[name] ?? whole);
}

export const configReloader: Program = {
  ...base,
  run(process): Step {
    // Without an interval it is an init container, which writes the file once.
    if (/^0s?$/.test(flagOf(process.argv, "watch-interval") ?? ""))
      return { type: "exit", status: writeOut(process) ? 0 : 1 };
    const step = base.run(process);
    if (step.type !== "wait" || process.state["phase"] !== "up") return step;
    return { type: "wait", for: [...step.for, ...follow(process)] };
  },
};

/** Writes the configuration, and reloads the server after a change. */
function follow(process: ProcessView): Wait[] {
  const { state } = process;
  const paths = watchedPaths(process);
  const seen = fnv1a32(paths.map((path) => `${path} ${contentOf(process, path) ?? ""}`).join("\0"));
  if (state["seen"] !== seen) {
    if (state["seen"] !== undefined) state["isReloading"] = true;
    state["seen"] = seen;
    writeOut(process);
  }
  const waits = paths.map((path): Wait => ({ type: "file", path }));
  if (state["isReloading"] !== true) return waits;
  const retryAtMs = Number(state["retryAtMs"] ?? 0);
  if (process.nowMs < retryAtMs) return [...waits, { type: "time", atMs: retryAtMs }];
  switch (reloaded(process)) {
    case "waiting":
      return [{ type: "answer" }];
    case "failed":
      state["retryAtMs"] = process.nowMs + RETRY_MS;
      return [...waits, { type: "time", atMs: process.nowMs + RETRY_MS }];
    case "done":
      delete state["isReloading"];
      delete state["retryAtMs"];
      return waits;
  }
}

/** The configuration and the files of the watched folders. */
function watchedPaths({ argv, files }: ProcessView): string[] {
  const folders = argv.flatMap((argument) => /^--watched-dir=(.+)$/.exec(argument)?.[1] ?? []);
  const within = folders.flatMap((folder) => {
    try {
      const names = files.list(folder).filter((name) => !name.startsWith(".."));
      return names.map((name) => `${folder}/${name}`);
    } catch (error) {
      if (error instanceof FileError) return [];
      throw error;
    }
  });
  const config = flagOf(argv, "config-file");
  return [...new Set([...(config === undefined ? [] : [config]), ...folders, ...within])];
}

function writeOut(process: ProcessView): boolean {
  const content = contentOf(process, flagOf(process.argv, "config-file"));
  const target = flagOf(process.argv, "config-envsubst-file");
  if (content === undefined || target === undefined) return false;
  try {
    process.files.write(target, configurationText(content, process.env));
    return true;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    printLines(process, 2, [slogLine(process.nowMs, "ERROR", "main.go:190", "write file", { err: error.message })]);
    return false;
  }
}

function reloaded(process: ProcessView): "waiting" | "done" | "failed" {
  const url = flagOf(process.argv, "reload-url") ?? "http://127.0.0.1:9090/-/reload";
  const [, host = "127.0.0.1", port = "80", path = "/"] = /^https?:\/\/([^:/]+)(?::(\d+))?(\/.*)?$/.exec(url) ?? [];
  const headers = { host: `${host}:${port}`, "user-agent": "prometheus-config-reloader" };
  const target = { host, port: Number(port), path };
  const answer = process.ask({ type: "http", scheme: "http", method: "POST", ...target, headers, body: "" });
  if (!answer) return "waiting";
  const isDone = answer.type === "http" && answer.status === 200;
  const line = isDone
    ? slogLine(process.nowMs, "INFO", "reloader.go:548", "Reload triggered", {
        cfg_in: flagOf(process.argv, "config-file") ?? "",
        cfg_out: flagOf(process.argv, "config-envsubst-file") ?? "",
      })
    : slogLine(process.nowMs, "ERROR", "reloader.go:379", "Failed to trigger reload. Retrying.", {});
  printLines(process, 2, [line]);
  return isDone ? "done" : "failed";
}

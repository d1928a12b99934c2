/**
 * prometheus-config-reloader: writes a mounted configuration to a shared folder, and tells the server when it changed.
 * Source: github.com/prometheus-operator/prometheus-operator cmd/prometheus-config-reloader/main.go
 */
import { FileError } from "../../../files/errors.ts";
import type { ProcessView, Program, Step, Wait } from "../../../shell/program.ts";
import { compress, decompress, isGzip } from "../../archives/compression.ts";
import { text } from "../../servers/http.ts";
import { printLines, slogLine } from "../../servers/log.ts";
import { contentOf, flagOf, portOf, server } from "../../servers/server.ts";

const base = server({
  ports: ({ argv }) => [portOf(flagOf(argv, "listen-address"), 8080)],
  startMs: 100,
  memoryBytes: () => 12_000_000,
  ready: (process) => [slogLine(process.nowMs, "INFO", "main.go:130", "Starting prometheus-config-reloader")],
  http: (_process, { path }) =>
    path === "/healthz"
      ? text(200, "ok")
      : text(path === "/metrics" ? 200 : 404, path === "/metrics" ? "" : "404 page not found\n"),
});

/** A configuration in the form in which the server reads it. */
export function configurationText(content: string): string {
  return isGzip(content) ? decompress(content) : content;
}

export function compressedConfiguration(text: string): string {
  return compress(text);
}

export const configReloader: Program = {
  ...base,
  run(process): Step {
    const source = flagOf(process.argv, "config-file") ?? "";
    // Without an interval it is an init container, which writes the file once.
    if (flagOf(process.argv, "watch-interval") === "0")
      return { type: "exit", status: writeOut(process, source) ? 0 : 1 };
    const step = base.run(process);
    if (step.type !== "wait" || process.state["phase"] !== "up") return step;
    return { type: "wait", for: [...step.for, ...follow(process, source)] };
  },
};

/** Writes the configuration, and reloads the server after a change. */
function follow(process: ProcessView, source: string): Wait[] {
  const { state } = process;
  const content = contentOf(process, source) ?? "";
  const isFirst = state["seen"] === undefined;
  if (state["seen"] !== content) {
    state["seen"] = content;
    writeOut(process, source);
    if (!isFirst) state["isReloading"] = true;
  }
  if (state["isReloading"] === true && !reloaded(process)) return [{ type: "answer" }];
  delete state["isReloading"];
  return [{ type: "file", path: source }];
}

function writeOut(process: ProcessView, source: string): boolean {
  const content = contentOf(process, source);
  const target = flagOf(process.argv, "config-envsubst-file");
  if (content === undefined || target === undefined) return false;
  try {
    process.files.write(target, configurationText(content));
    return true;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    printLines(process, 2, [slogLine(process.nowMs, "ERROR", "main.go:190", "write file", { err: error.message })]);
    return false;
  }
}

/** False while the answer is awaited. */
function reloaded(process: ProcessView): boolean {
  const url = flagOf(process.argv, "reload-url") ?? "http://127.0.0.1:9090/-/reload";
  const [, host = "127.0.0.1", port = "80", path = "/"] = /^https?:\/\/([^:/]+)(?::(\d+))?(\/.*)?$/.exec(url) ?? [];
  const headers = { host: `${host}:${port}`, "user-agent": "prometheus-config-reloader" };
  const answer = process.ask({
    type: "http",
    scheme: "http",
    method: "POST",
    host,
    port: Number(port),
    path,
    headers,
    body: "",
  });
  if (!answer) return false;
  const isDone = answer.type === "http" && answer.status === 200;
  const line = isDone
    ? slogLine(process.nowMs, "INFO", "reloader.go:548", "Reload triggered", {
        cfg_out: flagOf(process.argv, "config-envsubst-file") ?? "",
      })
    : slogLine(process.nowMs, "ERROR", "reloader.go:379", "Failed to trigger reload. Retrying.", {});
  printLines(process, 2, [line]);
  return true;
}

/** The server `minio`: S3 over HTTP from a data folder, health paths, the page of its console. */
import { FileError } from "../../../files/errors.ts";
import type { ProcessView, Program } from "../../../shell/program.ts";
import type { ServedAnswer } from "../../../shell/question.ts";
import { type HttpAnswer, json, splitPath, text } from "../http.ts";
import { contentOf, flagOf, type HttpRequest, portOf, server } from "../server.ts";
import { makeDirectories, ObjectStore, SYSTEM_FOLDER } from "./objects.ts";
import { s3Answer, s3Error } from "./s3.ts";
import { type Keys, signerOf } from "./signature.ts";

export const RELEASE = "2025-09-07T16-13-09Z";
const DEFAULT_KEY = "minioadmin";
const API_PORT = 9000;
/** Without `--console-address` the console has a random port from here on. */
const FIRST_CONSOLE_PORT = 32_768;
const CONSOLE_PORTS = 28_000;
const VALUED = /^--?(address|console-address|config-dir|certs-dir|S|config|license)$/;

/** Arguments after `server` that are no flags: folders, or addresses of the nodes of a distributed server. */
function drives({ argv, env }: ProcessView): string[] {
  const words = argv.slice(2).filter((arg, i, all) => !arg.startsWith("-") && !VALUED.test(all[i - 1] ?? ""));
  return words.length > 0 ? words : (env["MINIO_VOLUMES"] ?? "").split(/\s+/).filter((word) => word !== "");
}

/** `http://minio-{0...3}.minio/data{1...2}` → the address of the first drive. */
const firstOf = (pattern: string): string => pattern.replace(/\{(\w+)\.\.\.\w+\}/g, "$1");

function folderOf(process: ProcessView): string {
  const first = firstOf(drives(process)[0] ?? "");
  return /^https?:\/\/[^/]+(\/.*)$/.exec(first)?.[1] ?? first;
}

/** The node that keeps the objects of a distributed server; undefined: this process does. */
function keeperOf(process: ProcessView): URL | undefined {
  const first = firstOf(drives(process)[0] ?? "");
  if (!/^https?:\/\//.test(first)) return undefined;
  const url = new URL(first);
  return url.hostname.split(".")[0] === process.host.hostname ? undefined : url;
}

function keysOf(process: ProcessView): Keys {
  const { env } = process;
  const value = (name: string, old: string) =>
    contentOf(process, env[`${name}_FILE`])?.trim() ?? env[name] ?? env[old] ?? DEFAULT_KEY;
  return {
    accessKey: value("MINIO_ROOT_USER", "MINIO_ACCESS_KEY"),
    secretKey: value("MINIO_ROOT_PASSWORD", "MINIO_SECRET_KEY"),
  };
}

function portsOf(process: ProcessView): [api: number, console: number] {
  const { argv, env, state } = process;
  const api = portOf(flagOf(argv, "address") ?? env["MINIO_ADDRESS"], API_PORT);
  const address = flagOf(argv, "console-address") ?? env["MINIO_CONSOLE_ADDRESS"];
  if (address === undefined) state["consolePort"] ??= FIRST_CONSOLE_PORT + (process.random() % CONSOLE_PORTS);
  return [api, portOf(address, Number(state["consolePort"]))];
}

/** Prepares the data folder. Why the server cannot start; undefined: it can. */
function problemOf(process: ProcessView): string | undefined {
  const { accessKey, secretKey } = keysOf(process);
  if (accessKey.length < 3 || secretKey.length < 8)
    return "Unable to validate credentials inherited from the shell environment: access key length should be at least 3, and secret key length should be at least 8 characters";
  const folder = folderOf(process);
  if (folder === "") return "Invalid command line arguments: no drives are given";
  const format = `${folder}/${SYSTEM_FOLDER}/format.json`;
  try {
    makeDirectories(process.files, `${folder}/${SYSTEM_FOLDER}`);
    process.state["isNew"] = !process.files.find(format);
    if (process.state["isNew"]) process.files.write(format, JSON.stringify({ version: "1", format: "xl-single" }));
    return undefined;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return `Unable to use the drive ${folder}: file access denied: Invalid arguments specified`;
  }
}

function addresses(process: ProcessView, port: number): string {
  const hosts = [...process.host.podAddresses, "127.0.0.1"];
  return hosts.map((host) => `http://${host.includes(":") ? `[${host}]` : host}:${port}`).join("  ");
}

export const minioServer: Program = server({
  ports: portsOf,
  logFd: 1,
  startMs: 600,
  refuse(process) {
    const problem = problemOf(process);
    return problem === undefined ? undefined : { lines: [`FATAL ${problem}`], status: 1 };
  },
  begin(process) {
    process.state["startedAtMs"] = process.nowMs;
  },
  ready(process) {
    const [api, console] = portsOf(process);
    const { accessKey, secretKey } = keysOf(process);
    const isDefault = accessKey === DEFAULT_KEY && secretKey === DEFAULT_KEY;
    return [
      ...(process.state["isNew"] === true ? ["INFO: Formatting 1st pool, 1 set(s), 1 drives per set."] : []),
      "MinIO Object Storage Server",
      "Copyright: 2015-2026 MinIO, Inc.",
      "License: GNU AGPLv3 - https://www.gnu.org/licenses/agpl-3.0.html",
      `Version: RELEASE.${RELEASE} (go1.24.6 linux/amd64)`,
      "",
      `API: ${addresses(process, api)} `,
      `WebUI: ${addresses(process, console)} `,
      "",
      "Docs: https://docs.min.io",
      ...(isDefault
        ? [
            "WARN: Detected default credentials 'minioadmin:minioadmin', we recommend that you change these values with 'MINIO_ROOT_USER' and 'MINIO_ROOT_PASSWORD' environment variables",
          ]
        : []),
    ];
  },
  stopping: () => ["INFO: Exiting on signal: TERMINATED"],
  memoryBytes: () => 120_000_000,
  http: answer,
});

function answer(process: ProcessView, request: HttpRequest): ServedAnswer {
  const [, console] = portsOf(process);
  const { path } = splitPath(request.path);
  if (request.port === console)
    return text(200, "<!doctype html><html><head><title>MinIO Console</title></head><body></body></html>", {
      contentType: "text/html",
    });
  if (/^\/minio\/health\/(live|ready|cluster|cluster\/read)$/.test(path)) return text(200, "");
  const keeper = keeperOf(process);
  if (keeper) return passedOn(process, request, keeper);
  const signer = signerOf(request, keysOf(process));
  if (signer !== "owner" && signer !== "anonymous") return s3Error(signer, request.path);
  try {
    if (path.startsWith("/minio/admin/"))
      return signer === "owner" ? adminAnswer(process, request) : s3Error("AccessDenied", path);
    return s3Answer(new ObjectStore(process.files, folderOf(process)), request, signer === "owner");
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return s3Error(error.code === "ENOSPC" ? "XMinioStorageFull" : "InternalError", request.path);
  }
}

/** Another node's answer. */
function passedOn(process: ProcessView, request: HttpRequest, { hostname, port }: URL): ServedAnswer {
  const { method, path, headers, body } = request;
  const target = { scheme: "http" as const, host: hostname, port: Number(port) || API_PORT };
  const answered = process.ask({ type: "http", ...target, method, path, headers, body });
  if (answered?.type !== "http") return { type: "failed", why: "timeout", afterMs: 1000 };
  return { type: "http", status: answered.status, headers: answered.headers, body: answered.body, afterMs: 1 };
}

function adminAnswer(process: ProcessView, request: HttpRequest): HttpAnswer {
  if (splitPath(request.path).path !== "/minio/admin/v3/info") return s3Error("NotImplemented", request.path);
  const folder = folderOf(process);
  const store = new ObjectStore(process.files, folder);
  const buckets = store.buckets().map(({ name }) => name);
  const objects = buckets.flatMap((bucket) => store.keys(bucket).map((key) => store.find(bucket, key)));
  const { sizeBytes, usedBytes } = process.files.mountOf(folder);
  return json(200, {
    mode: "online",
    buckets: { count: buckets.length },
    objects: { count: objects.length },
    usage: { size: objects.reduce((sum, found) => sum + (found?.content.length ?? 0), 0) },
    servers: [
      {
        ...{ state: "online", endpoint: request.headers["host"] ?? "", version: RELEASE },
        uptime: Math.floor((process.nowMs - Number(process.state["startedAtMs"])) / 1000),
        drives: [{ path: folder, state: "ok", totalspace: sizeBytes, usedspace: usedBytes }],
      },
    ],
  });
}

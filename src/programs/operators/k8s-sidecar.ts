/**
 * k8s-sidecar: writes the entries of labelled ConfigMaps and Secrets as files of a shared folder, and asks a URL after a
 * change. Grafana's charts get dashboards and data sources by it.
 * Source: github.com/kiwigrid/k8s-sidecar src/sidecar.py, resources.py, helpers.py
 */
import { FileError } from "../../files/errors.ts";
import { bytesOfText, textOfBytes } from "../../lib/bytes.ts";
import { fnv1a32 } from "../../lib/hash.ts";
import type { JsonObject } from "../../lib/json.ts";
import type { ProcessView, Program, Step } from "../../shell/program.ts";
import type { HttpQuestion } from "../../shell/question.ts";
import { objectIn } from "../kubectl/core/parts.ts";
import type { HttpResult, Steps } from "../kubectl/core/session.ts";
import { printLines } from "../servers/log.ts";
import { type Api, controllerProgram } from "./controller-program.ts";
import { list, metadataOf } from "./objects.ts";

const RETRY_MS = 5_000;

function line(process: ProcessView, level: "info" | "error", message: string): string {
  const time = new Date(process.nowMs).toISOString().replace("Z", "000+00:00");
  return JSON.stringify({ time, level: level.toUpperCase(), msg: message });
}

const base = controllerProgram({
  agent: "k8s-sidecar",
  line,
  settleMs: 1000,
  resources: ["core/configmaps", "core/secrets"],
  server: {
    ports: () => [],
    startMs: 800,
    logFd: 1,
    memoryBytes: () => 60_000_000,
    refuse: (process) => {
      const missing = ["LABEL", "FOLDER"].find((name) => !process.env[name]);
      if (missing === undefined) return undefined;
      return {
        lines: [line(process, "error", `Should have added ${missing} as environment variable! Exit`)],
        status: 1,
      };
    },
    ready: (process) => [line(process, "info", "Starting collector")],
  },
  *reconcile(api) {
    const files = yield* wantedFiles(api);
    const isChanged = write(api, files);
    if (isChanged) api.process.state["asks"] = true;
    const { REQ_URL: url } = api.process.env;
    if (!url || api.process.state["asks"] !== true) return undefined;
    if (!(yield* notify(api, url))) return api.nowMs + RETRY_MS;
    delete api.process.state["asks"];
    return undefined;
  },
});

/** Method LIST: the program ends after its first run. */
export const k8sSidecar: Program = {
  ...base,
  run(process): Step {
    const step = base.run(process);
    const isDone = step.type === "wait" && process.state["written"] !== undefined;
    return isDone && process.env["METHOD"] === "LIST" ? { type: "exit", status: 0 } : step;
  },
};

/** Path and content of each file, as byte strings. */
function* wantedFiles({ client, process, namespace }: Api): Steps<Map<string, string>> {
  const { env } = process;
  const [label = "", value] = [env["LABEL"], env["LABEL_VALUE"]];
  const selector = encodeURIComponent(value ? `${label}=${value}` : label);
  const spaces = env["NAMESPACE"] === "ALL" ? [""] : (env["NAMESPACE"] ?? namespace).split(",");
  const kinds = { configmap: ["configmaps"], secret: ["secrets"], both: ["configmaps", "secrets"] };
  const files = new Map<string, string>();
  for (const plural of kinds[(env["RESOURCE"] ?? "configmap") as keyof typeof kinds] ?? ["configmaps"]) {
    for (const space of spaces) {
      const scope = space === "" ? "" : `/namespaces/${space.trim()}`;
      for (const object of yield* list(client, `/api/v1${scope}/${plural}?labelSelector=${selector}`)) {
        for (const [name, content] of entriesOf(object, plural))
          files.set(`${folderFor(object, env)}/${name}`, content);
      }
    }
  }
  return files;
}

function entriesOf(object: JsonObject, plural: string): [name: string, content: string][] {
  const entries = Object.entries(objectIn(object["data"])).map(([name, value]): [string, string] => [
    name,
    plural === "secrets" ? atob(String(value)) : bytesOfText(String(value)),
  ]);
  const binary = Object.entries(objectIn(object["binaryData"]));
  return [...entries, ...binary.map(([name, value]): [string, string] => [name, atob(String(value))])];
}

/** The folder that an annotation names, absolute or below the common one. */
function folderFor(object: JsonObject, env: Readonly<Record<string, string>>): string {
  const common = (env["FOLDER"] ?? "").replace(/\/+$/, "");
  const annotation = env["FOLDER_ANNOTATION"] ?? "k8s-sidecar-target-directory";
  const own = objectIn(metadataOf(object)["annotations"])[annotation];
  if (typeof own !== "string" || own === "") return common;
  return own.startsWith("/") ? own.replace(/\/+$/, "") : `${common}/${own.replace(/\/+$/, "")}`;
}

/** Writes what differs from the files that were written before, and removes the others. */
function write({ process, log }: Api, files: ReadonlyMap<string, string>): boolean {
  const before = objectIn(process.state["written"]);
  const written: Record<string, number> = {};
  let isChanged = false;
  for (const [path, content] of files) {
    const hash = fnv1a32(content);
    written[path] = hash;
    if (before[path] === hash) continue;
    isChanged = true;
    log("info", `Writing ${textOfBytes(path)} (ascii)`);
    attempt(process, () => {
      makeFolder(process, path.slice(0, path.lastIndexOf("/")));
      process.files.write(path, content);
    });
  }
  for (const path of Object.keys(before)) {
    if (files.has(path)) continue;
    isChanged = true;
    log("info", `Deleting ${textOfBytes(path)}`);
    attempt(process, () => process.files.removeFile(path));
  }
  process.state["written"] = written;
  return isChanged;
}

function makeFolder({ files }: ProcessView, folder: string): void {
  if (folder === "" || files.find(folder)) return;
  makeFolder({ files } as ProcessView, folder.slice(0, folder.lastIndexOf("/")));
  files.makeDirectory(folder);
}

function attempt(process: ProcessView, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    printLines(process, 1, [line(process, "error", `Error: ${error.message}`)]);
  }
}

/** Asks the URL. False: it does not answer yet. */
function* notify({ process, log }: Api, url: string): Steps<boolean> {
  const {
    REQ_METHOD: method = "GET",
    REQ_USERNAME: user,
    REQ_PASSWORD: password,
    REQ_PAYLOAD: body = "",
  } = process.env;
  const [, scheme = "http", host = "", port, path = "/"] = /^(https?):\/\/([^:/]+)(?::(\d+))?(\/.*)?$/.exec(url) ?? [];
  const isSecure = scheme === "https";
  const question: HttpQuestion = {
    type: "http",
    scheme: isSecure ? "https" : "http",
    ...{ host, port: Number(port ?? (isSecure ? 443 : 80)), method, path, body },
    headers: {
      ...{ host: `${host}${port ? `:${port}` : ""}`, "user-agent": "python-requests/2.32.5" },
      ...(user !== undefined && { authorization: `Basic ${btoa(`${user}:${password ?? ""}`)}` }),
      ...(body !== "" && { "content-type": "application/json" }),
    },
  };
  const answer = (yield { type: "http", question }) as unknown as HttpResult;
  if (answer.type === "failed") {
    log("error", `Received unknown exception: connection to ${url} failed`);
    return false;
  }
  log("info", `${method} request sent to ${url}. Response: ${answer.status} ${textOfBytes(answer.body).slice(0, 100)}`);
  return true;
}

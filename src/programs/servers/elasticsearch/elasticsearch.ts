/** Elasticsearch and OpenSearch as a single node: indices, documents, searches, `_cluster` and `_cat`. */
import { FileError } from "../../../files/errors.ts";
import { textOfBytes } from "../../../lib/bytes.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import type { ProcessView, Program } from "../../../shell/program.ts";
import { parameters, splitPath } from "../http.ts";
import { isoTime } from "../log.ts";
import { type HttpRequest, server } from "../server.ts";
import { catTable, failure, httpAnswer, missingIndex, type Reply } from "./answers.ts";
import * as documents from "./documents.ts";
import {
  folderOf,
  type Index,
  matchingNames,
  namesOf,
  newIndex,
  readIndex,
  removeIndex,
  writeIndex,
} from "./indices.ts";

interface Flavour {
  product: "elasticsearch" | "opensearch";
  tagline: string;
}

const ACCESS_DENIED = "Caused by: java.nio.file.AccessDeniedException: ";
const MEGABYTE = 1024 * 1024;

function engine(flavour: Flavour): Program {
  return server({
    ports: () => [9200, 9300],
    logFd: 1,
    startMs: 14_000,
    stop: { status: 143, ms: 1200 },
    memoryBytes: () => 1300 * MEGABYTE,
    refuse: (process) => {
      const folder = folderOf(process);
      try {
        if (process.files.find(folder)) process.files.access(folder, "w");
        return undefined;
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        const cause = `failed to obtain node locks, tried [${folder}]`;
        return { lines: [`java.lang.IllegalStateException: ${cause}`, ACCESS_DENIED + folder], status: 1 };
      }
    },
    ready: (process) => {
      const node = nodeOf(process);
      const line = (text: string) =>
        `[${isoTime(process.nowMs).slice(0, 23).replace(".", ",")}][INFO ][o.e.n.Node] [${node}] ${text}`;
      return [
        line("initialized"),
        line("starting ..."),
        line("publish_address {127.0.0.1:9300}, bound_addresses {[::]:9300}"),
        line(`started {${node}}`),
      ];
    },
    http: (process, request) => {
      const { path, query } = splitPath(request.path);
      const given = parameters(query);
      const isPretty = given.has("pretty") && given.get("pretty")?.[0] !== "false";
      if (isSecure(process, flavour)) {
        if (request.scheme === "http") return { type: "failed", why: "reset", afterMs: 1 };
        const refusal = unauthorized(process, request);
        if (refusal) return httpAnswer(refusal, isPretty);
      }
      const reply = guarded(process, { method: request.method, path, given, body: request.body, flavour });
      const isHead = request.method === "HEAD";
      return httpAnswer(isHead ? { ...reply, body: "" } : reply, isPretty);
    },
  });
}

export const elasticsearch = engine({ product: "elasticsearch", tagline: "You Know, for Search" });
export const opensearch = engine({
  product: "opensearch",
  tagline: "The OpenSearch Project: https://opensearch.org/",
});

function versionOf({ env }: ProcessView): string {
  return env["ELASTIC_VERSION"] ?? "9.2.4";
}

function nodeOf({ env, host }: ProcessView): string {
  return env["node.name"] ?? host.hostname;
}

function clusterOf({ env }: ProcessView): string {
  return env["cluster.name"] ?? "docker-cluster";
}

/** Since version 8 a server encrypts and asks for a password unless it is told otherwise. */
function isSecure(process: ProcessView, { product }: Flavour): boolean {
  if (product !== "elasticsearch" || Number.parseInt(versionOf(process), 10) < 8) return false;
  return process.env["xpack.security.enabled"] !== "false";
}

function unauthorized({ env }: ProcessView, { headers }: HttpRequest): Reply | undefined {
  const password = env["ELASTIC_PASSWORD"];
  const [, encoded = ""] = /^Basic (\S+)$/i.exec(headers["authorization"] ?? "") ?? [];
  if (encoded !== "" && password !== undefined && encoded === btoa(`elastic:${password}`)) return undefined;
  const reason =
    encoded === ""
      ? "missing authentication credentials for REST request [/]"
      : "unable to authenticate user [elastic] for REST request [/]";
  return failure(401, "security_exception", reason);
}

interface Call {
  method: string;
  path: string;
  given: ReadonlyMap<string, string[]>;
  body: string;
  flavour: Flavour;
}

function guarded(process: ProcessView, call: Call): Reply {
  try {
    return answer(process, call);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return failure(500, "i_o_exception", `${error.path}: ${error.message}`);
  }
}

function answer(process: ProcessView, call: Call): Reply {
  const parts = call.path.split("/").filter((part) => part !== "");
  const [first = "", second = "", third = ""] = parts;
  if (first === "") return root(process, call.flavour);
  if (first === "_cluster" || first === "_cat" || first === "_nodes") return cluster(process, call, parts);
  const isGlobal = first.startsWith("_") && first !== "_all";
  const [name, action, id] = isGlobal ? ["", first, second] : [first, second, third];
  if (action === "_bulk") return documents.bulk(process, textOfBytes(call.body), name === "" ? undefined : name);
  const body = bodyOf(call);
  if (body === undefined) {
    return failure(400, "parse_exception", "Failed to parse content to map");
  }
  const pattern = { pattern: name, body, parameters: call.given };
  if (action === "_search") return documents.search(process, pattern);
  if (action === "_count") return documents.count(process, pattern);
  if (action === "_refresh" || action === "_flush") {
    return { status: 200, body: { _shards: { total: 2, successful: 1, failed: 0 } } };
  }
  if (/^_(doc|create|source|update)$/.test(action)) return document(process, call, { name, action, id, body });
  if (isGlobal) return noHandler(call);
  return indexRequest(process, call, { name, action, body });
}

/** The body as an object; undefined for other values. */
function bodyOf({ body }: Call): JsonObject | undefined {
  if (body.trim() === "") return {};
  try {
    const value = JSON.parse(textOfBytes(body)) as JsonValue;
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function noHandler({ method, path }: Call): Reply {
  const error = `no handler found for uri [${path}] and method [${method}]`;
  return { status: 400, body: { error } };
}

function document(
  process: ProcessView,
  call: Call,
  { name, action, id, body }: { name: string; action: string; id: string; body: JsonObject },
): Reply {
  const { method } = call;
  if (action === "_update") return documents.updateDocument(process, name, id, body);
  if (method === "GET" || method === "HEAD") return documents.getDocument(process, name, id, action === "_source");
  if (method === "DELETE") return documents.deleteDocument(process, name, id);
  if (method !== "PUT" && method !== "POST") return noHandler(call);
  const isCreate = action === "_create" || call.given.get("op_type")?.[0] === "create";
  return documents.putDocument(process, { name, id: id === "" ? undefined : id, source: body, isCreate });
}

function indexRequest(
  process: ProcessView,
  call: Call,
  { name, action, body }: { name: string; action: string; body: JsonObject },
): Reply {
  const names = matchingNames(process, name);
  if (call.method === "PUT" && action === "") {
    const known = readIndex(process, name);
    if (known) {
      const reason = `index [${name}/${known.uuid}] already exists`;
      return failure(400, "resource_already_exists_exception", reason, { index: name });
    }
    if (/[A-Z]/.test(name)) {
      return failure(400, "invalid_index_name_exception", `Invalid index name [${name}], must be lowercase`);
    }
    writeIndex(process, name, newIndex(process, body));
    return { status: 200, body: { acknowledged: true, shards_acknowledged: true, index: name } };
  }
  if (names.length === 0) return missingIndex(name);
  if (call.method === "DELETE") {
    for (const each of names) removeIndex(process, each);
    return { status: 200, body: { acknowledged: true } };
  }
  if (call.method === "PUT") return changeIndices(process, names, action, body);
  const shown = names.map((each) => [each, indexFacts(readIndex(process, each)!, each, action)] as const);
  return { status: 200, body: Object.fromEntries(shown) };
}

function changeIndices(process: ProcessView, names: readonly string[], action: string, body: JsonObject): Reply {
  for (const each of names) {
    const index = readIndex(process, each)!;
    if (action === "_mapping" || action === "_mappings") {
      const known = (index.mappings["properties"] ?? {}) as JsonObject;
      index.mappings["properties"] = { ...known, ...(body["properties"] as JsonObject) };
    }
    if (action === "_settings") index.replicas = newIndex(process, { settings: body }).replicas;
    writeIndex(process, each, index);
  }
  return { status: 200, body: { acknowledged: true } };
}

function indexFacts(index: Index, name: string, action: string): JsonObject {
  const mappings = { mappings: index.mappings };
  const settings = {
    settings: {
      index: {
        number_of_shards: String(index.shards),
        provided_name: name,
        number_of_replicas: String(index.replicas),
        uuid: index.uuid,
      },
    },
  };
  if (/^_mappings?$/.test(action)) return mappings;
  return action === "_settings" ? settings : { aliases: {}, ...mappings, ...settings };
}

function root(process: ProcessView, { product, tagline }: Flavour): Reply {
  const number = versionOf(process);
  const version = { ...(product === "opensearch" && { distribution: product }), number, build_type: "docker" };
  return {
    status: 200,
    body: {
      name: nodeOf(process),
      cluster_name: clusterOf(process),
      cluster_uuid: "Zq0v5kQxT7mYy1mDfZ3b9w",
      version,
      tagline,
    },
  };
}

/** Shards of all indices: replicas have no second node. */
function shardsOf(process: ProcessView): { active: number; unassigned: number; status: string } {
  let [active, unassigned] = [0, 0];
  for (const name of namesOf(process)) {
    const index = readIndex(process, name);
    active += index?.shards ?? 0;
    unassigned += (index?.shards ?? 0) * (index?.replicas ?? 0);
  }
  return { active, unassigned, status: unassigned > 0 ? "yellow" : "green" };
}

function cluster(process: ProcessView, call: Call, [area = "", topic = "", rest = ""]: readonly string[]): Reply {
  if (area === "_cluster" && topic === "health") return { status: 200, body: health(process) };
  if (area === "_cluster" && topic === "stats") {
    return {
      status: 200,
      body: { cluster_name: clusterOf(process), status: shardsOf(process).status, nodes: { count: { total: 1 } } },
    };
  }
  if (area === "_nodes") {
    const node = { name: nodeOf(process), version: versionOf(process), roles: ["data", "ingest", "master"] };
    return {
      status: 200,
      body: { _nodes: { total: 1, successful: 1, failed: 0 }, nodes: { oRXKPqkFTDmDqWbCcZqbmA: node } },
    };
  }
  const isTitled = call.given.has("v");
  if (area === "_cat" && topic === "health") return catHealth(process, isTitled);
  if (area === "_cat" && topic === "nodes") return catNodes(process, isTitled);
  if (area === "_cat" && topic === "indices") return catIndices(process, isTitled, rest);
  if (area === "_cat" && topic === "count") {
    const total = matchingNames(process, rest).reduce((sum, name) => sum + countOf(process, name), 0);
    const seconds = Math.floor(process.nowMs / 1000);
    const time = new Date(process.nowMs).toISOString().slice(11, 19);
    return catTable(["epoch", "timestamp", "count"], [[String(seconds), time, String(total)]], isTitled);
  }
  return noHandler(call);
}

function countOf(process: ProcessView, name: string): number {
  return Object.keys(readIndex(process, name)?.documents ?? {}).length;
}

function health(process: ProcessView): JsonObject {
  const { active, unassigned, status } = shardsOf(process);
  return {
    ...{ cluster_name: clusterOf(process), status, timed_out: false, number_of_nodes: 1, number_of_data_nodes: 1 },
    ...{ active_primary_shards: active, active_shards: active, relocating_shards: 0, initializing_shards: 0 },
    ...{ unassigned_shards: unassigned, delayed_unassigned_shards: 0, number_of_pending_tasks: 0 },
    ...{ number_of_in_flight_fetch: 0, task_max_waiting_in_queue_millis: 0 },
    active_shards_percent_as_number: active === 0 ? 100 : (active * 100) / (active + unassigned),
  };
}

function catHealth(process: ProcessView, isTitled: boolean): Reply {
  const { active, unassigned, status } = shardsOf(process);
  const percent = active === 0 ? 100 : (active * 100) / (active + unassigned);
  const names =
    "epoch timestamp cluster status node.total node.data shards pri relo init unassign pending_tasks max_task_wait_time active_shards_percent";
  const time = new Date(process.nowMs).toISOString().slice(11, 19);
  const row = `${Math.floor(process.nowMs / 1000)} ${time} ${clusterOf(process)} ${status} 1 1 ${active} ${active} 0 0 ${unassigned} 0 - ${percent.toFixed(1)}%`;
  return catTable(names.split(" "), [row.split(" ")], isTitled);
}

function catNodes(process: ProcessView, isTitled: boolean): Reply {
  const names = "ip heap.percent ram.percent cpu load_1m load_5m load_15m node.role master name";
  const address = process.host.podAddresses[0] ?? "127.0.0.1";
  const row = `${address} 38 71 2 0.10 0.12 0.09 cdfhilmrstw * ${nodeOf(process)}`;
  return catTable(names.split(" "), [row.split(" ")], isTitled);
}

function catIndices(process: ProcessView, isTitled: boolean, pattern: string): Reply {
  const rows = matchingNames(process, pattern).map((name) => {
    const { uuid, shards, replicas, documents: all } = readIndex(process, name)!;
    const bytes = JSON.stringify(all).length + 225;
    const size = bytes < 1024 ? `${bytes}b` : `${(bytes / 1024).toFixed(1)}kb`;
    const count = Object.keys(all).length;
    return [
      replicas > 0 ? "yellow" : "green",
      "open",
      name,
      uuid,
      `${shards}`,
      `${replicas}`,
      `${count}`,
      "0",
      size,
      size,
    ];
  });
  const names = "health status index uuid pri rep docs.count docs.deleted store.size pri.store.size";
  return catTable(names.split(" "), rows, isTitled);
}

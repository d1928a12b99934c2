/** The keys of an etcd server: one exchange of its protocol between programs of the cluster. They are kept in a file. */
import { FileError } from "../../files/errors.ts";
import { isJsonObject, type JsonObject } from "../../lib/json.ts";
import type { ProcessView } from "../../shell/program.ts";
import type { ServedAnswer } from "../../shell/question.ts";
import { resolvePath } from "../base/paths.ts";
import { grpcHealth } from "./health.ts";
import { flagOf, type MessageRequest } from "./server.ts";

interface Entry extends JsonObject {
  value: string;
  createRevision: number;
  modRevision: number;
}

interface Store {
  revision: number;
  keys: Record<string, Entry>;
}

function folderOf({ argv, cwd, env }: ProcessView): string {
  const name = flagOf(argv, "name") ?? env["ETCD_NAME"] ?? "default";
  return resolvePath(cwd, flagOf(argv, "data-dir") ?? env["ETCD_DATA_DIR"] ?? `${name}.etcd`);
}

/** Reads the keys that an earlier run of the server has left in its data folder. */
export function openEtcd(process: ProcessView): void {
  const { files, state } = process;
  const path = `${folderOf(process)}/member/snap/db`;
  const content = files.find(path)?.type === "file" ? files.read(path) : "";
  const store = content === "" ? { revision: 1, keys: {} } : (JSON.parse(content) as Store);
  Object.assign(state, store);
}

function save(process: ProcessView, store: Store): void {
  const { files, state } = process;
  Object.assign(state, store);
  const folder = folderOf(process);
  try {
    for (const each of ["", "/member", "/member/snap"]) {
      if (!files.find(folder + each)) files.makeDirectory(folder + each, 0o700);
    }
    files.write(`${folder}/member/snap/db`, JSON.stringify({ revision: store.revision, keys: store.keys }), 0o600);
  } catch (error) {
    // Without a folder that can be written, the keys live as long as the process.
    if (!(error instanceof FileError)) throw error;
  }
}

/** Requests `{method, key, …}`: `range` (`isPrefix`, `end`, `from`), `put` (`value`), `delete`, `members`. */
export function etcdAnswer(process: ProcessView, request: MessageRequest): ServedAnswer {
  const { protocol, body } = request;
  if (protocol === "grpc-health") return grpcHealth(request);
  if (protocol !== "etcd" || !isJsonObject(body)) return { type: "failed", why: "reset", afterMs: 0 };
  const { state } = process;
  const keys = (state["keys"] ?? {}) as Record<string, Entry>;
  const revision = Number(state["revision"] ?? 1);
  const key = String(body["key"] ?? "");
  const answer = (more: JsonObject, now = revision): ServedAnswer => {
    return { type: "message", body: { revision: now, ...more }, afterMs: 1 };
  };
  const chosen = Object.keys(keys)
    .filter((each) => isChosen(each, key, body))
    .sort();
  switch (body["method"]) {
    case "range":
      return answer({ kvs: chosen.map((each) => ({ key: each, ...keys[each] })) });
    case "put": {
      const next = revision + 1;
      const createRevision = keys[key]?.createRevision ?? next;
      const entry = { value: String(body["value"] ?? ""), createRevision, modRevision: next };
      save(process, { revision: next, keys: { ...keys, [key]: entry } });
      return answer({}, next);
    }
    case "delete": {
      const next = chosen.length > 0 ? revision + 1 : revision;
      const left = Object.fromEntries(Object.entries(keys).filter(([each]) => !chosen.includes(each)));
      if (chosen.length > 0) save(process, { revision: next, keys: left });
      return answer({ deleted: chosen.length }, next);
    }
    case "members":
      return answer(memberOf(process));
    default:
      return { type: "failed", why: "reset", afterMs: 0 };
  }
}

function isChosen(each: string, key: string, { isPrefix, end, from }: JsonObject): boolean {
  if (isPrefix === true) return each.startsWith(key);
  if (from === true) return each >= key;
  return typeof end === "string" ? each >= key && each < end : each === key;
}

function memberOf({ argv, env }: ProcessView): JsonObject {
  const name = flagOf(argv, "name") ?? env["ETCD_NAME"] ?? "default";
  const url = (flag: string, port: number) => flagOf(argv, flag)?.split(",")[0] ?? `http://localhost:${port}`;
  return { name, peerUrl: url("initial-advertise-peer-urls", 2380), clientUrl: url("advertise-client-urls", 2379) };
}

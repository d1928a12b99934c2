/** Where a server of API groups keeps its objects. */
import { isJsonObject, type JsonObject } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";

/** Keys are paths: `/registry/<group>/<resource>/<namespace>/<name>`. */
export interface ObjectStore {
  /** Objects in the order of their keys, and the revision of the store; undefined: the store does not answer. */
  range(prefix: string): { objects: JsonObject[]; revision: number } | undefined;
  /** Returns the new revision. */
  put(key: string, object: JsonObject): number | undefined;
  remove(key: string): number | undefined;
}

const ETCD_TIMEOUT_MS = 5000;

/** The keys of an etcd server. */
export function etcdStore(process: ProcessView, { host, port }: { host: string; port: number }): ObjectStore {
  const ask = (body: JsonObject): JsonObject | undefined => {
    const answer = process.ask({ type: "message", host, port, protocol: "etcd", body, timeoutMs: ETCD_TIMEOUT_MS });
    return answer?.type === "message" && isJsonObject(answer.body) ? answer.body : undefined;
  };
  const revisionOf = (answer: JsonObject | undefined) => answer && Number(answer["revision"]);
  return {
    range(prefix) {
      const answer = ask({ method: "range", key: prefix, isPrefix: true });
      if (!answer) return undefined;
      const kvs = Array.isArray(answer["kvs"]) ? answer["kvs"].filter(isJsonObject) : [];
      const objects = kvs.map(({ value, modRevision }) =>
        withRevision(JSON.parse(String(value)) as JsonObject, Number(modRevision)),
      );
      return { objects, revision: Number(answer["revision"]) };
    },
    put: (key, object) => revisionOf(ask({ method: "put", key, value: JSON.stringify(object) })),
    remove: (key) => revisionOf(ask({ method: "delete", key })),
  };
}

/** The resourceVersion of an object is the revision of its last write. */
export function withRevision(object: JsonObject, revision: number): JsonObject {
  const metadata = isJsonObject(object["metadata"]) ? object["metadata"] : {};
  return { ...object, metadata: { ...metadata, resourceVersion: String(revision) } };
}

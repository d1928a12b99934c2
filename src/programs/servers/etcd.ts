/** The keys of an etcd server: one exchange of its protocol between programs of the cluster. */
import { isJsonObject, type JsonObject } from "../../lib/json.ts";
import type { ProcessView } from "../../shell/program.ts";
import type { ServedAnswer } from "../../shell/question.ts";
import type { MessageRequest } from "./server.ts";

interface Entry extends JsonObject {
  value: string;
  createRevision: number;
  modRevision: number;
}

/** Requests `{method, key, …}`: `range` (`isPrefix`), `put` (`value`), `delete`. Answers carry the `revision`. */
export function etcdAnswer({ state }: ProcessView, { protocol, body }: MessageRequest): ServedAnswer {
  if (protocol !== "etcd" || !isJsonObject(body)) return { type: "failed", why: "reset", afterMs: 0 };
  state["revision"] ??= 1;
  state["keys"] ??= {};
  const keys = state["keys"] as Record<string, Entry>;
  const key = String(body["key"] ?? "");
  const answer = (more: JsonObject): ServedAnswer => {
    return { type: "message", body: { revision: Number(state["revision"]), ...more }, afterMs: 1 };
  };
  switch (body["method"]) {
    case "range": {
      const chosen = Object.keys(keys).filter((each) =>
        body["isPrefix"] === true ? each.startsWith(key) : each === key,
      );
      return answer({ kvs: chosen.sort().map((each) => ({ key: each, ...keys[each] })) });
    }
    case "put": {
      const revision = Number(state["revision"]) + 1;
      state["revision"] = revision;
      const createRevision = keys[key]?.createRevision ?? revision;
      keys[key] = { value: String(body["value"] ?? ""), createRevision, modRevision: revision };
      return answer({});
    }
    case "delete": {
      const isThere = Object.hasOwn(keys, key);
      if (isThere) state["revision"] = Number(state["revision"]) + 1;
      delete keys[key];
      return answer({ deleted: isThere ? 1 : 0 });
    }
    default:
      return { type: "failed", why: "reset", afterMs: 0 };
  }
}

/** The handlers of subresources: `/status`, `/scale`, `/binding`, … */
import { ApiError } from "../../lib/api-error.ts";
import { assert } from "../../lib/assert.ts";
import type { Parts } from "../../lib/work.ts";
import type { VerbContext } from "../context.ts";
import type { ApiOutcome } from "../request.ts";
import { get } from "../verbs/get.ts";
import { patch } from "../verbs/patch.ts";
import { update } from "../verbs/update.ts";
import { bind } from "./binding.ts";
import { evict } from "./eviction.ts";
import { nodeProxy } from "./node-proxy/index.ts";
import { portForward } from "./pod-forward.ts";
import { podLog } from "./pod-log.ts";
import { attach, exec } from "./pod-sessions.ts";
import { podProxy, serviceProxy } from "./proxy/index.ts";
import { scale } from "./scale.ts";
import { requestToken } from "./token.ts";

type SubresourceHandler = (context: VerbContext, verb: string) => ApiOutcome | Parts<ApiOutcome>;

const handlers: Readonly<Record<string, SubresourceHandler>> = {
  status: wholeObject("status"),
  finalize: wholeObject("finalize"),
  ephemeralcontainers: wholeObject("ephemeralcontainers"),
  resize: wholeObject("resize"),
  scale,
  binding: bind,
  eviction: evict,
  approval: wholeObject("approval"),
  token: requestToken,
  log: podLog,
  exec,
  attach,
  portforward: portForward,
  "nodes/proxy": nodeProxy,
  "pods/proxy": podProxy,
  "services/proxy": serviceProxy,
};

/** Throws NotImplemented for subresources that need running containers, and for ones without a handler. */
export function subresource(context: VerbContext, name: string, verb: string): ApiOutcome | Parts<ApiOutcome> {
  const handler = handlers[`${context.kind.plural}/${name}`] ?? handlers[name];
  if (!handler) {
    const what = `${context.kind.plural}/${name}`;
    throw new ApiError("NotImplemented", `the server does not support ${what} yet`, {
      name: context.info.name,
      ...(context.kind.group !== "" && { group: context.kind.group }),
      kind: context.kind.plural,
    });
  }
  return handler(context, verb);
}

/** Subresources that read and write a part of the parent object. The kind's strategy knows the part. */
function wholeObject(name: string): SubresourceHandler {
  return (context, verb) => {
    switch (verb) {
      case "get":
        return get(context);
      case "update":
        return update(context, name);
      default:
        assert(verb === "patch", "whole-object subresources are read, updated and patched");
        return patch(context, name);
    }
  };
}

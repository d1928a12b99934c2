/**
 * Who may open a stream to a pod: admission of the connection, and the verb `create` for WebSockets.
 *
 * Kubernetes: pkg/registry/core/pod/rest/authorize.go, k8s.io/apiserver/pkg/endpoints/handlers/rest.go
 */
import { ApiError } from "../../lib/api-error.ts";
import type { JsonObject } from "../../lib/json.ts";
import { admitConnection } from "../admission/index.ts";
import { requestAttributesOf } from "../authorization/attributes.ts";
import { authorize } from "../authorization/rbac.ts";
import type { VerbContext } from "../context.ts";

/** Policies and webhooks see the options of the connection. Throws Forbidden, InternalError. */
export function admitStream({ tx, kind, info, user, warn }: VerbContext, fields: JsonObject): void {
  const options = {
    kind: kind.subresources?.[info.subresource]?.kind ?? "",
    apiVersion: "v1",
    metadata: { name: info.name, namespace: info.namespace },
  };
  // Go leaves out what is false.
  const written = Object.entries(fields).filter(([, value]) => value !== false);
  const object = { ...options, ...Object.fromEntries(written) };
  const shared = { tx, kind, user, warn, dryRun: false, manager: "", expressionCost: { spent: 0 } };
  admitConnection({ ...shared, operation: "CONNECT", subresource: info.subresource, object });
}

/**
 * A WebSocket begins with GET, which is the verb `get`. Who may only read must not run commands, so `create` is needed
 * too. Throws Forbidden.
 */
export function refuseWithoutCreate({ tx, info, user }: VerbContext): void {
  if (info.verb === "create") return;
  const attributes = requestAttributesOf({ ...info, verb: "create" }, user);
  const { allowed, reason = "" } = authorize(tx, attributes);
  if (allowed) return;
  const { resource, name } = info;
  throw new ApiError("Forbidden", `${resource} "${name}" is forbidden: ${reason}`, { name, kind: resource });
}

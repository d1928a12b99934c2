/**
 * Requests through a node's `proxy` to its kubelet. The kubelet's pages that tools read are served: its configuration,
 * its statistics, its pods, and logs below /var/log.
 *
 * Kubernetes: pkg/registry/core/node/rest/proxy.go, pkg/kubelet/server/server.go
 */
import { notFound } from "../../../cluster/refusals.ts";
import { nodeKind } from "../../../kinds/core/node.ts";
import { faultOf } from "../../../kinds/faults.ts";
import { ApiError } from "../../../lib/api-error.ts";
import type { Node } from "../../../schema/index.ts";
import type { VerbContext } from "../../context.ts";
import type { ApiOutcome } from "../../request.ts";
import { plainTextOutcome } from "../../respond.ts";
import { KUBELET_PORT } from "../pod-target.ts";
import { configuration } from "./configuration.ts";
import { cadvisorMetrics, kubeletMetrics } from "./kubelet-metrics.ts";
import { containerLogs, logFiles } from "./logs.ts";
import type { KubeletPage } from "./page.ts";
import { health, pods } from "./pods.ts";
import { probeMetrics } from "./probe-metrics.ts";
import { resourceMetrics } from "./resource-metrics.ts";
import { summary } from "./summary.ts";

/** By the first segments of their paths; the longest match counts. */
const PAGES: Readonly<Record<string, KubeletPage>> = {
  configz: configuration,
  containerLogs,
  healthz: health,
  logs: logFiles,
  "metrics/": kubeletMetrics,
  "metrics/cadvisor": cadvisorMetrics,
  "metrics/probes": probeMetrics,
  "metrics/resource": resourceMetrics,
  pods,
  "stats/summary": summary,
};

export function nodeProxy(context: VerbContext): ApiOutcome {
  const { tx, info, request } = context;
  const { name, port } = addressed(info.name);
  const node = tx.get(nodeKind, "", name);
  if (!node) throw notFound(nodeKind as never, name);
  refuseUnreachable(context, node, port);
  const path = info.remainder || (request.query.get("path") ?? "").replace(/^\/+|\/+$/g, "");
  const [first = "", second = "", ...rest] = path.split("/");
  const short = Object.hasOwn(PAGES, first) ? PAGES[first] : undefined;
  const page = short ?? PAGES[`${first}/${second}`];
  if (!page) return plainTextOutcome(404, "404 page not found\n");
  if (request.method !== "GET" && request.method !== "HEAD") {
    return plainTextOutcome(405, "405: Method Not Allowed");
  }
  return page(context, node, short ? [second, ...rest].filter((part) => part !== "") : rest);
}

/** `name`, `name:port` or `scheme:name:port`. */
function addressed(id: string): { name: string; port: number } {
  const parts = id.split(":");
  const [name, port = ""] = parts.length === 3 ? parts.slice(1) : parts;
  return { name: name ?? "", port: port === "" ? KUBELET_PORT : Number(port) };
}

/** Throws ServiceUnavailable when the node is down, or nothing listens on the port. */
function refuseUnreachable({ tx }: VerbContext, { metadata, status }: Node, port: number): void {
  const isDown = faultOf(tx, metadata.name ?? "") !== undefined;
  if (!isDown && port === KUBELET_PORT) return;
  const address = status.addresses?.find(({ type }) => type === "InternalIP")?.address ?? metadata.name;
  const why = isDown ? "no route to host" : "connection refused";
  const message = `error trying to reach service: dial tcp ${address}:${port}: connect: ${why}`;
  throw new ApiError("ServiceUnavailable", message);
}

/** A request while the proxy of a Gateway works on it, and the filters that take part. */
import type { GatewayListener, RequestMatch, RouteFilter } from "../../../lib/edge/gateway-rules.ts";
import type { ProcessView } from "../../../shell/program.ts";
import type { HttpAnswer } from "../http.ts";
import type { UpstreamRequest } from "../ingress/upstream.ts";
import type { HttpRequest } from "../server.ts";

export interface GatewayExchange {
  readonly process: ProcessView;
  readonly request: HttpRequest;
  readonly listener: GatewayListener;
  readonly match: RequestMatch;
  readonly host: string;
  readonly upstream: UpstreamRequest;
}

/** A type of filters. The hooks are called in the order in which the route names the filters. */
export interface FilterType {
  type: string;
  /** Answers without a backend. */
  answer?(exchange: GatewayExchange, filter: RouteFilter): HttpAnswer | undefined;
  /** Changes the request that the backend gets. */
  prepare?(exchange: GatewayExchange, filter: RouteFilter): void;
  /** Changes the answer. */
  finish?(answer: HttpAnswer, filter: RouteFilter): HttpAnswer;
}

/** `path` of a redirect or a rewrite: the whole path, or another prefix. */
export interface PathModifier {
  type: "ReplaceFullPath" | "ReplacePrefixMatch";
  replaceFullPath?: string;
  replacePrefixMatch?: string;
}

/** The path, without its query, as the modifier changes it. */
export function modifiedPath(path: string, { match }: GatewayExchange, modifier: PathModifier | undefined): string {
  if (!modifier) return path;
  if (modifier.type === "ReplaceFullPath") return modifier.replaceFullPath || "/";
  const prefix = (match.path?.value ?? "/").replace(/\/+$/, "");
  const rest = path.slice(prefix.length);
  const replaced = (modifier.replacePrefixMatch ?? "").replace(/\/+$/, "") + rest;
  return replaced.startsWith("/") ? replaced : `/${replaced}`;
}

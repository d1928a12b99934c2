/** A request while the proxy of a Gateway works on it, and the filters that take part. */
import type { GatewayListener, RequestMatch, RouteFilter } from "../../../lib/edge/gateway-rules.ts";
import { objectIn, textIn } from "../../../lib/edge/shape.ts";
import type { JsonValue } from "../../../lib/json.ts";
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

/** The path, without its query, as the field `path` of a redirect or a rewrite changes it: whole, or in its prefix. */
export function modifiedPath(path: string, { match }: GatewayExchange, modifier: JsonValue | undefined): string {
  const { type, replaceFullPath, replacePrefixMatch } = objectIn(modifier);
  if (type === "ReplaceFullPath") return textIn(replaceFullPath) || "/";
  if (type !== "ReplacePrefixMatch") return path;
  const prefix = (match.path?.value ?? "/").replace(/\/+$/, "");
  const replaced = (textIn(replacePrefixMatch) ?? "").replace(/\/+$/, "") + path.slice(prefix.length);
  return replaced.startsWith("/") ? replaced : `/${replaced}`;
}

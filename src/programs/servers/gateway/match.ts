/**
 * Which rule of a Gateway's routes serves a request.
 * Source: kubernetes-sigs/gateway-api apis/v1/httproute_types.go (`Matches`, `Hostnames`)
 */
import type {
  GatewayListener,
  GatewayRoute,
  GatewayRule,
  RequestMatch,
  ValueMatch,
} from "../../../lib/edge/gateway-rules.ts";
import { coversHost, hostRank } from "../../../lib/edge/hostnames.ts";
import { groupsIn } from "./patterns.ts";

export interface MatchedRequest {
  method: string;
  host: string;
  /** Without its query. */
  path: string;
  /** By lower-case name. */
  headers: Readonly<Record<string, string>>;
  query: ReadonlyMap<string, readonly string[]>;
}

export interface FoundRule {
  route: GatewayRoute;
  rule: GatewayRule;
  match: RequestMatch;
}

/** The listener with the most specific hostname that covers the request's. */
export function findListener(listeners: readonly GatewayListener[], host: string): GatewayListener | undefined {
  return best(
    listeners.filter(({ hostname }) => coversHost(hostname, host)),
    (a, b) => hostRank(b.hostname) - hostRank(a.hostname),
  );
}

/** The rule with the highest precedence. */
export function findRule({ routes }: Pick<GatewayListener, "routes">, request: MatchedRequest): FoundRule | undefined {
  const candidates = routes.flatMap((route, at) => {
    const host = best(
      route.hostnames.filter((one) => coversHost(one, request.host)),
      (a, b) => hostRank(b) - hostRank(a),
    );
    if (host === undefined) return [];
    return route.rules.flatMap((rule, order) =>
      rule.matches
        .filter((match) => matches(match, request))
        .map((match) => ({ route, rule, match, order: [at, order], ranks: ranksOf(host, match) })),
    );
  });
  return best(candidates, (a, b) => {
    for (const [i, rank] of a.ranks.entries()) if (rank !== b.ranks[i]) return b.ranks[i]! - rank;
    return compareRoutes(a.route, b.route) || a.order[0]! - b.order[0]! || a.order[1]! - b.order[1]!;
  });
}

/** In the order of the specification: host, exact path, length of a prefix, method, headers, parameters. */
function ranksOf(host: string, { path, method, headers = [], queryParams = [] }: RequestMatch): number[] {
  const type = path?.type ?? "PathPrefix";
  const kinds = { Exact: 2, PathPrefix: 1, RegularExpression: 0 };
  const length = (path?.value ?? "/").length;
  return [hostRank(host), kinds[type], length, method ? 1 : 0, headers.length, queryParams.length];
}

/** The older route wins, then the one whose name comes first. */
function compareRoutes(a: GatewayRoute, b: GatewayRoute): number {
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? -1 : 1;
  const [left, right] = [`${a.namespace}/${a.name}`, `${b.namespace}/${b.name}`];
  return left < right ? -1 : left > right ? 1 : 0;
}

function matches({ path, method, headers = [], queryParams = [] }: RequestMatch, request: MatchedRequest): boolean {
  return (
    matchesPath(path, request.path) &&
    (method === undefined || method === request.method) &&
    headers.every((one) => matchesValue(one, request.headers[one.name.toLowerCase()])) &&
    queryParams.every((one) => matchesValue(one, request.query.get(one.name)?.[0]))
  );
}

function matchesPath(path: RequestMatch["path"], actual: string): boolean {
  const { type = "PathPrefix", value = "/" } = path ?? {};
  if (type === "Exact") return actual === value;
  if (type === "RegularExpression") return groupsIn(`^(?:${value})$`, actual) !== undefined;
  const prefix = value.replace(/\/+$/, "");
  return prefix === "" || actual === prefix || actual.startsWith(`${prefix}/`);
}

function matchesValue({ type = "Exact", value }: ValueMatch, actual: string | undefined): boolean {
  if (actual === undefined) return false;
  return type === "Exact" ? actual === value : groupsIn(`^(?:${value})$`, actual) !== undefined;
}

/** The first of the best. */
function best<T>(all: readonly T[], compare: (a: T, b: T) => number): T | undefined {
  return all.reduce<T | undefined>(
    (found, one) => (found === undefined || compare(one, found) < 0 ? one : found),
    undefined,
  );
}

/**
 * `alertmanager.yml`: routes, receivers and inhibition.
 * Source: github.com/prometheus/alertmanager config/config.go, dispatch/route.go, inhibit/inhibit.go
 */
import { ConfigError, type Value, YamlReader } from "../prometheus/config/reader.ts";
import type { Labels } from "../prometheus/promql/syntax.ts";
import { type Matcher, matches, parseMatcher } from "./matchers.ts";

export interface Route {
  receiver: string;
  /** Labels by which alerts are grouped; undefined: by all. */
  groupBy: readonly string[] | undefined;
  matchers: readonly Matcher[];
  continues: boolean;
  routes: readonly Route[];
}

export interface InhibitRule {
  source: readonly Matcher[];
  target: readonly Matcher[];
  equal: readonly string[];
}

export interface AlertmanagerConfig {
  route: Route;
  receivers: readonly string[];
  inhibitRules: readonly InhibitRule[];
  resolveTimeoutMs: number;
}

const TOP = [
  ...["global", "route", "receivers", "inhibit_rules", "templates", "mute_time_intervals", "time_intervals"],
  "tracing",
];
const ROUTE = [
  ...["receiver", "group_by", "group_wait", "group_interval", "repeat_interval", "match", "match_re", "matchers"],
  ...["continue", "routes", "mute_time_intervals", "active_time_intervals"],
];
const INHIBIT = [
  ...["source_match", "source_match_re", "source_matchers", "target_match", "target_match_re", "target_matchers"],
  ...["equal", "name", "sources"],
];
const RESOLVE_TIMEOUT_MS = 300_000;

/** Throws ConfigError. */
export function readAlertmanagerConfig(text: string): AlertmanagerConfig {
  const reader = new YamlReader();
  const root = reader.read(text).fields("config.plain", TOP);
  const global = root["global"]?.fields("config.plain") ?? {};
  const receivers = (root["receivers"]?.items("[]config.Receiver") ?? []).map(
    (each) => each.fields("config.plain")["name"]?.text() ?? "",
  );
  const twice = receivers.find((name, i) => receivers.indexOf(name) !== i);
  if (twice !== undefined) throw new ConfigError(`notification config name ${JSON.stringify(twice)} is not unique`);
  if (!root["route"]) throw new ConfigError("no routes provided");
  const fields = root["route"].fields("config.plain", ROUTE);
  if (!fields["receiver"]) throw new ConfigError("root route must specify a default receiver");
  if (fields["match"] || fields["match_re"] || fields["matchers"]) {
    throw new ConfigError("root route must not have any matchers");
  }
  const route = readRoute(root["route"], { receiver: "", groupBy: [] });
  const config = {
    route,
    receivers,
    inhibitRules: (root["inhibit_rules"]?.items("[]config.InhibitRule") ?? []).map(readInhibitRule),
    resolveTimeoutMs: global["resolve_timeout"]?.duration() ?? RESOLVE_TIMEOUT_MS,
  };
  reader.finish();
  checkReceivers(route, receivers);
  return config;
}

function checkReceivers({ receiver, routes }: Route, known: readonly string[]): void {
  if (!known.includes(receiver)) throw new ConfigError(`undefined receiver ${JSON.stringify(receiver)} used in route`);
  for (const each of routes) checkReceivers(each, known);
}

function readRoute(value: Value, parent: Pick<Route, "receiver" | "groupBy">): Route {
  const fields = value.fields("config.plain", ROUTE);
  const receiver = fields["receiver"]?.text() || parent.receiver;
  const names = fields["group_by"]?.texts();
  const groupBy = names === undefined ? parent.groupBy : names.includes("...") ? undefined : names;
  return {
    receiver,
    groupBy,
    matchers: readMatchers(fields, "match", "matchers"),
    continues: fields["continue"]?.flag() ?? false,
    routes: (fields["routes"]?.items("[]*config.Route") ?? []).map((each) => readRoute(each, { receiver, groupBy })),
  };
}

function readInhibitRule(value: Value): InhibitRule {
  const fields = value.fields("config.plain", INHIBIT);
  return {
    source: readMatchers(fields, "source_match", "source_matchers"),
    target: readMatchers(fields, "target_match", "target_matchers"),
    equal: fields["equal"]?.texts() ?? [],
  };
}

/** Throws ConfigError. */
function readMatchers(fields: Readonly<Record<string, Value>>, old: string, current: string): Matcher[] {
  const pairs = (name: string, isRegex: boolean) =>
    Object.entries(fields[name]?.pairs() ?? {}).map(([label, value]) => ({
      name: label,
      value,
      isRegex,
      isEqual: true,
    }));
  const texts = fields[current]?.texts() ?? [];
  const parsed = texts.map((text) => {
    const matcher = parseMatcher(text);
    if (!matcher) throw new ConfigError(`bad matcher format: ${text}`);
    return matcher;
  });
  return [...pairs(old, false), ...pairs(`${old}_re`, true), ...parsed];
}

/** The routes that an alert takes: the deepest that match, at least the root. */
export function routesOf(route: Route, labels: Labels): Route[] {
  if (!matches(route.matchers, labels)) return [];
  const found: Route[] = [];
  for (const child of route.routes) {
    const taken = routesOf(child, labels);
    found.push(...taken);
    if (taken.length > 0 && !child.continues) break;
  }
  return found.length > 0 ? found : [route];
}

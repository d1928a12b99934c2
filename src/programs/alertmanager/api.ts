/**
 * `/api/v2`: alerts, groups, silences, receivers and status.
 * Source: github.com/prometheus/alertmanager api/v2/api.go, api/v2/openapi.yaml
 */
import { FileError } from "../../files/errors.ts";
import { bytesOfText, textOfBytes } from "../../lib/bytes.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../lib/json.ts";
import type { ProcessView } from "../../shell/program.ts";
import { objectsIn } from "../kubectl/core/parts.ts";
import { readSentAlerts } from "../prometheus/alerting/sent-alert.ts";
import { anchored } from "../prometheus/promql/matchers.ts";
import { EvaluationError } from "../prometheus/promql/syntax.ts";
import { keyOf } from "../prometheus/promql/values.ts";
import { type HttpAnswer, json, parameters, text } from "../servers/http.ts";
import type { HttpRequest } from "../servers/server.ts";
import { type Alert, currentAlerts, postAlerts, rememberSender } from "./alerts.ts";
import { type AlertmanagerConfig, type Route, routesOf } from "./config.ts";
import { type Matcher, matches, parseMatcher } from "./matchers.ts";
import { newId, type Silence, saveSilence, silencesOf, stateOf } from "./silences.ts";

export const VERSION = "0.30.1";

export interface ApiCall {
  process: ProcessView;
  config: AlertmanagerConfig;
  /** The text of the configuration. */
  original: string;
  request: HttpRequest;
  query: string;
}

type Handler = (call: ApiCall, part: string) => HttpAnswer;

/** By method and path; the last part of a path may be a name. */
const HANDLERS: readonly [method: string, path: RegExp, handler: Handler][] = [
  ["GET", /^\/alerts$/, getAlerts],
  ["POST", /^\/alerts$/, addAlerts],
  ["GET", /^\/alerts\/groups$/, getGroups],
  ["GET", /^\/silences$/, getSilences],
  ["POST", /^\/silences$/, addSilence],
  ["GET", /^\/silence\/([^/]+)$/, getSilence],
  ["DELETE", /^\/silence\/([^/]+)$/, expireSilence],
  [
    "GET",
    /^\/receivers$/,
    ({ config }) =>
      json(
        200,
        config.receivers.map((name) => ({ name })),
      ),
  ],
  ["GET", /^\/status$/, getStatus],
];

/** A refusal with this text as its body. */
class BadRequest extends Error {
  override name = "BadRequest";
}

export function apiAnswer(call: ApiCall, path: string): HttpAnswer {
  const { method } = call.request;
  const fitting = HANDLERS.filter(([, pattern]) => pattern.test(path));
  const found = fitting.find(([wanted]) => wanted === (method === "HEAD" ? "GET" : method));
  if (!found) {
    if (fitting.length === 0) return json(404, { code: 404, message: `path /api/v2${path} was not found` });
    return json(405, { code: 405, message: `method ${method} is not allowed` });
  }
  try {
    return found[2](call, found[1].exec(path)?.[1] ?? "");
  } catch (error) {
    if (error instanceof BadRequest || error instanceof EvaluationError) {
      return text(400, bytesOfText(`${JSON.stringify(error.message)}\n`), { contentType: "application/json" });
    }
    throw error;
  }
}

const time = (atMs: number) => new Date(atMs).toISOString();

function alertJson(alert: Alert): JsonObject {
  const { labels, annotations, startsAtMs, endsAtMs, updatedAtMs, fingerprint, generatorUrl } = alert;
  const { receivers, silencedBy, inhibitedBy } = alert;
  const state = silencedBy.length > 0 || inhibitedBy.length > 0 ? "suppressed" : "active";
  return {
    annotations,
    endsAt: time(endsAtMs),
    fingerprint,
    receivers: receivers.map((name) => ({ name })),
    startsAt: time(startsAtMs),
    status: { inhibitedBy, mutedBy: [], silencedBy, state },
    updatedAt: time(updatedAtMs),
    generatorURL: generatorUrl,
    labels,
  } as JsonObject;
}

/** The alerts that the query's filters let through. */
function chosenAlerts({ process, config, query }: ApiCall): Alert[] {
  const given = parameters(query);
  const isWanted = (name: string) => textOfBytes(given.get(name)?.[0] ?? "true") !== "false";
  const filters = matchersIn(given.get("filter") ?? []);
  const receiver = given.get("receiver")?.[0];
  const fits = receiver === undefined ? () => true : anchored(textOfBytes(receiver));
  return currentAlerts(process, config).filter(({ labels, silencedBy, inhibitedBy, receivers }) => {
    if (silencedBy.length > 0 && !isWanted("silenced")) return false;
    if (inhibitedBy.length > 0 && !isWanted("inhibited")) return false;
    if (silencedBy.length + inhibitedBy.length === 0 && !isWanted("active")) return false;
    return matches(filters, labels) && receivers.some(fits);
  });
}

function matchersIn(filters: readonly string[]): Matcher[] {
  return filters.map(textOfBytes).map((filter) => {
    const matcher = parseMatcher(filter);
    if (!matcher) throw new BadRequest(`bad matcher format: ${filter}`);
    return matcher;
  });
}

function getAlerts(call: ApiCall): HttpAnswer {
  return json(200, chosenAlerts(call).map(alertJson));
}

function addAlerts({ process, config, request }: ApiCall): HttpAnswer {
  rememberSender(process, request);
  const { nowMs } = process;
  const posted = parsedBody(request);
  if (!Array.isArray(posted)) throw new BadRequest("parsing alerts body failed: expected an array");
  const alerts = readSentAlerts(request.body, { startsAtMs: nowMs, endsAtMs: nowMs + config.resolveTimeoutMs });
  if (alerts.length < posted.length || alerts.some(({ labels }) => Object.keys(labels).length === 0)) {
    throw new BadRequest("at least one label pair required");
  }
  if (alerts.length > 0) postAlerts(process, alerts);
  return text(200, "");
}

function getGroups(call: ApiCall): HttpAnswer {
  const groups = new Map<string, { labels: Record<string, string>; receiver: string; alerts: Alert[] }>();
  for (const alert of chosenAlerts(call)) {
    for (const route of routesOf(call.config.route, alert.labels)) {
      const labels = groupLabels(alert, route);
      const key = `${keyOf(labels)} ${route.receiver}`;
      const group = groups.get(key) ?? { labels, receiver: route.receiver, alerts: [] };
      group.alerts.push(alert);
      groups.set(key, group);
    }
  }
  const sorted = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  return json(
    200,
    sorted.map(([, { labels, receiver, alerts }]) => ({
      alerts: alerts.map(alertJson),
      labels,
      receiver: { name: receiver },
    })),
  );
}

function groupLabels({ labels }: Alert, { groupBy }: Route): Record<string, string> {
  const shown = Object.entries(labels).filter(([name]) => groupBy?.includes(name) ?? true);
  return Object.fromEntries(shown);
}

function silenceJson(silence: Silence, nowMs: number): JsonObject {
  const { id, matchers, startsAtMs, endsAtMs, updatedAtMs, createdBy, comment } = silence;
  return {
    id,
    status: { state: stateOf(silence, nowMs) },
    updatedAt: time(updatedAtMs),
    comment,
    createdBy,
    endsAt: time(endsAtMs),
    matchers: matchers as unknown as JsonValue,
    startsAt: time(startsAtMs),
  };
}

const ORDER = ["active", "pending", "expired"];

function getSilences({ process, query }: ApiCall): HttpAnswer {
  const { nowMs } = process;
  const filters = matchersIn(parameters(query).get("filter") ?? []);
  const chosen = silencesOf(process).filter(({ matchers }) =>
    filters.every((filter) => matchers.some(({ name, value }) => matches([filter], { [name]: value }))),
  );
  const rank = (silence: Silence) => ORDER.indexOf(stateOf(silence, nowMs));
  const sorted = chosen.sort((a, b) => rank(a) - rank(b) || a.endsAtMs - b.endsAtMs);
  return json(
    200,
    sorted.map((silence) => silenceJson(silence, nowMs)),
  );
}

function getSilence({ process }: ApiCall, id: string): HttpAnswer {
  const silence = silencesOf(process).find((each) => each.id === id);
  return silence ? json(200, silenceJson(silence, process.nowMs)) : text(404, "");
}

function addSilence({ process, request }: ApiCall): HttpAnswer {
  const { nowMs } = process;
  const body = parsedBody(request);
  if (!isJsonObject(body)) throw new BadRequest("parsing silence body failed: expected an object");
  const { id, startsAt, endsAt, createdBy, comment } = body;
  const matchers = objectsIn(body["matchers"]).map(({ name, value, isRegex, isEqual }) => ({
    name: String(name ?? ""),
    value: String(value ?? ""),
    isRegex: isRegex === true,
    isEqual: isEqual !== false,
  }));
  const [startsAtMs, endsAtMs] = [startsAt, endsAt].map((each) => Date.parse(String(each)));
  if (matchers.length === 0) throw new BadRequest("invalid silence: at least one matcher required");
  if (matchers.every(({ value, isRegex, isEqual }) => matches([{ name: "", value, isRegex, isEqual }], {}))) {
    throw new BadRequest("invalid silence: at least one matcher must not match the empty string");
  }
  if (startsAtMs === undefined || endsAtMs === undefined || !(endsAtMs > startsAtMs)) {
    throw new BadRequest("failed to create silence: end time must be after the start time");
  }
  if (endsAtMs <= nowMs) throw new BadRequest("failed to create silence: end time can't be in the past");
  const known = typeof id === "string" && id !== "" ? id : undefined;
  if (known !== undefined && !silencesOf(process).some((each) => each.id === known)) {
    return json(404, `silence ${known} not found`);
  }
  const silence = {
    ...{ id: known ?? newId(process), matchers, startsAtMs: Math.max(startsAtMs, nowMs), endsAtMs, updatedAtMs: nowMs },
    ...{ createdBy: String(createdBy ?? ""), comment: String(comment ?? "") },
  };
  return saved(process, silence) ?? json(200, { silenceID: silence.id });
}

function expireSilence({ process }: ApiCall, id: string): HttpAnswer {
  const { nowMs } = process;
  const silence = silencesOf(process).find((each) => each.id === id);
  if (!silence) return text(404, "");
  if (stateOf(silence, nowMs) === "expired") throw new BadRequest(`silence ${id} already expired`);
  const ended = { ...silence, startsAtMs: Math.min(silence.startsAtMs, nowMs), endsAtMs: nowMs, updatedAtMs: nowMs };
  return saved(process, ended) ?? text(200, "");
}

/** The refusal if the silence cannot be kept. */
function saved(process: ProcessView, silence: Silence): HttpAnswer | undefined {
  try {
    return saveSilence(process, silence) ? undefined : json(500, "exceeded maximum number of silences");
  } catch (error) {
    if (error instanceof FileError) return json(500, `failed to create silence: ${error.message}`);
    throw error;
  }
}

function getStatus({ process, original }: ApiCall): HttpAnswer {
  const versionInfo = {
    ...{ branch: "HEAD", buildDate: "20260113-10:41:08", buildUser: "root@sandbar", goVersion: "go1.25.5" },
    ...{ revision: "c3b5f8e0d6", version: VERSION },
  };
  return json(200, {
    cluster: { peers: [], status: "disabled" },
    config: { original },
    uptime: time(Number(process.state["startedMs"])),
    versionInfo,
  });
}

function parsedBody({ body }: HttpRequest): JsonValue {
  try {
    return JSON.parse(textOfBytes(body)) as JsonValue;
  } catch {
    throw new BadRequest("parsing request body failed: invalid JSON");
  }
}

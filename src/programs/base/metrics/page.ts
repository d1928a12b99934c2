/**
 * Pages of metrics. A program's page knows how its figures came about: each series is a list of points with the instants
 * at which they changed. A client gets the present values as text. A scraper that asks for it gets the points since an
 * instant, so it can compute the samples that it would have taken meanwhile.
 * Format: prometheus.io/docs/instrumenting/exposition_formats
 */
import { bytesOfText } from "../../../lib/bytes.ts";
import { isJsonObject, type JsonValue, parseJson } from "../../../lib/json.ts";
import { type CounterPoint, type CounterPoints, counterValue } from "../../../shell/counters.ts";
import type { HttpAnswer } from "../../servers/http.ts";
import { text } from "../../servers/http.ts";

export type MetricType = "counter" | "gauge" | "histogram" | "summary" | "untyped";

export interface MetricSeries {
  /** `_bucket`, `_sum`, `_count` of histograms; absent: none. */
  suffix?: string;
  labels?: Readonly<Record<string, string>>;
  /** In order of time. */
  points: CounterPoints;
}

export interface MetricFamily {
  name: string;
  help: string;
  type: MetricType;
  series: readonly MetricSeries[];
}

export interface MetricPage {
  families: readonly MetricFamily[];
  /** Resources (`core/pods`) from whose objects the page is computed: its values change with a write to one of them. */
  changesWith?: readonly string[];
  /** The points have no instants: the page was a text, which tells the values at the time of the scrape. */
  isSnapshot?: true;
}

const WITH_POINTS = "application/vnd.sandbar.metrics+json";
const TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8; escaping=underscores";

/** The header `accept` of a scraper that wants the points since an instant, ms. */
export function acceptPointsSince(sinceMs: number): string {
  return `${WITH_POINTS};since=${sinceMs},text/plain;version=0.0.4;q=0.5,*/*;q=0.1`;
}

/** Whether a client asks for points instead of present values. */
export function wantsPoints(headers: Readonly<Record<string, string>>): boolean {
  return headers["accept"]?.startsWith(WITH_POINTS) === true;
}

/** The answer to a request for the page at `nowMs`. */
export function metricsAnswer(page: MetricPage, headers: Readonly<Record<string, string>>, nowMs: number): HttpAnswer {
  const since = new RegExp(`${WITH_POINTS.replace(/[.+]/g, "\\$&")};since=(\\d+)`).exec(headers["accept"] ?? "")?.[1];
  if (since === undefined) return text(200, bytesOfText(pageText(page, nowMs)), { contentType: TEXT_FORMAT });
  const families = page.families.map((family) => ({
    ...family,
    series: family.series.map((series) => ({ ...series, points: pointsSince(series.points, Number(since)) })),
  }));
  const body = JSON.stringify({ ...page, families }, (_key, value: unknown) =>
    typeof value === "number" && !Number.isFinite(value) ? String(value) : value,
  );
  return text(200, bytesOfText(body), { contentType: WITH_POINTS });
}

/** A gauge or counter with one value since its beginning. */
export function constant(value: number, labels: Readonly<Record<string, string>> = {}, sinceMs = 0): MetricSeries {
  return { labels, points: [[sinceMs, value]] };
}

export function gauge(name: string, help: string, ...series: readonly MetricSeries[]): MetricFamily {
  return { name, help, type: "gauge", series };
}

export function counter(name: string, help: string, ...series: readonly MetricSeries[]): MetricFamily {
  return { name, help, type: "counter", series };
}

/** The point that holds at the instant, and all later ones. */
function pointsSince(points: CounterPoints, sinceMs: number): CounterPoints {
  const holding = points.findLastIndex(([instant]) => instant <= sinceMs);
  return holding <= 0 ? points : points.slice(holding);
}

function pageText({ families }: MetricPage, nowMs: number): string {
  const lines = families.flatMap(({ name, help, type, series }) => [
    `# HELP ${name} ${help.replace(/\\/g, "\\\\").replace(/\n/g, "\\n")}`,
    `# TYPE ${name} ${type}`,
    ...series.flatMap(({ suffix = "", labels = {}, points }) => {
      const value = counterValue(points, nowMs);
      return value === undefined ? [] : [`${name}${suffix}${labelsText(labels)} ${numberText(value)}`];
    }),
  ]);
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  const entries = Object.entries(labels);
  if (entries.length === 0) return "";
  const escaped = (value: string) => value.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n");
  return `{${entries.map(([name, value]) => `${name}="${escaped(value)}"`).join(",")}}`;
}

/** A number as Go's client writes it. */
function numberText(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  if (value !== 0 && (Math.abs(value) >= 1e21 || Math.abs(value) < 1e-4)) {
    return value.toExponential().replace(/e([-+])(\d)$/, "e$10$2");
  }
  if (Math.abs(value) >= 1e6) {
    const exponent = value.toExponential().replace(/e\+(\d)$/, "e+0$1");
    return exponent;
  }
  return String(value);
}

/** The page that a scrape of one target returned. Throws MetricsSyntaxError if it is no page of metrics. */
export function readPage(body: string, contentType: string): MetricPage {
  return contentType.startsWith(WITH_POINTS) ? pageOfJson(parseJson(body)) : pageOfText(body);
}

export class MetricsSyntaxError extends Error {
  override name = "MetricsSyntaxError";
}

function pageOfJson(document: JsonValue): MetricPage {
  if (!isJsonObject(document)) throw new MetricsSyntaxError("the page is no object");
  const page = document as unknown as MetricPage;
  const read = ([atMs, value, perSecond]: CounterPoint): CounterPoint =>
    perSecond === undefined ? [atMs, Number(value)] : [atMs, Number(value), perSecond];
  return {
    ...page,
    families: page.families.map((family) => ({
      ...family,
      series: family.series.map((series) => ({ ...series, points: series.points.map(read) })),
    })),
  };
}

const LINE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(?:\{(.*)\})?\s*(\S+)(?:\s+(-?\d+))?\s*$/;
const LABEL = /^\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(?:,|$)/;

function pageOfText(body: string): MetricPage {
  const families = new Map<string, { name: string; help: string; type: MetricType; series: MetricSeries[] }>();
  const familyOf = (name: string) => {
    const base = name.replace(/_(bucket|sum|count)$/, "");
    const owner = families.get(name) ?? families.get(base);
    if (owner) return owner;
    const made = { name, help: "", type: "untyped" as MetricType, series: [] };
    families.set(name, made);
    return made;
  };
  for (const line of body.split("\n")) {
    const [, keyword, described = "", rest = ""] = /^#\s+(HELP|TYPE)\s+(\S+)\s?(.*)$/.exec(line) ?? [];
    if (keyword === "HELP") familyOf(described).help = rest;
    else if (keyword === "TYPE") familyOf(described).type = rest.trim() as MetricType;
    else if (line.trim() !== "" && !line.startsWith("#")) {
      const [, name = "", labels = "", value = ""] = LINE.exec(line) ?? [];
      if (name === "")
        throw new MetricsSyntaxError(
          `expected a valid start token, got ${JSON.stringify(line.slice(0, 1))} ("INVALID") while parsing: ${JSON.stringify(line.slice(0, 20))}`,
        );
      const family = familyOf(name);
      const suffix = name.slice(family.name.length);
      family.series.push({ ...(suffix && { suffix }), labels: labelsOf(labels), points: [[0, numberOf(value)]] });
    }
  }
  return { families: [...families.values()], isSnapshot: true };
}

function labelsOf(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (let rest = text; rest.trim() !== ""; ) {
    const found = LABEL.exec(rest);
    if (!found)
      throw new MetricsSyntaxError(`expected label name, got ${JSON.stringify(rest.slice(0, 1))} ("INVALID")`);
    labels[found[1]!] = found[2]!.replace(/\\(.)/g, (_, char: string) => (char === "n" ? "\n" : char));
    rest = rest.slice(found[0].length);
  }
  return labels;
}

function numberOf(text: string): number {
  if (/^[+-]?Inf(inity)?$/i.test(text))
    return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (/^nan$/i.test(text)) return Number.NaN;
  const value = Number(text);
  if (text === "" || Number.isNaN(value))
    throw new MetricsSyntaxError(`strconv.ParseFloat: parsing ${JSON.stringify(text)}: invalid syntax`);
  return value;
}

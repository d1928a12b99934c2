/**
 * What scrapes add to the database. A series is written only where it leaves the course that its last piece predicts, so
 * targets that do not change cost nothing.
 */
import { MAX_PROMETHEUS_SERIES } from "../../../lib/container-limits.ts";
import { fnv1a32 } from "../../../lib/hash.ts";
import { type CounterPoints, counterValue } from "../../../shell/counters.ts";
import type { MetricFamily, MetricSeries } from "../../base/metrics/page.ts";
import { relabel } from "../config/relabel.ts";
import { type Target, urlOf } from "../discovery/discover.ts";
import type { Labels } from "../promql/syntax.ts";
import { keyOf } from "../promql/values.ts";
import { type Database, type DatabaseSeries, isLive, type Piece, pieceValue } from "../storage/database.ts";
import { apply, type Entry } from "../storage/files.ts";
import type { ScrapeResult } from "./scrape.ts";

export interface Round {
  /** The instant of this round, and of the one before it. */
  nowMs: number;
  lastMs: number;
}

/** A scrape takes so long, seconds: nothing here measures it. */
const SCRAPE_SECONDS = 0.002;

function targetKey(target: Target): string {
  return fnv1a32(`${keyOf(target.labels)} ${urlOf(target)}`).toString(16);
}

/** Adds the results to the database and returns the entries for its files. */
export class Ingestion {
  readonly entries: Entry[] = [];
  /** Series that found no room. */
  refused = 0;
  readonly #database: Database;
  readonly #round: Round;

  constructor(database: Database, round: Round) {
    this.#database = database;
    this.#round = round;
  }

  /** Ends the series of all targets that are no longer there. */
  endOthers(targets: readonly Target[]): void {
    const present = new Set(targets.map(targetKey));
    for (const key of this.#database.targets) if (!present.has(key)) this.#endAll(this.#database.ofTarget(key));
  }

  add(result: ScrapeResult): void {
    const { target } = result;
    const key = targetKey(target);
    const before = this.#database.ofTarget(key).filter(isLive);
    const present = new Set<DatabaseSeries>();
    const note = (labels: Labels, points: CounterPoints, isCounter = false, isSnapshot = false) => {
      const series = this.#seriesOf(target, key, labels);
      if (!series) return;
      present.add(series);
      if (isSnapshot) this.#addSnapshot(series, points[0]![1], isCounter);
      else this.#addPoints(series, points);
    };
    let [scraped, kept] = [0, 0];
    if ("page" in result) {
      for (const family of result.page.families) {
        for (const each of family.series) {
          scraped++;
          const labels = relabel(sampleLabels(target, family, each), target.job.metricRelabelRules);
          if (!labels || each.points.length === 0) continue;
          kept++;
          note(labels, each.points, isCounter(family, each), result.page.isSnapshot === true);
        }
      }
    }
    const added = present.size - [...present].filter((each) => before.includes(each)).length;
    const own = {
      up: "page" in result ? 1 : 0,
      scrape_duration_seconds: SCRAPE_SECONDS,
      scrape_samples_scraped: scraped,
      scrape_samples_post_metric_relabeling: kept,
      scrape_series_added: added,
    };
    for (const [name, value] of Object.entries(own)) note({ ...target.labels, __name__: name }, [[0, value]]);
    this.#endAll(before.filter((series) => !present.has(series)));
  }

  #seriesOf(target: Target, key: string, labels: Labels): DatabaseSeries | undefined {
    const known = this.#database.find(key, labels);
    if (known) return known;
    if (this.#database.size >= MAX_PROMETHEUS_SERIES) {
      this.refused++;
      return undefined;
    }
    const id = this.#database.nextId();
    this.#write({ type: "series", id, target: key, intervalMs: target.job.intervalMs, labels });
    return this.#database.byId(id);
  }

  /** Points of a page that knows its past. */
  #addPoints(series: DatabaseSeries, points: CounterPoints): void {
    const { nowMs, lastMs } = this.#round;
    for (const [atMs, value, perSecond] of points) {
      if (atMs > lastMs)
        this.#addPiece(series, { atMs: Math.min(atMs, nowMs), value, ...(perSecond && { perSecond }) });
    }
    const old = points.findLast(([atMs]) => atMs <= lastMs);
    // The value was another one at the last round without a point in between: it changed at an unknown instant.
    const isLatest = old !== undefined && points.at(-1) === old;
    if (isLatest) {
      const value = counterValue(points, nowMs)!;
      this.#addPiece(series, { atMs: nowMs, value, ...(old[2] && { perSecond: old[2] }) });
    }
  }

  /** A counter of a text rose evenly since the last round, as far as anyone can tell. */
  #addSnapshot(series: DatabaseSeries, value: number, isCounter: boolean): void {
    const { nowMs, lastMs } = this.#round;
    const last = series.pieces.at(-1);
    if (isCounter && last && last.value !== null && nowMs > lastMs) {
      const before = pieceValue(last, lastMs);
      const perSecond = ((value - before) * 1000) / (nowMs - lastMs);
      if (value > before && pieceValue(last, nowMs) !== value)
        this.#addPiece(series, { atMs: lastMs, value: before, perSecond });
    }
    this.#addPiece(series, { atMs: nowMs, value });
  }

  /** Adds a piece unless the last one already says so. */
  #addPiece(series: DatabaseSeries, piece: Piece): void {
    const last = series.pieces.at(-1);
    const isKnown =
      last !== undefined &&
      last.value !== null &&
      piece.value !== null &&
      (last.perSecond ?? 0) === (piece.perSecond ?? 0) &&
      isSame(pieceValue(last, piece.atMs), piece.value);
    if (!isKnown) this.#write({ type: "piece", id: series.id, piece });
  }

  #endAll(series: readonly DatabaseSeries[]): void {
    for (const each of series) {
      if (isLive(each)) this.#write({ type: "piece", id: each.id, piece: { atMs: this.#round.nowMs, value: null } });
    }
  }

  #write(entry: Entry): void {
    this.entries.push(entry);
    apply(this.#database, entry);
  }
}

/** Sums of slopes differ in their last digits. */
function isSame(a: number, b: number): boolean {
  return Object.is(a, b) || a === b || Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
}

/** Labels of the target win over those of the sample, unless the job honours the latter. */
function sampleLabels(
  { job, labels: own }: Target,
  { name }: MetricFamily,
  { suffix = "", labels = {} }: MetricSeries,
): Labels {
  const merged: Record<string, string> = { ...own };
  for (const [label, value] of Object.entries(labels)) {
    if (job.honorLabels || !(label in own)) merged[label] = value;
    else merged[`exported_${label}`] = value;
  }
  const named = { ...merged, __name__: name + suffix };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== ""));
}

function isCounter({ type }: MetricFamily, { suffix }: MetricSeries): boolean {
  return type === "counter" || type === "histogram" || (type === "summary" && suffix !== undefined);
}

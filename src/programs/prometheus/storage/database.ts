/**
 * Prometheus' database: series as functions of time. A series is a list of pieces, each with a value and a slope from an
 * instant on. Samples are computed when they are read: one at each multiple of the scrape interval. So a series whose
 * target does not change takes no room, and nothing is due while it is scraped.
 */
import { matcherTest } from "../promql/matchers.ts";
import type { Labels, Matcher } from "../promql/syntax.ts";
import { keyOf, type SampleSource, type StoredSeries } from "../promql/values.ts";

/** Value from `atMs` on; null: the series has ended. `perSecond` is absent if the value stays. */
export interface Piece {
  atMs: number;
  value: number | null;
  perSecond?: number;
}

export interface DatabaseSeries {
  id: number;
  /** The target that it was scraped from: its series end together. */
  target: string;
  intervalMs: number;
  labels: Labels;
  pieces: Piece[];
}

/** A time in which the server ran; without an end it still runs. */
export interface Run {
  fromMs: number;
  untilMs?: number;
}

export class Database implements SampleSource {
  readonly runs: Run[] = [];
  readonly #byId = new Map<number, DatabaseSeries>();
  readonly #byKey = new Map<string, DatabaseSeries>();
  readonly #byTarget = new Map<string, DatabaseSeries[]>();
  readonly #byName = new Map<string, DatabaseSeries[]>();

  get size(): number {
    return this.#byId.size;
  }

  get series(): Iterable<DatabaseSeries> {
    return this.#byId.values();
  }

  add(series: DatabaseSeries): void {
    this.#byId.set(series.id, series);
    this.#byKey.set(`${series.target} ${keyOf(series.labels)}`, series);
    addTo(this.#byTarget, series.target, series);
    addTo(this.#byName, series.labels["__name__"] ?? "", series);
  }

  byId(id: number): DatabaseSeries | undefined {
    return this.#byId.get(id);
  }

  find(target: string, labels: Labels): DatabaseSeries | undefined {
    return this.#byKey.get(`${target} ${keyOf(labels)}`);
  }

  ofTarget(target: string): readonly DatabaseSeries[] {
    return this.#byTarget.get(target) ?? [];
  }

  get targets(): Iterable<string> {
    return this.#byTarget.keys();
  }

  nextId(): number {
    let highest = 0;
    for (const id of this.#byId.keys()) highest = Math.max(highest, id);
    return highest + 1;
  }

  select(matchers: readonly Matcher[], fromMs: number, untilMs: number): StoredSeries[] {
    const fits = matcherTest(matchers);
    const merged = new Map<string, StoredSeries & { points: [number, number | null][] }>();
    const name = matchers.find((each) => each.name === "__name__" && each.operator === "=")?.value;
    for (const series of name === undefined ? this.#byId.values() : (this.#byName.get(name) ?? [])) {
      if (!fits(series.labels)) continue;
      const points = samplesOf(series, this.runs, fromMs, untilMs);
      if (points.length === 0) continue;
      const key = keyOf(series.labels);
      const known = merged.get(key);
      // A target that came back under the same labels continues its series.
      if (known) known.points = [...known.points, ...points].sort(([a], [b]) => a - b);
      else merged.set(key, { labels: series.labels, points });
    }
    return [...merged.values()];
  }
}

function addTo(map: Map<string, DatabaseSeries[]>, key: string, series: DatabaseSeries): void {
  const others = map.get(key) ?? [];
  others.push(series);
  map.set(key, others);
}

/** Samples after `fromMs`, up to `untilMs`; a null ends the series at the first scrape that misses it. */
function samplesOf(
  { pieces, intervalMs }: DatabaseSeries,
  runs: readonly Run[],
  fromMs: number,
  untilMs: number,
): [number, number | null][] {
  const found: [number, number | null][] = [];
  let at = -1;
  let wasPresent = false;
  const firstMs = Math.max(fromMs, pieces[0]!.atMs - 1);
  for (let atMs = (Math.floor(firstMs / intervalMs) + 1) * intervalMs; atMs <= untilMs; atMs += intervalMs) {
    while (at + 1 < pieces.length && pieces[at + 1]!.atMs <= atMs) at++;
    const piece = pieces[at];
    const isRunning = runs.some((run) => run.fromMs <= atMs && (run.untilMs === undefined || atMs <= run.untilMs));
    if (!piece || !isRunning) continue;
    if (piece.value !== null) found.push([atMs, pieceValue(piece, atMs)]);
    else if (wasPresent || found.length === 0) found.push([atMs, null]);
    // Nothing comes after the end but another beginning.
    if (piece.value === null && at === pieces.length - 1) break;
    wasPresent = piece.value !== null;
  }
  return found;
}

export function pieceValue({ value, perSecond = 0, atMs: fromMs }: Piece, atMs: number): number {
  if (value === null) return Number.NaN;
  return perSecond === 0 ? value : value + (perSecond * (atMs - fromMs)) / 1000;
}

/** Whether the series goes on: its last piece has a value. */
export function isLive({ pieces }: DatabaseSeries): boolean {
  const last = pieces.at(-1);
  return last !== undefined && last.value !== null;
}

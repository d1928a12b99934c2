/**
 * The files of the database, below `--storage.tsdb.path`: a log of lines in JSON. A file that is full is followed by
 * another one, which begins with the present values, so the oldest file can be dropped.
 */
import { bytesOfText, textOfBytes } from "../../../lib/bytes.ts";
import { MAX_TSDB_FILE_BYTES, MAX_TSDB_FILES } from "../../../lib/container-limits.ts";
import type { ProcessView } from "../../../shell/program.ts";
import type { Labels } from "../promql/syntax.ts";
import { Database, isLive, type Piece, type Run } from "./database.ts";

/** A series with its piece at the beginning of a file. */
const SERIES_BYTES = 250;

/** A line of the log. */
export type Entry =
  | { type: "begin"; atMs: number }
  | { type: "end"; atMs: number }
  | { type: "series"; id: number; target: string; intervalMs: number; labels: Labels }
  | { type: "piece"; id: number; piece: Piece };

type Line =
  | ["b", number]
  | ["e", number]
  | ["s", number, string, number, Labels]
  | ["p", number, number, StoredNumber, number?];

/** JSON has no `NaN` and no infinity. */
type StoredNumber = number | null | string;

export function readDatabase(process: ProcessView, folder: string): Database {
  const database = new Database();
  for (const name of fileNames(process, folder)) {
    for (const text of textOfBytes(process.files.read(`${folder}/wal/${name}`)).split("\n")) {
      if (text !== "") apply(database, entryOf(JSON.parse(text) as Line));
    }
  }
  return database;
}

/** Adds entries to a database in memory. */
export function apply(database: Database, entry: Entry): void {
  switch (entry.type) {
    case "begin": {
      const { atMs } = entry;
      endRun(database.runs, atMs - 1);
      database.runs.push({ fromMs: atMs });
      return;
    }
    case "end":
      endRun(database.runs, entry.atMs);
      return;
    case "series": {
      const { id, target, intervalMs, labels } = entry;
      if (!database.byId(id)) database.add({ id, target, intervalMs, labels, pieces: [] });
      return;
    }
    case "piece":
      database.byId(entry.id)?.pieces.push(entry.piece);
  }
}

function endRun(runs: Run[], atMs: number): void {
  const last = runs.at(-1);
  if (last && last.untilMs === undefined) last.untilMs = atMs;
}

/** Appends entries to the newest file. `database` has them already. Throws FileError. */
export function appendEntries(
  process: ProcessView,
  folder: string,
  { entries, database }: { entries: readonly Entry[]; database: Database },
): void {
  if (entries.length === 0) return;
  const { files } = process;
  const names = fileNames(process, folder);
  const newest = names.at(-1);
  const path = (name: string) => `${folder}/wal/${name}`;
  // A new file begins with all live series, so many series need larger files.
  const maxBytes = MAX_TSDB_FILE_BYTES + 2 * SERIES_BYTES * database.size;
  const isFull = newest !== undefined && files.read(path(newest)).length > maxBytes;
  if (newest !== undefined && !isFull) {
    files.append(path(newest), bytesOfText(textOf(entries)));
    return;
  }
  const number = newest === undefined ? 0 : Number(newest) + 1;
  const content = newest === undefined ? textOf(entries) : textOf(presentEntries(database, process.nowMs));
  files.write(path(String(number).padStart(8, "0")), bytesOfText(content));
  for (const old of names.slice(0, Math.max(0, names.length + 1 - MAX_TSDB_FILES))) files.removeFile(path(old));
}

/** The beginning of a new file: the last run, and the live series with their present pieces. */
function presentEntries(database: Database, nowMs: number): Entry[] {
  const runs = database.runs.slice(-1).map(({ fromMs }): Entry => ({ type: "begin", atMs: fromMs }));
  const series = [...database.series].filter(isLive).flatMap(({ id, target, intervalMs, labels, pieces }): Entry[] => {
    const piece = pieces.findLast(({ atMs }) => atMs <= nowMs) ?? pieces.at(-1)!;
    return [
      { type: "series", id, target, intervalMs, labels },
      { type: "piece", id, piece },
    ];
  });
  return [...runs, ...series];
}

function fileNames({ files }: ProcessView, folder: string): string[] {
  const entry = files.find(`${folder}/wal`);
  if (entry?.type !== "directory") return [];
  return files
    .list(`${folder}/wal`)
    .filter((name) => /^\d{8}$/.test(name))
    .sort();
}

function textOf(entries: readonly Entry[]): string {
  return entries.map((entry) => `${JSON.stringify(lineOf(entry))}\n`).join("");
}

function lineOf(entry: Entry): Line {
  switch (entry.type) {
    case "begin":
      return ["b", entry.atMs];
    case "end":
      return ["e", entry.atMs];
    case "series":
      return ["s", entry.id, entry.target, entry.intervalMs, entry.labels];
    case "piece": {
      const { atMs, value, perSecond } = entry.piece;
      const stored = value === null || Number.isFinite(value) ? value : String(value);
      return perSecond === undefined ? ["p", entry.id, atMs, stored] : ["p", entry.id, atMs, stored, perSecond];
    }
  }
}

function entryOf(line: Line): Entry {
  switch (line[0]) {
    case "b":
      return { type: "begin", atMs: line[1] };
    case "e":
      return { type: "end", atMs: line[1] };
    case "s":
      return { type: "series", id: line[1], target: line[2], intervalMs: line[3], labels: line[4] };
    case "p": {
      const [, id, atMs, stored, perSecond] = line;
      const value = stored === null ? null : Number(stored);
      return { type: "piece", id, piece: { atMs, value, ...(perSecond !== undefined && { perSecond }) } };
    }
  }
}

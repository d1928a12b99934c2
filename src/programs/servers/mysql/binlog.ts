/**
 * The binary log of a primary: which objects changed at which position. A replica asks for all that changed after its own
 * position and gets these objects as they are now, so both have the same rows.
 */
import type { FileSystem } from "../../../files/file-system.ts";
import type { Entry, EntryStore } from "../../sql/catalog.ts";

/** `mysql/binlog.json` */
interface Log {
  /** The number of the file: `mysql-0-bin.000003`. */
  file: number;
  position: number;
  /** The place of the last change, by object: `d:shop`, `t:shop.items`, `u:accounts`. */
  changes: Record<string, number>;
}

/** Positions of one file. A place is the file's number and the position in it as one number. */
const FILE_SIZE = 1_000_000_000;
/** The position behind the header of a file in MySQL 5.7. */
const START = 154;
/** The log of a first start is the third: two servers ran before for the initialization. */
const FIRST_FILE = 3;

function logPath(path: string): string {
  return `${path}/mysql/binlog.json`;
}

export function readLog(files: FileSystem, path: string): Log {
  const file = logPath(path);
  if (files.find(file)?.type !== "file") return { file: FIRST_FILE, position: START, changes: {} };
  return JSON.parse(files.read(file)) as Log;
}

function writeLog(files: FileSystem, path: string, log: Log): void {
  files.write(logPath(path), JSON.stringify(log), 0o640);
}

/** A server begins a new file at each start. */
export function beginLog(files: FileSystem, path: string): void {
  const isFirst = !files.find(logPath(path));
  const log = readLog(files, path);
  writeLog(files, path, isFirst ? log : { ...log, file: log.file + 1, position: START });
}

export function placeOf({ file, position }: Pick<Log, "file" | "position">): number {
  return file * FILE_SIZE + position;
}

/** `mysql-0-bin.000003` */
export function fileName(host: string, file: number): string {
  return `${host}-bin.${String(file).padStart(6, "0")}`;
}

/** The place that CHANGE MASTER names. */
export function placeFrom(name: string, position: number): number {
  return Number(/\.(\d+)$/.exec(name)?.[1] ?? 0) * FILE_SIZE + position;
}

export function partsOf(place: number): { file: number; position: number } {
  return { file: Math.floor(place / FILE_SIZE), position: place % FILE_SIZE };
}

/** Notes changed objects. `bytes`: the length of the statement. */
export function noteChanges(files: FileSystem, path: string, names: Iterable<string>, bytes: number): void {
  const list = [...names];
  if (list.length === 0) return;
  const log = readLog(files, path);
  log.position += EVENT_BYTES + bytes;
  for (const name of list) log.changes[name] = placeOf(log);
  writeLog(files, path, log);
}

/** Bytes of the events around a statement. */
const EVENT_BYTES = 225;

/** A store that collects the names of what it changes. */
export class NotingStore implements EntryStore {
  readonly changed = new Set<string>();
  readonly #base: EntryStore;
  readonly #database: string;

  constructor(base: EntryStore, database: string) {
    this.#base = base;
    this.#database = database;
  }

  names(): readonly string[] {
    return this.#base.names();
  }

  read(name: string): Entry | undefined {
    return this.#base.read(name);
  }

  write(name: string, entry: Entry): void {
    this.#base.write(name, entry);
    this.#note(name);
  }

  remove(name: string): void {
    this.#base.remove(name);
    this.#note(name);
  }

  #note(name: string): void {
    this.changed.add(`t:${name.includes(".") ? name : `${this.#database}.${name}`}`);
  }
}

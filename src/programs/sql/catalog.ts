/** Tables, views and sequences as JSON, and the copy of them on which one statement or transaction works. */
import type { ReferenceAction } from "./ast.ts";
import { SqlError } from "./errors.ts";
import type { SqlType, Stored } from "./sql-type.ts";

export interface TableColumn {
  name: string;
  type: SqlType;
  isNotNull: boolean;
  /** SQL text. */
  defaultText?: string;
  generated?: "serial" | "always" | "byDefault";
  comment?: string;
  onUpdateNow?: boolean;
}

export interface Constraint {
  type: "primary" | "unique" | "check" | "foreign";
  name: string;
  columns: readonly string[];
  /** SQL text of a check. */
  text?: string;
  target?: string;
  targetColumns?: readonly string[];
  onDelete?: ReferenceAction;
  onUpdate?: ReferenceAction;
}

export interface Index {
  name: string;
  columns: readonly string[];
  isUnique: boolean;
  method: string;
}

/** A number that identifies the row in its table, and the values. */
export type Row = readonly [id: number, values: readonly Stored[]];

export interface Table {
  kind: "table";
  columns: TableColumn[];
  constraints: Constraint[];
  indexes: Index[];
  /** The number of the next row. */
  nextRow: number;
  /** The next value of each generated column. */
  counters: Record<string, number>;
  rows: Row[];
  owner: string;
}

export interface View {
  kind: "view";
  text: string;
  columns?: readonly string[];
  owner: string;
}

export interface Sequence {
  kind: "sequence";
  next: number;
  increment: number;
  owner: string;
}

export type Entry = Table | View | Sequence;

/** Where the committed entries of one database are. */
export interface EntryStore {
  names(): readonly string[];
  read(name: string): Entry | undefined;
  write(name: string, entry: Entry): void;
  remove(name: string): void;
}

/** A change that is not committed. JSON: an open transaction is part of the server's state. */
export interface Change {
  entry: Entry | null;
  /** Ids of changed rows. Absent: the whole entry was replaced. */
  rows?: number[];
}

export type Changes = Record<string, Change>;

/** Entries as a statement sees them: those of the transaction over the committed ones. */
export class Workspace {
  readonly #store: EntryStore;
  readonly #transaction: Changes;
  /** Changes of the current statement. */
  readonly #own: Changes = {};
  /** Counters do not go back when a statement fails. */
  readonly #counters: Record<string, Record<string, number>> = {};

  constructor(store: EntryStore, transaction: Changes) {
    this.#store = store;
    this.#transaction = transaction;
  }

  names(): string[] {
    const changes = { ...this.#transaction, ...this.#own };
    const names = new Set(this.#store.names());
    for (const [name, { entry }] of Object.entries(changes)) {
      if (entry) names.add(name);
      else names.delete(name);
    }
    return [...names].sort();
  }

  find(name: string): Entry | undefined {
    const change = own(this.#own, name) ?? own(this.#transaction, name);
    return change ? (change.entry ?? undefined) : this.#store.read(name);
  }

  /** @throws SqlError `noTable` */
  table(name: string, at?: number): Table {
    const entry = this.find(name);
    if (entry?.kind !== "table") throw new SqlError({ kind: "noTable", name, what: "relation" }, at);
    return entry;
  }

  /** The table, ready for changes of its rows. */
  change(name: string): Table {
    const known = own(this.#own, name);
    if (known?.entry?.kind === "table") return known.entry;
    const table = this.table(name);
    const copy: Table = { ...table, rows: [...table.rows], counters: { ...table.counters } };
    const earlier = own(this.#transaction, name);
    const isWhole = earlier !== undefined && earlier.rows === undefined;
    this.#own[name] = { entry: copy, ...(!isWhole && { rows: [...(earlier?.rows ?? [])] }) };
    return copy;
  }

  /** Notes that a row of a changed table is new, different or gone. */
  touch(name: string, id: number): void {
    this.#own[name]?.rows?.push(id);
  }

  put(name: string, entry: Entry): void {
    this.#own[name] = { entry };
  }

  remove(name: string): void {
    this.#own[name] = { entry: null };
  }

  /** The next value of a generated column. */
  count(name: string, column: string): number {
    const table = this.change(name);
    const value = table.counters[column] ?? 1;
    this.setCounter(name, column, value + 1);
    return value;
  }

  setCounter(name: string, column: string, next: number): void {
    this.change(name).counters[column] = next;
    this.#counters[name] = { ...this.#counters[name], [column]: next };
  }

  /** Changes of the statement, to be kept in the transaction. */
  get changes(): Changes {
    return this.#own;
  }

  /** After a failed statement: counters that it used. */
  get counters(): Readonly<Record<string, Readonly<Record<string, number>>>> {
    return this.#counters;
  }
}

function own<T>(record: Record<string, T>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** Writes changes to the store. Rows that other transactions changed meanwhile stay. */
export function commitChanges(store: EntryStore, changes: Changes): void {
  for (const [name, { entry, rows }] of Object.entries(changes)) {
    if (!entry) store.remove(name);
    else if (entry.kind !== "table" || !rows) store.write(name, entry);
    else store.write(name, merged(store.read(name), entry, rows));
  }
}

function merged(committed: Entry | undefined, changed: Table, ids: readonly number[]): Table {
  if (committed?.kind !== "table") return changed;
  const touched = new Set(ids);
  const mine = new Map(changed.rows.filter(([id]) => touched.has(id)).map((row) => [row[0], row]));
  const rows = committed.rows.flatMap((row) => {
    if (!touched.has(row[0])) return [row];
    const own = mine.get(row[0]);
    mine.delete(row[0]);
    return own ? [own] : [];
  });
  const counters = { ...committed.counters };
  for (const [column, next] of Object.entries(changed.counters))
    counters[column] = Math.max(counters[column] ?? 1, next);
  const nextRow = Math.max(committed.nextRow, changed.nextRow);
  return { ...committed, rows: [...rows, ...mine.values()], counters, nextRow };
}

/** Writes only the counters that a failed statement used. */
export function commitCounters(store: EntryStore, counters: Workspace["counters"]): void {
  for (const [name, used] of Object.entries(counters)) {
    const table = store.read(name);
    if (table?.kind === "table") store.write(name, { ...table, counters: { ...table.counters, ...used } });
  }
}

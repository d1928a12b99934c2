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
  /** SQL text of a column that is computed from others. */
  computedText?: string;
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
  /** Names of columns, or SQL texts of expressions. */
  columns: readonly string[];
  /** SQL text: rows that the index holds. */
  where?: string;
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
  grants?: Grants;
  /** Of a materialized view: its query. */
  text?: string;
}

/** Privileges by role; `public` is every role. */
export type Grants = Record<string, readonly string[]>;

export interface View {
  kind: "view";
  text: string;
  columns?: readonly string[];
  owner: string;
  grants?: Grants;
}

/** Stored under `@schema.<name>`. The schema `public` exists without an entry. */
export interface Schema {
  kind: "schema";
  owner: string;
  grants?: Grants;
  /** Privileges of tables that a role creates here later. */
  defaults?: { creator: string; role: string; privileges: readonly string[] }[];
}

/** An enumeration, stored under `@type.<name>`. */
export interface EnumType {
  kind: "type";
  owner: string;
  values: readonly string[];
}

/** A function in SQL, stored under `@function.<name>`. */
export interface StoredFunction {
  kind: "function";
  owner: string;
  args: readonly { name: string; type: SqlType }[];
  returns: SqlType;
  body: string;
}

export interface Sequence {
  kind: "sequence";
  grants?: Grants;
  next: number;
  increment: number;
  owner: string;
}

export type Entry = Table | View | Sequence | Schema | EnumType | StoredFunction;

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

/** The schema of a session's own tables. */
export const TEMPORARY = "pg_temp";

/** The name without its schema. */
export function plainName(key: string): string {
  return key.replace(/^[^.]*\./, "");
}

/** The schema of a key. */
export function schemaOf(key: string): string {
  return key.includes(".") ? key.replace(/\..*$/s, "") : "public";
}

/** A store with the temporary tables of a session over it. */
export class SessionStore implements EntryStore {
  readonly #base: EntryStore;
  readonly #temporary: Record<string, Entry>;

  constructor(base: EntryStore, temporary: Record<string, Entry>) {
    this.#base = base;
    this.#temporary = temporary;
  }

  names(): readonly string[] {
    return [...this.#base.names(), ...Object.keys(this.#temporary)];
  }

  read(name: string): Entry | undefined {
    return name.startsWith(`${TEMPORARY}.`) ? own(this.#temporary, name) : this.#base.read(name);
  }

  write(name: string, entry: Entry): void {
    if (name.startsWith(`${TEMPORARY}.`)) this.#temporary[name] = entry;
    else this.#base.write(name, entry);
  }

  remove(name: string): void {
    if (name.startsWith(`${TEMPORARY}.`)) delete this.#temporary[name];
    else this.#base.remove(name);
  }
}

/** Entries as a statement sees them: those of the transaction over the committed ones. */
export class Workspace {
  readonly #store: EntryStore;
  readonly #transaction: Changes;
  /** Changes of the current statement. */
  readonly #own: Changes = {};
  /** Counters do not go back when a statement fails. */
  readonly #counters: Record<string, Record<string, number>> = {};

  readonly #path: readonly string[];

  /** `path`: schemas in which names without a schema are looked up. */
  constructor(store: EntryStore, transaction: Changes, path: readonly string[] = ["public"]) {
    this.#store = store;
    this.#transaction = transaction;
    this.#path = path;
  }

  /** The key of an entry: `schema.name`, without the schema if that is `public`. */
  keyOf(name: string): string {
    if (name.includes(".") || name.startsWith("@") || this.#path.length === 1) return name;
    const keys = this.#path.map((schema) => (schema === "public" ? name : `${schema}.${name}`));
    return keys.find((key) => this.#at(key) !== undefined) ?? name;
  }

  /** The key that a new entry gets. */
  newKeyOf(name: string, isTemporary = false): string {
    if (name.includes(".")) return name;
    if (isTemporary) return `${TEMPORARY}.${name}`;
    const exists = (schema: string) => schema === "public" || this.#at(`@schema.${schema}`) !== undefined;
    const schema = this.#path.find((each) => each !== TEMPORARY && exists(each)) ?? "public";
    return schema === "public" ? name : `${schema}.${name}`;
  }

  #at(key: string): Entry | undefined {
    const change = own(this.#own, key) ?? own(this.#transaction, key);
    return change ? (change.entry ?? undefined) : this.#store.read(key);
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
    return this.#at(this.keyOf(name));
  }

  /** @throws SqlError `noTable` */
  table(name: string, at?: number): Table {
    const entry = this.find(name);
    if (entry?.kind !== "table") throw new SqlError({ kind: "noTable", name, what: "relation" }, at);
    return entry;
  }

  /** The table, ready for changes of its rows. */
  change(given: string): Table {
    const name = this.keyOf(given);
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
    this.#own[this.keyOf(name)]?.rows?.push(id);
  }

  put(name: string, entry: Entry): void {
    this.#own[this.keyOf(name)] = { entry };
  }

  remove(name: string): void {
    this.#own[this.keyOf(name)] = { entry: null };
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
    const key = this.keyOf(name);
    this.#counters[key] = { ...this.#counters[key], [column]: next };
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

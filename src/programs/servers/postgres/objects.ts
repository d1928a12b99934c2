/** Indexes and sequences that belong to tables, as psql, pg_dump and the catalogue show them. */
import { plainName, schemaOf, type Table } from "../../sql/catalog.ts";

export interface IndexFacts {
  name: string;
  columns: readonly string[];
  isUnique: boolean;
  isPrimary: boolean;
  isConstraint: boolean;
  method: string;
  where?: string;
}

/** The primary key, then the others by name. */
export function indexesOf(_key: string, { constraints, indexes }: Table): IndexFacts[] {
  const keys = constraints.flatMap(({ type, name, columns }): IndexFacts[] => {
    if (type !== "primary" && type !== "unique") return [];
    return [{ name, columns, isUnique: true, isPrimary: type === "primary", isConstraint: true, method: "btree" }];
  });
  const plain = indexes.map((index): IndexFacts => ({ ...index, isPrimary: false, isConstraint: false }));
  return [...keys, ...plain].sort((a, b) =>
    a.isPrimary === b.isPrimary ? (a.name < b.name ? -1 : 1) : a.isPrimary ? -1 : 1,
  );
}

/** `public.t`: names with other characters than those of words are quoted. */
export function fullName(key: string): string {
  return `${quoteIdent(schemaOf(key))}.${quoteIdent(plainName(key))}`;
}

export function quoteIdent(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replace(/"/g, '""')}"`;
}

export function indexDefinition(key: string, { name, columns, isUnique, method, where }: IndexFacts): string {
  const condition = where === undefined ? "" : ` WHERE (${where})`;
  const list = columns.map((column) => (/^\w+$/.test(column) ? quoteIdent(column) : column)).join(", ");
  return `CREATE ${isUnique ? "UNIQUE " : ""}INDEX ${quoteIdent(name)} ON ${fullName(key)} USING ${method} (${list})${condition}`;
}

export interface SequenceFacts {
  key: string;
  column: string;
  type: string;
  /** The next value. */
  next: number;
  isIdentity: boolean;
}

/** Sequences of serial and identity columns. */
export function sequencesOf(key: string, { columns, counters }: Table): SequenceFacts[] {
  return columns.flatMap(({ name, type, generated }) =>
    generated
      ? [
          {
            key: `${key}_${name}_seq`,
            column: name,
            type: type.name,
            next: counters[name] ?? 1,
            isIdentity: generated !== "serial",
          },
        ]
      : [],
  );
}

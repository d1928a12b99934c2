/** A type of SQL as data. */

/** `name` is PostgreSQL's full name. JSON. */
export interface SqlType {
  name: string;
  /** Of character types. */
  length?: number;
  precision?: number;
  scale?: number;
  isArray?: boolean;
  /** The name as MySQL shows it: `varchar(255)`. */
  shown?: string;
  /** A type that CREATE TYPE made. Without `values` it is not looked up yet; `at` is the name's offset. */
  isCustom?: boolean;
  at?: number;
  /** Values of enumerations, and of MySQL's SET. */
  values?: readonly string[];
}

/** A stored value: JSON. */
export type Stored = null | boolean | number | string;

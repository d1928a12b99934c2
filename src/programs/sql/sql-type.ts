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
  /** Values of MySQL's ENUM and SET. */
  values?: readonly string[];
}

/** A stored value: JSON. */
export type Stored = null | boolean | number | string;

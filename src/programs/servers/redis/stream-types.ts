/** Streams as JSON. */
import type { Bytes } from "../../../files/entry.ts";
import type { Dictionary } from "./dictionary.ts";

export interface StreamEntry {
  id: string;
  /** Names and values in turn. */
  fields: Bytes[];
}

/** An entry that a consumer has and did not acknowledge. */
export interface Pending {
  id: string;
  consumer: string;
  deliveredAtMs: number;
  deliveries: number;
}

export interface Group {
  lastId: string;
  pending: Pending[];
}

export interface Stream {
  /** By id, the oldest first. */
  entries: StreamEntry[];
  lastId: string;
  groups: Dictionary<Group>;
}

/** The state that a write set keeps for each key that it touched. */
import type { KubernetesObject } from "../schema/types.ts";
import type { DueTimes, PrivateStates } from "./entry.ts";

/** A key's state in this transaction. */
export interface Slot {
  object: KubernetesObject | undefined;
  uid: string;
  revision: number;
  /** Null until flushed. */
  body: string | null;
  due: DueTimes | null;
  privateStates: PrivateStates | null;
  /** True while the object is that of the snapshot. */
  fromSnapshot: boolean;
}

/** The record with one entry set or removed; null when it becomes empty. */
export function withValue<V>(record: Readonly<Record<string, V>> | null, name: string, value: V | undefined) {
  const next: Record<string, V> = { ...record };
  if (value === undefined) delete next[name];
  else next[name] = value;
  return Object.keys(next).length === 0 ? null : next;
}

export function toText(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value);
}

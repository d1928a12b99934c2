/**
 * Measures a transaction: the octets of its commit as sent to the database's endpoint, and the growth of the bodies
 * that the cluster stores. The commit's parts are strings of one JSON text, so their quotation marks and backslashes
 * are escaped. Texts within an index row are escaped twice.
 */
import type { ObjectKey } from "../kinds/kind.ts";
import { jsonSize, octetsAsString, type TextSize } from "../lib/text-size.ts";
import type { DueTimes, PrivateStates } from "./entry.ts";
import { sizeOfState } from "./state-size.ts";

/** Octets of a log row and of an index row as sent, without their keys, bodies and states. */
const LOG_ROW_OCTETS = 160;
const INDEX_ROW_OCTETS = 130;

/** The sizes that one pending change will write. */
export interface PendingSize {
  key: ObjectKey;
  /** Size of the log row's body. */
  body: TextSize;
  /** Growth of the cluster's stored bodies, in octets. */
  growth: number;
}

/** The index row of a key if it were written now. */
export type RowStates = (key: ObjectKey) => { due: DueTimes | null; privateStates: PrivateStates | null } | undefined;

export class CommitSize {
  readonly #rowStates: RowStates;
  #logOctets = 0;
  #pendingOctets = 0;
  #rowOctets = 0;
  #rows = new Map<ObjectKey, number>();
  #unmeasured = new Set<ObjectKey>();
  /** Growth of the cluster's stored bodies by recorded changes, and by pending ones. */
  #grown = 0;
  #pendingGrowth = 0;

  constructor(rowStates: RowStates) {
    this.#rowStates = rowStates;
  }

  /** Octets of the commit so far, pending changes included. */
  get octets(): number {
    this.#measureRows();
    return this.#logOctets + this.#pendingOctets + this.#rowOctets;
  }

  /** Octets that the transaction adds to the bodies that the cluster stores; negative when it removes more. */
  get growth(): number {
    return this.#grown + this.#pendingGrowth;
  }

  addPending(size: PendingSize): void {
    this.#pendingOctets += logOctets(size);
    this.#pendingGrowth += size.growth;
  }

  removePending(size: PendingSize): void {
    this.#pendingOctets -= logOctets(size);
    this.#pendingGrowth -= size.growth;
  }

  /** A pending change got its revision. */
  record(pending: PendingSize, recorded: PendingSize): void {
    this.removePending(pending);
    this.#logOctets += logOctets(recorded);
    this.#grown += recorded.growth;
  }

  /** The index row of the key will be written, or was changed again. */
  touch(key: ObjectKey): void {
    this.#unmeasured.add(key);
  }

  /** Records the present sizes; the returned function restores them. */
  save(): () => void {
    const before = [this.#logOctets, this.#pendingOctets, this.#rowOctets, this.#grown, this.#pendingGrowth] as const;
    const rows = new Map(this.#rows);
    const unmeasured = new Set(this.#unmeasured);
    return () => {
      [this.#logOctets, this.#pendingOctets, this.#rowOctets, this.#grown, this.#pendingGrowth] = before;
      this.#rows = rows;
      this.#unmeasured = unmeasured;
    };
  }

  #measureRows(): void {
    for (const key of this.#unmeasured) {
      const { due, privateStates } = this.#rowStates(key) ?? { due: null, privateStates: null };
      const texts = [due, privateStates].reduce((sum, states) => sum + (states ? octetsOfRecord(states) : 0), 0);
      const octets = INDEX_ROW_OCTETS + key.length + texts;
      this.#rowOctets += octets - (this.#rows.get(key) ?? 0);
      this.#rows.set(key, octets);
    }
    this.#unmeasured.clear();
  }
}

function logOctets({ key, body }: PendingSize): number {
  return LOG_ROW_OCTETS + key.length + octetsAsString(body);
}

/** A record of states is a text within the JSON text of the rows, which is itself sent as a string. */
function octetsOfRecord(states: Readonly<Record<string, unknown>>): number {
  let octets = 2;
  for (const [name, state] of Object.entries(states)) {
    octets += octetsAsString(jsonSize(name), 2) + octetsAsString(sizeOfState(state), 2) + 2;
  }
  return octets;
}

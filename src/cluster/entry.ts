/** One key of the object index in memory: the current body (parsed when first read), due work and private state. */
import type { ObjectKey } from "../kinds/kind.ts";
import { utf8Length } from "../lib/text.ts";
import { parseObject } from "../schema/parse-object.ts";
import type { KubernetesObject } from "../schema/types.ts";
import { octetsOfStates } from "./state-size.ts";

/** Due times in cluster time (ms) by controller. */
export type DueTimes = Readonly<Record<string, number>>;
export type PrivateStates = Readonly<Record<string, unknown>>;

/** The source of a base object's text and uid. Both are built on the first read. */
export interface BaseSource {
  body(): string;
  uid(): string;
}

export interface EntryFields {
  key: ObjectKey;
  uid: string;
  revision: number;
  changedVersion: number;
  /** Null when there is no object under this key. */
  body: string | null;
  due: DueTimes | null;
  privateStates: PrivateStates | null;
  /** Octets of the private states as stored, if they are known. */
  stateOctets?: number;
}

/** Immutable once it is part of a snapshot. */
export class Entry {
  readonly key: ObjectKey;
  readonly revision: number;
  readonly changedVersion: number;
  readonly due: DueTimes | null;
  readonly privateStates: PrivateStates | null;
  #uid: string | null;
  #body: string | null;
  #object: KubernetesObject | undefined;
  #octets: number | null = null;
  #stateOctets: number | null;
  #base: BaseSource | null;

  constructor(fields: EntryFields, object?: KubernetesObject, base?: BaseSource) {
    this.key = fields.key;
    this.revision = fields.revision;
    this.changedVersion = fields.changedVersion;
    this.due = fields.due;
    this.privateStates = fields.privateStates;
    this.#base = base ?? null;
    this.#uid = base ? null : fields.uid;
    this.#body = fields.body;
    this.#object = object;
    this.#stateOctets = fields.stateOctets ?? null;
  }

  /** An entry of the base: its n-th object, not written since. */
  static ofBase(key: ObjectKey, n: number, base: BaseSource): Entry {
    const fields = { key, uid: "", revision: n, changedVersion: 0, body: null, due: null, privateStates: null };
    return new Entry(fields, undefined, base);
  }

  /** True while the object is that of the base; storage then holds no body for it. */
  get isBase(): boolean {
    return this.#base !== null;
  }

  /** True once storage has a row for the key. */
  get isStored(): boolean {
    return this.changedVersion > 0;
  }

  get exists(): boolean {
    return this.#body !== null || this.#base !== null;
  }

  get uid(): string {
    this.#uid ??= this.#base?.uid() ?? "";
    return this.#uid;
  }

  get body(): string | null {
    if (this.#body === null && this.#base) this.#body = this.#base.body();
    return this.#body;
  }

  /** Size of the body in UTF-8. */
  get octets(): number {
    this.#octets ??= utf8Length(this.body ?? "");
    return this.#octets;
  }

  /** Size of the private states as stored, in UTF-8. */
  get stateOctets(): number {
    this.#stateOctets ??= octetsOfStates(this.privateStates);
    return this.#stateOctets;
  }

  /** True once `object` was parsed. */
  get isParsed(): boolean {
    return this.#object !== undefined;
  }

  /** Characters of the text; 0 until it is built from the base. */
  get textLength(): number {
    return this.#body?.length ?? 0;
  }

  get object(): KubernetesObject | undefined {
    if (this.#object === undefined) {
      const body = this.body;
      if (body !== null) this.#object = parseObject(body);
    }
    return this.#object;
  }

  /** A copy with other due work, private state or version. */
  with(change: Partial<Pick<EntryFields, "due" | "privateStates" | "stateOctets" | "changedVersion">>): Entry {
    const { key, revision, changedVersion, due, privateStates } = this;
    const fields = { key, uid: this.#uid ?? "", revision, changedVersion, body: this.#body, due, privateStates };
    const entry = new Entry({ ...fields, ...change }, this.#object, this.#base ?? undefined);
    entry.#octets = this.#octets;
    if (entry.privateStates === privateStates) entry.#stateOctets = this.#stateOctets;
    return entry;
  }
}

/** True if the text may hold owner references. Cheap enough to run on every body without parsing it. */
export function mayHaveOwners(body: string): boolean {
  return body.includes('"ownerReferences"');
}

/** Collections of a mongod as JSON files in its data folder. */
import { bytesOfText, textOfBytes } from "../../../lib/bytes.ts";
import type { JsonObject, JsonValue } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
import { flagOf } from "../server.ts";

export function folderOf({ argv }: Pick<ProcessView, "argv">): string {
  return (flagOf(argv, "dbpath") ?? "/data/db").replace(/\/$/, "");
}

/** The file that tells that a data folder is in use. */
export const ENGINE_FILE = "WiredTiger";

/** Collections that no client sees. */
const HIDDEN = /^(local\.|admin\.system\.)/;
/** A character of the files that stands for a step of work. */
const CHARACTERS_PER_STEP = 200;

export interface Index {
  v: number;
  key: JsonObject;
  name: string;
  unique?: boolean;
  expireAfterSeconds?: number;
}

/** The part of a process that a data folder needs. */
export type DataProcess = Pick<ProcessView, "argv" | "files" | "charge">;

/** The databases of one process while it serves a command. */
export class Databases {
  readonly process: DataProcess;
  /** Names of files that were written; they go to the secondaries. */
  readonly written = new Set<string>();

  constructor(process: DataProcess) {
    this.process = process;
  }

  read(database: string, collection: string): JsonObject[] {
    return (this.#load(fileOf(database, collection)) as JsonObject[] | undefined) ?? [];
  }

  write(database: string, collection: string, documents: readonly JsonObject[]): void {
    this.#keep(fileOf(database, collection), [...documents]);
  }

  exists(database: string, collection: string): boolean {
    return this.process.files.find(this.#path(fileOf(database, collection))) !== undefined;
  }

  /** False if there is no such collection. */
  drop(database: string, collection: string): boolean {
    const exists = this.exists(database, collection);
    for (const name of [fileOf(database, collection), indexFileOf(database, collection)]) this.#remove(name);
    return exists;
  }

  /** Indexes of a collection; the first one is that of `_id`. */
  indexes(database: string, collection: string): Index[] {
    const others = this.#load(indexFileOf(database, collection)) as unknown as Index[] | undefined;
    return [{ v: 2, key: { _id: 1 }, name: "_id_" }, ...(others ?? [])];
  }

  writeIndexes(database: string, collection: string, indexes: readonly Index[]): void {
    const others = indexes.filter(({ name }) => name !== "_id_");
    this.#keep(indexFileOf(database, collection), others as unknown as JsonValue);
  }

  /** All collections that clients see: `[database, collection]`. */
  collections(): [string, string][] {
    return this.process.files.list(folderOf(this.process)).flatMap((name): [string, string][] => {
      const [, database, collection] = /^([^.]+)\.(.+)\.json$/.exec(name) ?? [];
      if (database === undefined || collection === undefined || HIDDEN.test(name)) return [];
      return [[decodeURIComponent(database), decodeURIComponent(collection)]];
    });
  }

  /** Files that are replicated, by name. */
  files(names: Iterable<string> = this.#replicated()): JsonObject {
    return Object.fromEntries([...names].map((name) => [name, this.#load(name) ?? null]));
  }

  /** Takes files of another member; null removes one. `replacesAll` removes all others first. */
  take(files: JsonObject, replacesAll: boolean): void {
    if (replacesAll) for (const name of this.#replicated()) if (!Object.hasOwn(files, name)) this.#remove(name);
    for (const [name, content] of Object.entries(files)) {
      if (!isReplicated(name)) continue;
      if (content === null || content === undefined) this.#remove(name);
      else this.#keep(name, content);
    }
  }

  #replicated(): string[] {
    return this.process.files.list(folderOf(this.process)).filter(isReplicated);
  }

  #path(name: string): string {
    return `${folderOf(this.process)}/${name}`;
  }

  #load(name: string): JsonValue | undefined {
    const path = this.#path(name);
    if (!this.process.files.find(path)) return undefined;
    const content = this.process.files.read(path);
    this.process.charge(Math.ceil(content.length / CHARACTERS_PER_STEP));
    return JSON.parse(textOfBytes(content)) as JsonValue;
  }

  #keep(name: string, content: JsonValue): void {
    const text = bytesOfText(JSON.stringify(content));
    this.process.charge(Math.ceil(text.length / CHARACTERS_PER_STEP));
    this.process.files.write(this.#path(name), text, 0o600);
    this.written.add(name);
  }

  #remove(name: string): void {
    const path = this.#path(name);
    if (!this.process.files.find(path)) return;
    this.process.files.removeFile(path);
    this.written.add(name);
  }
}

const isReplicated = (name: string): boolean =>
  /^[^./]+\.[^/]+\.(json|index)$/.test(name) && !name.startsWith("local.");

function fileOf(database: string, collection: string): string {
  return `${encodeURIComponent(database)}.${encodeURIComponent(collection)}.json`;
}

function indexFileOf(database: string, collection: string): string {
  return `${encodeURIComponent(database)}.${encodeURIComponent(collection)}.index`;
}

/** Indices of Elasticsearch: documents by id, in one file for each index. */
import type { JsonObject } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";

export interface Index {
  uuid: string;
  shards: number;
  replicas: number;
  mappings: JsonObject;
  /** Sequence number of the next change. */
  sequence: number;
  documents: Record<string, { version: number; sequence: number; source: JsonObject }>;
}

/** Documents of one index. */
export const MAX_DOCUMENTS = 5000;

export function folderOf({ env }: ProcessView): string {
  return env["path.data"] ?? "/usr/share/elasticsearch/data";
}

function pathOf(process: ProcessView, name: string): string {
  return `${folderOf(process)}/indices/${name}.json`;
}

export function namesOf(process: ProcessView): string[] {
  const folder = `${folderOf(process)}/indices`;
  if (process.files.find(folder)?.type !== "directory") return [];
  return process.files.list(folder).map((name) => name.replace(/\.json$/, ""));
}

/** Names that a pattern of a request means: lists, `*` and `_all`. */
export function matchingNames(process: ProcessView, pattern: string): string[] {
  const parts = pattern === "" || pattern === "_all" ? ["*"] : pattern.split(",");
  const isMeant = (name: string) =>
    parts.some((part) =>
      new RegExp(`^${part.replace(/[.+?^$|()[\]{}\\]/g, "\\$&").replaceAll("*", ".*")}$`).test(name),
    );
  return namesOf(process).filter(isMeant);
}

export function readIndex(process: ProcessView, name: string): Index | undefined {
  const path = pathOf(process, name);
  if (!/^[a-z0-9.][^/\\*?"<>| ,#A-Z]*$/.test(name) || process.files.find(path)?.type !== "file") return undefined;
  return JSON.parse(process.files.read(path)) as Index;
}

export function writeIndex(process: ProcessView, name: string, index: Index): void {
  const folder = `${folderOf(process)}/indices`;
  if (!process.files.find(folderOf(process))) process.files.makeDirectory(folderOf(process), 0o755);
  if (!process.files.find(folder)) process.files.makeDirectory(folder, 0o755);
  process.files.write(pathOf(process, name), JSON.stringify(index));
}

export function removeIndex(process: ProcessView, name: string): void {
  process.files.removeFile(pathOf(process, name));
}

const ID_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** An id as the server makes them. */
export function newId(process: ProcessView, length = 20): string {
  return Array.from({ length }, () => ID_LETTERS[process.random() % 64]).join("");
}

export function newIndex(process: ProcessView, body: JsonObject = {}): Index {
  const settings = body["settings"] as JsonObject | undefined;
  const inner = (settings?.["index"] as JsonObject | undefined) ?? settings ?? {};
  const count = (name: string, absent: number) => Number(inner[name] ?? settings?.[`index.${name}`] ?? absent);
  return {
    uuid: newId(process, 22),
    shards: count("number_of_shards", 1),
    replicas: count("number_of_replicas", 1),
    mappings: (body["mappings"] as JsonObject | undefined) ?? {},
    sequence: 0,
    documents: {},
  };
}

/** Adds the types of new fields, as dynamic mapping does. */
export function mapFields(index: Index, source: JsonObject): void {
  const properties = (index.mappings["properties"] ?? {}) as Record<string, JsonObject>;
  for (const [name, value] of Object.entries(source)) {
    const type = typeOf(value);
    if (!Object.hasOwn(properties, name) && type) properties[name] = type;
  }
  index.mappings["properties"] = properties;
}

function typeOf(value: unknown): JsonObject | undefined {
  const one = Array.isArray(value) ? value[0] : value;
  if (typeof one === "boolean") return { type: "boolean" };
  if (typeof one === "number") return { type: Number.isInteger(one) ? "long" : "float" };
  if (typeof one === "string") {
    if (/^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:?\d\d)?)?$/.test(one)) return { type: "date" };
    return { type: "text", fields: { keyword: { type: "keyword", ignore_above: 256 } } };
  }
  if (one === null || typeof one !== "object") return undefined;
  const inner = Object.entries(one as JsonObject).flatMap(([name, each]) => {
    const type = typeOf(each);
    return type ? [[name, type] as const] : [];
  });
  return { properties: Object.fromEntries(inner) };
}

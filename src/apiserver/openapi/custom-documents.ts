/** OpenAPI of a cluster's custom resources: a v3 document for each group version, and additions to the v2 document. */
import type { KindDefinition, Kinds } from "../../kinds/kind.ts";
import { digestOf } from "../../lib/hash.ts";
import type { JsonObject } from "../../lib/json.ts";
import { hash32 } from "../../lib/prng.ts";
import {
  byGroupVersion,
  customSchemaName,
  encodeOpenApiV2,
  fullNameOf,
  type OpenApiResource,
  openApiPaths,
  toPathsV2,
} from "../../schema/index.ts";
import type { CustomDocument } from "../request.ts";

/** The additions of a cluster's custom resources to the built-in documents. */
export interface CustomDocuments {
  index: Extract<CustomDocument, { form: "index" }>;
  v2: Extract<CustomDocument, { form: "v2" }>;
  /** By path: `apis/example.com/v1`. */
  v3: ReadonlyMap<string, Extract<CustomDocument, { form: "v3" }>>;
}

const known = new WeakMap<Kinds, CustomDocuments>();

/** Made once for the same kinds; undefined where none of them is custom. */
export function customDocuments(kinds: Kinds): CustomDocuments | undefined {
  let documents = known.get(kinds);
  if (!documents) {
    const custom = kinds.served.filter(({ custom }) => custom !== undefined);
    if (custom.length === 0) return undefined;
    documents = makeDocuments(custom);
    known.set(kinds, documents);
  }
  return documents;
}

function makeDocuments(kinds: readonly KindDefinition[]): CustomDocuments {
  const v3 = new Map<string, Extract<CustomDocument, { form: "v3" }>>();
  const hashes: Record<string, string> = {};
  const paths: JsonObject = {};
  const definitions: JsonObject = {};
  for (const [path, members] of byGroupVersion(kinds)) {
    const part = partOf(members);
    hashes[path] = part.v3.hash;
    v3.set(path, part.v3);
    Object.assign(paths, part.paths);
    Object.assign(definitions, part.definitions);
  }
  const hash = digestOf(Object.values(hashes).join()).toUpperCase();
  let encoded: Uint8Array | undefined;
  const protobuf = () => {
    encoded ??= encodeOpenApiV2({ paths, definitions });
    return encoded;
  };
  return { index: { form: "index", hashes }, v2: { form: "v2", paths, definitions, hash, protobuf }, v3 };
}

/** The part of the documents that belongs to one group version. */
interface Part {
  members: readonly KindDefinition[];
  v3: Extract<CustomDocument, { form: "v3" }>;
  paths: JsonObject;
  definitions: JsonObject;
}

/** By the part's first kind. A new or deleted definition leaves the parts of other group versions unchanged. */
const knownParts = new WeakMap<KindDefinition, Part>();

function partOf(members: readonly KindDefinition[]): Part {
  const [first] = members as [KindDefinition];
  const present = knownParts.get(first);
  if (present?.members.length === members.length && present.members.every((kind, i) => kind === members[i])) {
    return present;
  }
  const published = members.map(publishedSchemas);
  const document = documentOf(members.map(resourceOf), Object.assign({}, ...published.map(({ v3 }) => v3)));
  const v3 = { form: "v3" as const, document, hash: hashOf(JSON.stringify(document)) };
  const definitions = Object.assign({}, ...published.map(({ v2 }) => v2)) as JsonObject;
  const part = { members, v3, paths: toPathsV2(document["paths"] as JsonObject), definitions };
  knownParts.set(first, part);
  return part;
}

/** A digest that reads a long text only twice. */
function hashOf(text: string): string {
  return digestOf(`${text.length}/${hash32(text)}/${hash32(text, text.length)}`).toUpperCase();
}

function documentOf(resources: readonly OpenApiResource[], schemas: JsonObject): JsonObject {
  return {
    openapi: "3.0.0",
    info: { title: "Kubernetes CRD Swagger", version: "v0.1.0" },
    paths: openApiPaths(resources),
    components: { schemas },
  };
}

function resourceOf(kind: KindDefinition): OpenApiResource {
  const { group, version, plural, namespaced, verbs } = kind;
  const schema = customSchemaName(group, version, kind.kind);
  const subresources = Object.entries(kind.subresources ?? {}).map(([name, definition]) => {
    const isScale = definition.kind === "Scale";
    return [name, { ...definition, ...(isScale && { schema: fullNameOf("Scale") }) }] as const;
  });
  return {
    group,
    version,
    kind: kind.kind,
    plural,
    namespaced,
    schema,
    listSchema: customSchemaName(group, version, kind.listKind ?? `${kind.kind}List`),
    verbs,
    subresources: Object.fromEntries(subresources),
    isCustom: true,
  };
}

/** The schemas of a kind's objects and lists, by full name. */
function publishedSchemas(kind: KindDefinition): { v2: JsonObject; v3: JsonObject } {
  const { group, version, listKind = `${kind.kind}List` } = kind;
  const { v2, v3 } = kind.custom!.openApi();
  const own = customSchemaName(group, version, kind.kind);
  const list = customSchemaName(group, version, listKind);
  return {
    v2: { [own]: v2, [list]: listSchema(kind, listKind, own, "#/definitions/") },
    v3: { [own]: v3, [list]: listSchema(kind, listKind, own, "#/components/schemas/") },
  };
}

/** Descriptions of the fields that every kind has. */
const API_VERSION =
  "APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized " +
  "schemas to the latest internal value, and may reject unrecognized values. " +
  "More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources";
const KIND =
  "Kind is a string value representing the REST resource this object represents. Servers may infer this from the " +
  "endpoint the client submits requests to. Cannot be updated. In CamelCase. " +
  "More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds";
const META = "io.k8s.apimachinery.pkg.apis.meta.v1";
const CONVENTIONS = "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md";

function listSchema(
  { group, version, plural }: KindDefinition,
  listKind: string,
  item: string,
  references: string,
): JsonObject {
  const metadata = { $ref: `${references}${META}.ListMeta` };
  return {
    description: `${listKind} is a list of ${listKind.replace(/List$/, "")}`,
    type: "object",
    required: ["items"],
    properties: {
      apiVersion: { description: API_VERSION, type: "string" },
      items: {
        description: `List of ${plural}. More info: ${CONVENTIONS}`,
        type: "array",
        items: { $ref: references + item },
      },
      kind: { description: KIND, type: "string" },
      metadata: {
        description: `Standard list metadata. More info: ${CONVENTIONS}#types-kinds`,
        ...(references === "#/definitions/" ? metadata : { allOf: [metadata] }),
      },
    },
    "x-kubernetes-group-version-kind": [{ group, kind: listKind, version }],
  };
}

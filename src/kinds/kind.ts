/**
 * The definition of a kind for the generic engine. One small file per kind fills this in. Everything else (routes,
 * discovery, tables, OpenAPI, storage keys) derives from it. Hooks run in the order of their declaration here.
 */
import type { JsonObject } from "../lib/json.ts";
import type { Random } from "../lib/prng.ts";
import type { Decoded, DecodeError, DecodeOptions, ScopedResourceSelectorRequirement } from "../schema/index.ts";
import type { CustomResourceDefinition, KubernetesObject, TypeReference } from "../schema/types.ts";
import type { ResourceList } from "./quota/resource-list.ts";

/** `<group>/<plural>`, with `core` for the legacy group: `core/pods`, `apps/deployments`. */
export type ResourceId = `${string}/${string}`;

/** `<group>/<plural>/<namespace>/<name>`; the namespace is empty for cluster-scoped resources. */
export type ObjectKey = `${string}/${string}/${string}/${string}`;

export type Verb = "create" | "delete" | "deletecollection" | "get" | "list" | "patch" | "update" | "watch";

/** One problem of one field, as apimachinery's field.Error. */
export interface FieldError {
  type:
    | "FieldValueRequired"
    | "FieldValueInvalid"
    | "FieldValueNotSupported"
    | "FieldValueDuplicate"
    | "FieldValueForbidden"
    | "FieldValueNotFound"
    | "FieldValueTooLong"
    | "FieldValueTooMany"
    | "FieldValueTypeInvalid"
    | "InternalError";
  /** Path as Kubernetes prints it: `spec.containers[0].image`, `metadata.labels`, `spec.selector[app]`. */
  field: string;
  /** The whole message as Kubernetes prints it after `<field>: `, e.g. `Invalid value: "x": must be …`. */
  message: string;
}

/** The kinds of one cluster: the built-in kinds, and the kinds of its CustomResourceDefinitions. */
export interface Kinds {
  /** One kind for each stored resource, even if the resource is not served at present. */
  readonly stored: readonly KindDefinition[];
  /** Everything that has a path: further versions and views as well. */
  readonly served: readonly KindDefinition[];
  /** By `<group>/<plural>`, with `core` for the legacy group. */
  byResource(resource: ResourceId): KindDefinition | undefined;
  /** Set if webhooks convert: the kinds as they follow from the definitions, equal for all transactions. */
  readonly unbound?: Kinds;
  /** By the parts of a request's path; the legacy group is empty. */
  byPath(group: string, version: string, plural: string): KindDefinition | undefined;
  /** By an object's apiVersion and kind: `apps/v1`, `Deployment`. */
  byApiVersion(apiVersion: string, kind: string): KindDefinition | undefined;
}

/** Read access to the cluster, for hooks that depend on other objects. */
export interface Reader {
  readonly kinds: Kinds;
  get<T extends KubernetesObject>(kind: KindDefinition<T>, namespace: string, name: string): T | undefined;
  getByKey(key: ObjectKey): KubernetesObject | undefined;
  /** All objects of a namespace, or of the cluster if none is given; ordered by namespace and name. */
  list<T extends KubernetesObject>(kind: KindDefinition<T>, namespace?: string): readonly T[];
}

/** Read access to private state: the data that controllers keep beside objects. */
export interface PrivateReader {
  privateState<S>(key: ObjectKey, owner: string): S | undefined;
}

/** The context of a hook, beside the object itself. */
export interface StrategyContext {
  readonly nowMs: number;
  readonly random: Random;
  readonly reader: Reader;
  /** True for dry runs. Their transaction is discarded, so most hooks ignore this. */
  readonly dryRun: boolean;
  /** Adds a warning to the response. */
  warn(text: string): void;
}

/** How a write through a subresource differs from an update of the object. */
export interface SubresourceStrategy<T extends KubernetesObject = KubernetesObject> {
  /** Restores from `old` the fields that the subresource may not change, and raises the generation if needed. */
  prepare(object: T, old: T, context: StrategyContext): void;
  validate?(object: T, old: T, context: StrategyContext): FieldError[];
}

/**
 * The per-kind policy. Hooks mutate only `object`; `old` and all objects of the reader are immutable.
 * ManagedFields are tracked after `default`: fields that admission and later hooks set have no owner.
 * Create: default → (mutating admission) → prepareForCreate → validate → (validating admission) → canonicalize.
 * Update: default → (mutating admission) → prepareForUpdate → validateUpdate → (validating admission) →
 * canonicalize. Status: default → prepareForStatusUpdate → validateStatusUpdate.
 */
export interface Strategy<T extends KubernetesObject = KubernetesObject> {
  /** Semantic defaults (`restartPolicy: Always`), applied at every write. */
  default?(object: T): void;
  /** Clears what clients may not set (status), sets generation, allocates. */
  prepareForCreate?(object: T, context: StrategyContext): void;
  /** Keeps fields that clients may not change (status), raises generation. By default for `spec` and `status`. */
  prepareForUpdate?(object: T, old: T, context: StrategyContext): void;
  /** Restores fields that a write to `/status` may not change; by default all but `status`. */
  prepareForStatusUpdate?(object: T, old: T, context: StrategyContext): void;
  /** Writes through other subresources, by name: `binding`. `status` has its own hooks. */
  subresources?: Readonly<Record<string, SubresourceStrategy<T>>>;
  validate?(object: T, context: StrategyContext): FieldError[];
  /** Checks of an update, beside the metadata; absent: `validate`. See `validation/updates.ts`. */
  validateUpdate?(object: T, old: T, context: StrategyContext): FieldError[];
  validateStatusUpdate?(object: T, old: T, context: StrategyContext): FieldError[];
  canonicalize?(object: T): void;
  /** Warnings for the client (deprecated fields and the like). */
  warnings?(object: T, old: T | undefined): string[];
  /**
   * For kinds with graceful deletion (Pod): the granted seconds, given the requested ones (undefined: the object's
   * default). 0 means at once. Absent: deletion is immediate.
   */
  gracePeriodSeconds?(object: T, requested: number | undefined): number;
  /** Finalizers the API server itself adds on deletion or creation (namespaces: the `kubernetes` spec finalizer). */
  beforeDelete?(object: T, context: StrategyContext): void;
  /** True while a deleted object must stay without a finalizer in its metadata (namespaces' spec.finalizers). */
  holdsDeletion?(object: T): boolean;
  /** Default deletion propagation when the client names none. Kubernetes' is background for nearly all. */
  defaultPropagation?: "Background" | "Orphan";
}

/** One column of server-side printing. */
export interface TableColumn<T extends KubernetesObject = KubernetesObject> {
  name: string;
  type: "string" | "integer" | "number" | "boolean" | "date";
  format?: string;
  description: string;
  /** 0: default output; 1: only with `-o wide`. */
  priority?: number;
  /** True for a cell without a column definition, as IPAddresses have it; clients do not show it. */
  isUnnamed?: boolean;
  /** The cell; ages are given as printed (`5m`), computed against `nowMs`. */
  value(object: T, nowMs: number): string | number | boolean | null;
}

/** A condition of a table's row, for clients that hide finished objects. */
export interface TableRowCondition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}

/** A subresource with its own behaviour. `status` and `scale` are generic; others have a handler in `apiserver`. */
export interface SubresourceDefinition {
  /** Verbs of discovery: `["get", "patch", "update"]`. */
  verbs: readonly string[];
  /** Accepts the method OPTIONS, which has no verb: a proxy hands every method on. */
  acceptsOptions?: true;
  /** Answers with bytes or a connection, so the forms of objects that the client accepts do not matter. */
  isStream?: true;
  /** Discovery kind and group-version when they differ from the parent's (Scale, Binding, Eviction, TokenRequest). */
  kind?: string;
  group?: string;
  version?: string;
}

/** Reads and writes the numbers of a scale subresource. */
export interface ScaleDefinition {
  specReplicas: (object: KubernetesObject) => number | undefined;
  setSpecReplicas: (object: KubernetesObject, replicas: number) => void;
  statusReplicas: (object: KubernetesObject) => number;
  /** The serialized selector. */
  selector: (object: KubernetesObject) => string;
  /** True if refused writes name the subresource (`deployments/scale`), not the resource. */
  namesSubresource?: boolean;
  /** Path of the desired replicas, as elements of managedFields; absent: `f:spec`, `f:replicas`. */
  replicasPath?: readonly string[];
}

/**
 * Reads a field for field selectors. A method's type is bivariant, so the definition of a Pod is also a definition
 * of any object.
 */
export type FieldGetter<T extends KubernetesObject> = { get(object: T): string }["get"];

/**
 * How objects of a kind are read from requests, and in which form they are stored and listed. Built-in kinds share the codec
 * of Go structs (`structCodec`); each version of a custom resource has its own.
 */
export interface Codec {
  /** Reads a body or a patched object. Undeclared fields go; strict errors and warnings name them. */
  decode(schema: TypeReference, value: JsonObject, options: DecodeOptions): Decoded<KubernetesObject> | DecodeError;
  /** A copy with the fields that hooks rely on. `keepsEmptyLists`: lists that a client sent empty stay values. */
  normalize(schema: TypeReference, object: KubernetesObject, options: { keepsEmptyLists: boolean }): KubernetesObject;
  /** Converts a stored object, possibly of another version or an older schema, to this version. */
  fromStored(stored: KubernetesObject): KubernetesObject;
  /** Converts objects that are read next with one call, if a webhook converts them. */
  prefetch?(stored: readonly KubernetesObject[]): void;
  /** Converts the object to its stored form, fields in the order in which Kubernetes writes them. */
  toStored(schema: TypeReference, object: KubernetesObject): KubernetesObject;
  /** The JSON text of a list of stored bodies. */
  listText(kind: ListedKind, metadata: object, bodies: readonly string[]): string;
  /** A list of objects. */
  listValue(kind: ListedKind, metadata: object, objects: readonly KubernetesObject[]): object;
  /** Media types of patches, for the refusal of others; absent: all four, and the refusal names none. */
  patchMediaTypes?: string;
  /** A body must name its kind, and a body of another kind is refused without looking at that kind. */
  readsOwnKindOnly: boolean;
}

/** The names that a list is written with. */
export type ListedKind = Pick<KindDefinition, "group" | "version" | "kind" | "listKind">;

/** What only kinds of a CustomResourceDefinition have. */
export interface CustomKind {
  /** True while the definition is being removed: nothing new is created. */
  isTerminating: boolean;
  /** The schema of the objects in OpenAPI version 2 and 3. Documents of built-in kinds are static. */
  openApi(): { v2: JsonObject; v3: JsonObject };
  /** Set if a webhook converts between the versions: the same kind, whose codec calls it through `convert`. */
  withConversion?(convert: Convert): KindDefinition;
}

/** The objects in another version of their definition, in the same order. Throws ApiError if the webhook fails. */
export type Convert = (
  definition: CustomResourceDefinition,
  objects: readonly KubernetesObject[],
  apiVersion: string,
) => readonly KubernetesObject[];

/** Converts between two forms of a stored object. The functions keep metadata and must not change their argument. */
export interface View<T extends KubernetesObject = KubernetesObject, S extends KubernetesObject = KubernetesObject> {
  /** The stored kind. Its strategy, deletion and keys apply. */
  of: KindDefinition<S>;
  fromStored(object: S): T;
  toStored(object: T): S;
}

/** How objects of a kind count against ResourceQuotas. */
export interface QuotaRules<T extends KubernetesObject = KubernetesObject> {
  /** True if a quota on this resource counts objects of the kind. */
  measures(resource: string): boolean;
  usage(object: T, nowMs: number): ResourceList;
  /** Resources that the object must set because a quota limits them, as a message; undefined if it sets all. */
  missing?(object: T, resources: readonly string[]): string | undefined;
  /** Absent: quotas with scopes do not count objects of the kind. */
  isInScope?(object: T, scope: ScopedResourceSelectorRequirement): boolean;
  /** Updates that may use more: `""` for the main resource, else the subresource's name. */
  updates?: readonly string[];
}

export interface KindDefinition<T extends KubernetesObject = KubernetesObject> {
  /** Empty for the legacy group. */
  group: string;
  version: string;
  kind: string;
  plural: string;
  singular: string;
  shortNames?: readonly string[];
  categories?: readonly string[];
  namespaced: boolean;
  /** Kind of its lists, if it is not `<kind>List`. */
  listKind?: string;
  /** Full type name in the schema table, `io.k8s.api.apps.v1.Deployment`, or the type of a custom resource. */
  schema: TypeReference;
  /** The only field manager that computes the status (`kubelet`). Absent: any controller may write it. */
  statusManager?: string;
  /** A creation may include a status (Node: a kubelet registers itself). */
  takesStatusOnCreation?: boolean;
  /** Fields whose values messages must not show to clients without read access (`data` of Secrets). */
  confidential?: readonly string[];
  verbs: readonly Verb[];
  /** Verbs in discovery, if it shows fewer than are served. */
  shownVerbs?: readonly Verb[];
  /** Discovery's hash of the storage version; opaque to clients, equal for two groups over one store. */
  storageVersionHash?: string;
  /** By name; `status: { verbs: ["get", "patch", "update"] }`. */
  subresources?: Readonly<Record<string, SubresourceDefinition>>;
  scale?: ScaleDefinition;
  /** Beyond `metadata.name` and `metadata.namespace`. */
  selectableFields?: Readonly<Record<string, FieldGetter<T>>>;
  strategy?: Strategy<T>;
  /** Adds changes that are computed at read time instead of written: heartbeats. Pure; may return the object itself. */
  presentAtRead?(object: T, nowMs: number, remembered?: PrivateReader): KubernetesObject;
  /** True once the object is hidden from readers, before it is removed: Events live an hour. */
  isExpired?(object: T, nowMs: number): boolean;
  /** Absent: Name and Created At, as for a kind without a printer. */
  columns?: readonly TableColumn<T>[];
  /** The order of a table's rows; absent: by name. */
  compareRows?(a: T, b: T): number;
  /** The `conditions` of a table's row (finished Pods); none when empty or absent. */
  rowConditions?(object: T): readonly TableRowCondition[];
  /** A PUT of a missing object creates it (Endpoints, Leases, Events, Services, RBAC). */
  allowCreateOnUpdate?: boolean;
  /** An immediate deletion answers with the object. Other kinds answer with a Status. */
  returnDeletedObject?: boolean;
  /** Warning for every request to the resource: `v1 Endpoints is deprecated in v1.33+; use …`. */
  deprecation?: string;
  /** True if `metadata.generation` counts changes of the spec (as recorded: Deployments yes, ConfigMaps no). */
  hasGeneration?: boolean;
  /** Updates must set a resourceVersion. For other kinds an update without one is unconditional. */
  requiresResourceVersion?: boolean;
  /** Set if the kind shows objects of another kind in another version or group. */
  view?: View;
  /** Absent: `structCodec`. Shared code asks `codecOf` (codec.ts). */
  codec?: Codec;
  /** Set for kinds of a CustomResourceDefinition. */
  custom?: CustomKind;
  /** Controllers may write it even when they have used up their share of the cluster's size: Events. */
  usesReservedShare?: boolean;
  /** How objects count against ResourceQuotas; absent: by number. */
  quota?: QuotaRules<T>;
}

/** The parts of a kind that determine its storage key. */
export type Stored = Pick<KindDefinition, "group" | "plural"> & {
  view?: { of: Pick<KindDefinition, "group" | "plural"> };
};

/** The id of a kind's resource: `core/pods`, `apps/deployments`; for a view, the id of the stored kind. */
export function resourceId(kind: Stored): ResourceId {
  const { group, plural } = kind.view?.of ?? kind;
  return `${group || "core"}/${plural}`;
}

export function objectKey(kind: Stored, namespace: string, name: string): ObjectKey {
  return `${resourceId(kind)}/${namespace}/${name}`;
}

/** The parts of a key. Namespaces and names hold no slash. */
export function parseKey(key: ObjectKey): { resource: ResourceId; namespace: string; name: string } {
  const [group, plural, namespace, name] = key.split("/") as [string, string, string, string];
  return { resource: `${group}/${plural}`, namespace, name };
}

/** `v1` or `apps/v1`. */
export function apiVersion(kind: Pick<KindDefinition, "group" | "version">): string {
  return kind.group === "" ? kind.version : `${kind.group}/${kind.version}`;
}

/**
 * What the generic engine knows of a kind. One small file per kind fills this in; everything else (routes, discovery,
 * tables, OpenAPI, storage keys) derives from it. Hooks run in the order in which they stand here.
 */
import type { JsonObject } from "../lib/json.ts";
import type { Random } from "../lib/prng.ts";
import type { ScopedResourceSelectorRequirement } from "../schema/index.ts";
import type { KubernetesObject, TypeReference } from "../schema/types.ts";
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

/** The kinds of one cluster: the built-in ones and those that its CustomResourceDefinitions define. */
export interface Kinds {
  /** One for each resource, by which its objects are stored; also of resources that are not served at present. */
  readonly stored: readonly KindDefinition[];
  /** Everything that has a path: further versions and views as well. */
  readonly served: readonly KindDefinition[];
  /** By `<group>/<plural>`, with `core` for the legacy group. */
  byResource(resource: ResourceId): KindDefinition | undefined;
  /** By the parts of a request's path; the legacy group is empty. */
  byPath(group: string, version: string, plural: string): KindDefinition | undefined;
  /** By what an object says of itself: `apps/v1`, `Deployment`. */
  byApiVersion(apiVersion: string, kind: string): KindDefinition | undefined;
}

/** Read access to the cluster, for hooks that depend on other objects. */
export interface Reader {
  readonly kinds: Kinds;
  get<T extends KubernetesObject>(kind: KindDefinition<T>, namespace: string, name: string): T | undefined;
  getByKey(key: ObjectKey): KubernetesObject | undefined;
  /** All of a namespace, or of the cluster when none is given; ordered by namespace and name. */
  list<T extends KubernetesObject>(kind: KindDefinition<T>, namespace?: string): readonly T[];
}

/** Read access to private state: what controllers remember beyond objects. */
export interface PrivateReader {
  privateState<S>(key: ObjectKey, owner: string): S | undefined;
}

/** What hooks may use beyond the object itself. */
export interface StrategyContext {
  readonly nowMs: number;
  readonly random: Random;
  readonly reader: Reader;
  /** True for dry runs: nothing may be reserved that outlives the request. Transactions are discarded, so hooks rarely care. */
  readonly dryRun: boolean;
  /** Tells the client what is not wrong enough to be refused. */
  warn(text: string): void;
}

/** How a write through a subresource differs from an update of the object. */
export interface SubresourceStrategy<T extends KubernetesObject = KubernetesObject> {
  /** Takes from `old` what the subresource may not change, and raises the generation where it does. */
  prepare(object: T, old: T, context: StrategyContext): void;
  validate?(object: T, old: T, context: StrategyContext): FieldError[];
}

/**
 * The per-kind policy. Hooks mutate only `object`; `old` and everything read from the world are immutable.
 * ManagedFields are tracked after `default`: what admission and the later hooks set is owned by nobody.
 * Create: default → (mutating admission) → prepareForCreate → validate → (validating admission) → canonicalize.
 * Update: default → (mutating admission) → prepareForUpdate → validateUpdate → (validating admission) →
 * canonicalize. Status: default → prepareForStatusUpdate → validateStatusUpdate.
 */
export interface Strategy<T extends KubernetesObject = KubernetesObject> {
  /** Semantic defaults (`restartPolicy: Always`), applied at every write. */
  default?(object: T): void;
  /** Clears what clients may not set (status), sets generation, allocates. */
  prepareForCreate?(object: T, context: StrategyContext): void;
  /** Keeps what clients may not change (status), raises generation. The engine's default does both for `spec`/`status`. */
  prepareForUpdate?(object: T, old: T, context: StrategyContext): void;
  /** What a write to `/status` may touch; by default all but `status` is taken from `old`. */
  prepareForStatusUpdate?(object: T, old: T, context: StrategyContext): void;
  /** Subresources that write the object otherwise than an update does, by name: `binding`. `status` has hooks of its own. */
  subresources?: Readonly<Record<string, SubresourceStrategy<T>>>;
  validate?(object: T, context: StrategyContext): FieldError[];
  /** All that an update is checked for beyond the metadata of every kind; absent: what `validate` checks. See `validation/updates.ts`. */
  validateUpdate?(object: T, old: T, context: StrategyContext): FieldError[];
  validateStatusUpdate?(object: T, old: T, context: StrategyContext): FieldError[];
  canonicalize?(object: T): void;
  /** Warnings for the client (deprecated fields and the like). */
  warnings?(object: T, old: T | undefined): string[];
  /**
   * For kinds that are deleted gracefully (Pod): the seconds to grant, given what the client asked for (undefined: its
   * default). 0 means at once. Absent: deletion is immediate.
   */
  gracePeriodSeconds?(object: T, requested: number | undefined): number;
  /** Finalizers the API server itself adds on deletion or creation (namespaces: the `kubernetes` spec finalizer). */
  beforeDelete?(object: T, context: StrategyContext): void;
  /** True while the object must stay although its deletion was asked for and no metadata finalizer holds it (namespaces' spec.finalizers). */
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
  /** True for a cell whose column the table does not name, as IPAddresses have it; clients do not show it. */
  isUnnamed?: boolean;
  /** The cell; ages are given as printed (`5m`), computed against `nowMs`. */
  value(object: T, nowMs: number): string | number | boolean | null;
}

/** What a table's row says of its object as a whole, for clients that hide finished ones. */
export interface TableRowCondition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}

/** A subresource with its own behaviour. `status` and `scale` are generic; others name their handler in the apiserver. */
export interface SubresourceDefinition {
  /** Verbs of discovery: `["get", "patch", "update"]`. */
  verbs: readonly string[];
  /** Discovery kind and group-version when they differ from the parent's (Scale, Binding, Eviction, TokenRequest). */
  kind?: string;
  group?: string;
  version?: string;
}

/** Where a scale subresource finds its numbers, as JSON paths without the leading dot. */
export interface ScaleDefinition {
  specReplicas: (object: KubernetesObject) => number | undefined;
  setSpecReplicas: (object: KubernetesObject, replicas: number) => void;
  statusReplicas: (object: KubernetesObject) => number;
  /** The serialized selector. */
  selector: (object: KubernetesObject) => string;
  /** Where the wanted number stands, as elements of managedFields; absent: `f:spec`, `f:replicas`. */
  replicasPath?: readonly string[];
}

/**
 * Reads a field as field selectors compare it. A method's type, so that the definition of a Pod also serves where any
 * object's definition is asked for.
 */
export type FieldGetter<T extends KubernetesObject> = { get(object: T): string }["get"];

/** How the objects of a kind are read and written that are free-form JSON and no Go structs: custom resources. */
export interface Unstructured {
  /** Reads a body or a patched object. Undeclared fields go; `unknown` has their paths. */
  decode(value: JsonObject): { value: JsonObject; unknown: string[] } | { error: string };
  /** A stored object, which may have been written in another version or under an older schema, as this kind has it. */
  fromStored(stored: KubernetesObject): KubernetesObject;
  /** The object as it is stored. */
  toStored(object: KubernetesObject): KubernetesObject;
  /** True while a definition is being removed: nothing new is created. */
  isTerminating: boolean;
  /** The schema of the objects as OpenAPI has it in version 2 and 3. */
  openApi(): { v2: JsonObject; v3: JsonObject };
}

/** Two forms of one stored object: how each follows from the other. Neither function may change its argument; metadata is passed on as it is. */
export interface View<T extends KubernetesObject = KubernetesObject, S extends KubernetesObject = KubernetesObject> {
  /** The kind that is stored. Its strategy, deletion and keys hold. */
  of: KindDefinition<S>;
  fromStored(object: S): T;
  toStored(object: T): S;
}

/** How objects of a kind count against ResourceQuotas. */
export interface QuotaRules<T extends KubernetesObject = KubernetesObject> {
  /** Does a quota on this resource concern the kind? */
  measures(resource: string): boolean;
  usage(object: T, nowMs: number): ResourceList;
  /** What an object must say of itself where a quota limits these resources; undefined if it does. */
  missing?(object: T, resources: readonly string[]): string | undefined;
  /** Absent: quotas with scopes do not concern the kind. */
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
  /** Kind of its lists, where that is not `<kind>List`. */
  listKind?: string;
  /** Full type name in the schema table, `io.k8s.api.apps.v1.Deployment`, or the type of a custom resource. */
  schema: TypeReference;
  /** Field manager that alone knows the truth behind the status (`kubelet`). Absent: any controller that writes it. */
  statusManager?: string;
  /** A creation may bring a status with it (Node: a kubelet registers itself). */
  takesStatusOnCreation?: boolean;
  /** Fields whose values must not stand in messages for people who may not read the object (`data` of Secrets). */
  confidential?: readonly string[];
  verbs: readonly Verb[];
  /** What discovery says, where that is less than what is answered. */
  shownVerbs?: readonly Verb[];
  /** Discovery's hash of where the resource is stored; opaque to clients, equal for two groups over one store. */
  storageVersionHash?: string;
  /** By name; `status: { verbs: ["get", "patch", "update"] }`. */
  subresources?: Readonly<Record<string, SubresourceDefinition>>;
  scale?: ScaleDefinition;
  /** Beyond `metadata.name` and `metadata.namespace`. */
  selectableFields?: Readonly<Record<string, FieldGetter<T>>>;
  strategy?: Strategy<T>;
  /** What readers see of changes that are not written because they only repeat: heartbeats. Pure; may return the object itself. */
  presentAtRead?(object: T, nowMs: number, remembered?: PrivateReader): KubernetesObject;
  /** True once readers are no longer shown the object although nothing has removed it yet: Events have an hour. */
  isExpired?(object: T, nowMs: number): boolean;
  /** Absent: Name and Created At, as for a kind without a printer. */
  columns?: readonly TableColumn<T>[];
  /** The order of a table's rows, where it is not that of the names. */
  compareRows?(a: T, b: T): number;
  /** The `conditions` of a table's row (finished Pods); none when empty or absent. */
  rowConditions?(object: T): readonly TableRowCondition[];
  /** A PUT of an object that is not there creates it (Endpoints, Leases, Events, Services, RBAC). */
  allowCreateOnUpdate?: boolean;
  /** A deletion answers with the object even when it is gone at once, where other kinds answer with a Status. */
  returnDeletedObject?: boolean;
  /** Warning for every request to the resource: `v1 Endpoints is deprecated in v1.33+; use …`. */
  deprecation?: string;
  /** Does `metadata.generation` count changes of the spec? (As recorded: Deployments yes, ConfigMaps no.) */
  hasGeneration?: boolean;
  /** Updates must name the version that they replace; of other kinds none stands for whatever is there. */
  requiresResourceVersion?: boolean;
  /** Given where the kind shows, under other names, objects that another kind stores. */
  view?: View;
  /** Given for custom resources. */
  unstructured?: Unstructured;
  /** Controllers may still write it when they have filled their share of a cluster: Events. */
  usesReservedShare?: boolean;
  /** How objects count against ResourceQuotas; absent: by number. */
  quota?: QuotaRules<T>;
}

/** What tells where a kind's objects are stored. */
export type Stored = Pick<KindDefinition, "group" | "plural"> & {
  view?: { of: Pick<KindDefinition, "group" | "plural"> };
};

/** The id of a kind's resource: `core/pods`, `apps/deployments`; for a view that of the stored kind. */
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

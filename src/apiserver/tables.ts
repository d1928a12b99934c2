/** Server-side printing: `meta.k8s.io` Tables from a kind's columns. */
import type { KindDefinition, TableColumn } from "../kinds/kind.ts";
import type { KubernetesObject } from "../schema/types.ts";
import type { Representation } from "./negotiation.ts";
import { shiftTimes } from "./time-edge.ts";

export interface ListMeta {
  resourceVersion?: string;
  continue?: string;
  remainingItemCount?: number;
}

export interface TableOptions {
  representation: Representation;
  /** Cluster time, for ages. */
  nowMs: number;
  /** Cluster time minus this is the caller's time (ms). */
  offsetMs: number;
}

/** The columns of kinds without a printer. */
const DEFAULT_COLUMNS: readonly TableColumn[] = [
  {
    name: "Name",
    type: "string",
    format: "name",
    description:
      "Name must be unique within a namespace. Is required when creating resources, although some resources may allow a " +
      "client to request the generation of an appropriate name automatically. Name is primarily intended for creation " +
      "idempotence and configuration definition. Cannot be updated. More info: " +
      "https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names",
    value: (object) => object.metadata.name ?? "",
  },
  {
    name: "Created At",
    type: "date",
    description:
      "CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed " +
      "to be set in happens-before order across separate operations. Clients may not set this value. It is represented " +
      "in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: " +
      "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
    value: (object) => object.metadata.creationTimestamp ?? null,
  },
];

function columnsOf(kind: KindDefinition): readonly TableColumn[] {
  return kind.columns ?? DEFAULT_COLUMNS;
}

/** The table of some objects. A watch sends columns with its first row only and passes `withColumns: false` later. */
export function tableOf(
  kind: KindDefinition,
  objects: readonly KubernetesObject[],
  metadata: ListMeta,
  options: TableOptions & { withColumns?: boolean },
) {
  return {
    kind: "Table",
    apiVersion: `meta.k8s.io/${options.representation.metaVersion}`,
    metadata,
    columnDefinitions: options.withColumns === false ? null : namedColumns(kind).map(columnDefinition),
    rows: inRowOrder(kind, objects).map((object) => rowOf(kind, object, options)),
  };
}

export function inRowOrder(kind: KindDefinition, objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  return kind.compareRows ? objects.toSorted((a, b) => kind.compareRows!(a, b)) : objects;
}

function namedColumns(kind: KindDefinition): readonly TableColumn[] {
  return columnsOf(kind).filter(({ isUnnamed }) => !isUnnamed);
}

function columnDefinition({ name, type, format = "", description, priority = 0 }: TableColumn) {
  return { name, type, format, description, priority };
}

export function rowOf(kind: KindDefinition, object: KubernetesObject, options: TableOptions) {
  const values = columnsOf(kind).map((column) => column.value(object, options.nowMs));
  const conditions = kind.rowConditions?.(object) ?? [];
  const cells = { cells: values, ...(conditions.length > 0 && { conditions }) };
  switch (options.representation.includeObject) {
    case "None":
      return { ...cells, object: null };
    case "Object":
      return { ...cells, object: shiftTimes(kind.schema, object, -options.offsetMs) };
    case "Metadata":
      // Kubernetes takes the metadata from the object before its conversion to a version.
      return { ...cells, object: partialObject(kind.view?.toStored(object) ?? object, options) };
  }
}

/** PartialObjectMetadata: only an object's metadata. */
export function partialObject(object: KubernetesObject, options: Omit<TableOptions, "nowMs">) {
  return {
    kind: "PartialObjectMetadata",
    apiVersion: `meta.k8s.io/${options.representation.metaVersion}`,
    metadata: shiftTimes("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta", object.metadata, -options.offsetMs),
  };
}

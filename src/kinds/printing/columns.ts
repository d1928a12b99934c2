/**
 * Building blocks of table columns that most kinds share.
 *
 * Kubernetes: pkg/printers/internalversion/printers.go
 */
import { humanDuration } from "../../lib/duration.ts";
import { parseTime } from "../../lib/time.ts";
import type { Container, KubernetesObject } from "../../schema/index.ts";
import type { ResourceId, TableColumn } from "../kind.ts";
import { COLUMN_DESCRIPTIONS, CREATION_DESCRIPTION, NAME_DESCRIPTION } from "./descriptions.ts";

type Cell<T extends KubernetesObject> = TableColumn<T>["value"];

export interface ColumnOptions {
  type?: TableColumn["type"];
  /** Shown with `-o wide` only. */
  wide?: boolean;
}

/** Makes columns of one resource: `text("Ready", (pod) => …)`. A column's description is looked up by its name. */
export function columnsFor<T extends KubernetesObject>(resource: ResourceId) {
  return (name: string, value: Cell<T>, options: ColumnOptions = {}): TableColumn<T> => ({
    name,
    type: options.type ?? "string",
    description: COLUMN_DESCRIPTIONS[resource]?.[name] ?? "",
    priority: options.wide ? 1 : 0,
    value,
  });
}

export const nameColumn: TableColumn = {
  name: "Name",
  type: "string",
  format: "name",
  description: NAME_DESCRIPTION,
  value: (object) => object.metadata.name ?? "",
};

export const ageColumn: TableColumn = {
  name: "Age",
  type: "string",
  description: CREATION_DESCRIPTION,
  value: (object, nowMs) => ageOf(object.metadata.creationTimestamp, nowMs),
};

/** The last column of kinds without an age, such as Roles. */
export const createdAtColumn: TableColumn = {
  name: "Created At",
  type: "date",
  description: CREATION_DESCRIPTION,
  value: (object) => object.metadata.creationTimestamp ?? null,
};

/** The time since an instant, as printed. */
export function ageOf(time: string | null | undefined, nowMs: number): string {
  return time ? humanDuration(nowMs - parseTime(time)) : "<unknown>";
}

/** `-o wide` of workloads: the names and images of a template's containers. */
export function containerColumns<T extends KubernetesObject>(
  resource: ResourceId,
  containers: (object: T) => readonly Container[] | null | undefined,
): TableColumn<T>[] {
  const column = columnsFor<T>(resource);
  return [
    column("Containers", (object) => (containers(object) ?? []).map(({ name }) => name).join(","), { wide: true }),
    column("Images", (object) => (containers(object) ?? []).map(({ image }) => image ?? "").join(","), { wide: true }),
  ];
}

/** `a,b,c + 2 more...`: the first three, and the number of the others. */
export function firstThree(texts: readonly string[], none: string): string {
  if (texts.length === 0) return none;
  const shown = texts.slice(0, 3).join(",");
  return texts.length > 3 ? `${shown} + ${texts.length - 3} more...` : shown;
}

/** The controller of an object as tables show it: `daemonset.apps/agent`. */
export function ownerCell({ metadata }: KubernetesObject): string {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller);
  if (!owner) return "<none>";
  const group = owner.apiVersion.includes("/") ? `.${owner.apiVersion.split("/")[0]}` : "";
  return `${owner.kind.toLowerCase()}${group}/${owner.name}`;
}

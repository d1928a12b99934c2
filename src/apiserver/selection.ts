/** The objects of a collection that a request selects by label and field selectors. */
import type { KindDefinition } from "../kinds/kind.ts";
import { ApiError } from "../lib/api-error.ts";
import { exactField, type FieldRequirement, matchesFields, parseFieldSelector } from "../lib/field-selectors.ts";
import { type LabelRequirements, matchesRequirements, parseLabelSelector, SelectorError } from "../lib/selectors.ts";
import type { KubernetesObject } from "../schema/types.ts";

export interface Selection {
  /** True when every object is selected. */
  selectsAll: boolean;
  /** True without selectors: lists then count the objects that remain after a page. */
  isUnselective: boolean;
  /** The only name or namespace that can match, if the field selector fixes it. */
  name: string | undefined;
  namespace: string | undefined;
  /** True when name and namespace alone decide, so that no object has to be read. */
  isByNameOnly: boolean;
  /** True when a field selector asks for fields outside of the metadata, which differ between versions of a kind. */
  readsOwnFields: boolean;
  /** @param kind The kind in the transaction of this look at the object; by default in that of the request. */
  matches(object: KubernetesObject, kind?: KindDefinition): boolean;
}

const METADATA_FIELDS = ["metadata.name", "metadata.namespace"];

/** Throws BadRequest for unreadable selectors and for fields that the kind does not select by. */
export function selectionOf(kind: KindDefinition, query: URLSearchParams): Selection {
  const labels = parsed(() => parseLabelSelector(query.get("labelSelector") ?? ""));
  const fields = parsed(() => parseFieldSelector(query.get("fieldSelector") ?? ""));
  for (const { field } of fields) refuseUnknownField(kind, field);
  const decidesByName = fields.every(({ field, operator }) => METADATA_FIELDS.includes(field) && operator === "=");
  return {
    selectsAll: labels.length === 0 && fields.length === 0,
    isUnselective: labels.length === 0 && fields.length === 0,
    name: exactField(fields, "metadata.name"),
    namespace: exactField(fields, "metadata.namespace"),
    isByNameOnly: labels.length === 0 && decidesByName,
    readsOwnFields: fields.some(({ field }) => !METADATA_FIELDS.includes(field)),
    matches: (object, kindNow = kind) => matches(kindNow, labels, fields, object),
  };
}

/** The selection without expired objects: lists show only objects that are alive. */
export function aliveOnly(kind: KindDefinition, selection: Selection, nowMs: number): Selection {
  if (!kind.isExpired) return selection;
  return {
    ...selection,
    selectsAll: false,
    isByNameOnly: false,
    matches: (object, kindNow) => selection.matches(object, kindNow) && !kind.isExpired?.(object, nowMs),
  };
}

function matches(
  kind: KindDefinition,
  labels: LabelRequirements,
  fields: readonly FieldRequirement[],
  object: KubernetesObject,
): boolean {
  if (!matchesRequirements(labels, object.metadata.labels)) return false;
  return matchesFields(fields, (field) => {
    if (field === "metadata.name") return object.metadata.name;
    if (field === "metadata.namespace") return object.metadata.namespace;
    return kind.selectableFields?.[field]?.(object);
  });
}

function refuseUnknownField(kind: KindDefinition, field: string): void {
  if (METADATA_FIELDS.includes(field) || Object.hasOwn(kind.selectableFields ?? {}, field)) return;
  // Kinds with their own selectable fields have another message.
  throw new ApiError(
    "BadRequest",
    kind.selectableFields
      ? `field label not supported: ${field}`
      : `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`,
  );
}

function parsed<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof SelectorError) throw new ApiError("BadRequest", error.message);
    throw error;
  }
}

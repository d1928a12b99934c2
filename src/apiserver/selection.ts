/** Which objects of a collection a request selects, by label and field selectors. */
import type { KindDefinition } from "../kinds/kind.ts";
import { ApiError } from "../lib/api-error.ts";
import { exactField, type FieldRequirement, matchesFields, parseFieldSelector } from "../lib/field-selectors.ts";
import { type LabelRequirements, matchesRequirements, parseLabelSelector, SelectorError } from "../lib/selectors.ts";
import type { KubernetesObject } from "../schema/types.ts";

export interface Selection {
  /** True when every object is selected. */
  selectsAll: boolean;
  /** True without selectors: lists then say how many objects are left beyond a page. */
  isUnselective: boolean;
  /** The one name or namespace that can match, when the field selector fixes it. */
  name: string | undefined;
  namespace: string | undefined;
  /** True when name and namespace decide alone, so that no object has to be looked at. */
  isByNameOnly: boolean;
  matches(object: KubernetesObject): boolean;
}

const METADATA_FIELDS = ["metadata.name", "metadata.namespace"];

/** Throws BadRequest for selectors that cannot be read or fields that the kind does not select by. */
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
    matches: (object) => matches(kind, labels, fields, object),
  };
}

/** The selection without what has expired: only what is alive is listed. */
export function aliveOnly(kind: KindDefinition, selection: Selection, nowMs: number): Selection {
  if (!kind.isExpired) return selection;
  return {
    ...selection,
    selectsAll: false,
    isByNameOnly: false,
    matches: (object) => selection.matches(object) && !kind.isExpired?.(object, nowMs),
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
  // Kinds with selectable fields of their own have their own words for this.
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

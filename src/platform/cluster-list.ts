/** What a listing of clusters is asked with: a label selector and a cursor, both as text. */
import { type LabelRequirements, parseLabelSelector, SelectorError } from "../lib/selectors.ts";
import type { LabelRequirement } from "../storage/store.ts";
import { Problem } from "./problem.ts";

const LOCATION = "query.labelSelector";

/** Kubernetes' label selectors without the numeric comparisons. Throws a problem that says what is wrong. */
export function clusterSelector(text: string): LabelRequirement[] {
  let requirements: LabelRequirements;
  try {
    requirements = parseLabelSelector(text);
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error;
    throw new Problem(400, "The label selector cannot be read.", [{ location: LOCATION, message: error.message }]);
  }
  return requirements.map(({ key, operator, values }) => {
    switch (operator) {
      case "=":
      case "==":
        return { key, operator: "in", values };
      case "!=":
        return { key, operator: "notin", values };
      case "gt":
      case "lt": {
        const message = "clusters are not selected by > and <";
        throw new Problem(400, "The label selector cannot be read.", [{ location: LOCATION, message }]);
      }
      default:
        return { key, operator, values };
    }
  });
}

/** Opaque to clients: after which cluster the next page begins. */
export function cursorAfter(clusterId: string): string {
  return btoa(clusterId);
}

export function clusterOfCursor(cursor: string): string {
  try {
    const id = atob(cursor);
    if (/^[a-z0-9-]{1,63}$/.test(id)) return id;
  } catch {
    // No base64: refused below.
  }
  throw new Problem(400, "The cursor is not one that a listing gave.", [
    { location: "query.cursor", message: "pass nextCursor of the page before" },
  ]);
}

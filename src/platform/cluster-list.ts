/** The parameters of a listing of clusters: a label selector and a cursor, both as text. */
import { type LabelRequirements, parseLabelSelector, SelectorError } from "../lib/selectors.ts";
import type { LabelRequirement } from "../storage/store.ts";
import { Problem } from "./problem.ts";

/** The selector's or cursor's place in the request, and the code of the refusal where it cannot be read. */
export interface PlaceInRequest {
  location: string;
  code: "invalid_parameter" | "invalid_body";
}

const SELECTOR_PLACE: PlaceInRequest = { location: "query.labelSelector", code: "invalid_parameter" };
const CURSOR_PLACE: PlaceInRequest = { location: "query.cursor", code: "invalid_parameter" };

/** Kubernetes' label selectors without the numeric comparisons. Throws a Problem that names the error. */
export function clusterSelector(text: string, { location, code } = SELECTOR_PLACE): LabelRequirement[] {
  let requirements: LabelRequirements;
  try {
    requirements = parseLabelSelector(text);
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error;
    throw new Problem(code, "The label selector cannot be read.", [{ location, message: error.message }]);
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
        throw new Problem(code, "The label selector cannot be read.", [{ location, message }]);
      }
      default:
        return { key, operator, values };
    }
  });
}

/** Opaque to clients: the cluster after which the next page begins. */
export function cursorAfter(clusterId: string): string {
  return btoa(clusterId);
}

export function clusterOfCursor(cursor: string, { location, code } = CURSOR_PLACE): string {
  try {
    const id = atob(cursor);
    if (/^[a-z0-9-]{1,63}$/.test(id)) return id;
  } catch {
    // Not base64: refused below.
  }
  throw new Problem(code, "The cursor is not one that a page gave.", [
    { location, message: "pass the cursor of the page before" },
  ]);
}

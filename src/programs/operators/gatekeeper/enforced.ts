/** Constraints with the code that judges objects by them. */
import type { JsonObject, JsonValue } from "../../../lib/json.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import { metadataOf, nameOf } from "../objects.ts";
import { violationsOf } from "./evaluate.ts";
import { constraintMatches, type Subject } from "./match.ts";

/** A constraint of a template that is enforced. */
export interface Enforced extends JsonObject {
  /** The kind of the constraint. */
  kind: string;
  /** The code of its template. */
  source: JsonObject;
  /** Its name and its spec. */
  constraint: JsonObject;
}

export function enforcedConstraint(kind: string, source: JsonObject, constraint: JsonObject): Enforced {
  const { name = "" } = metadataOf(constraint);
  return { kind, source, constraint: { metadata: { name }, spec: objectIn(constraint["spec"]) } };
}

type EnforcementPoint = "validation.gatekeeper.sh" | "audit.gatekeeper.sh";

/** The consequences of a violation: `deny` unless the constraint says otherwise. */
export function actionsOf({ constraint }: Enforced, point: EnforcementPoint): string[] {
  const { enforcementAction = "deny", scopedEnforcementActions } = objectIn(constraint["spec"]);
  if (enforcementAction !== "scoped") return [String(enforcementAction)];
  return objectsIn(scopedEnforcementActions)
    .filter(({ enforcementPoints }) => objectsIn(enforcementPoints).some(({ name }) => name === "*" || name === point))
    .map(({ action }) => String(action));
}

interface Violation {
  enforced: Enforced;
  message: string;
}

/** The violations of an object, in the order of the constraints' kinds and names. */
export function judge(all: readonly Enforced[], subject: Subject, request: JsonObject): Violation[] {
  return [...all]
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
    .filter(({ constraint }) => constraintMatches(constraint, subject))
    .flatMap((enforced) =>
      violationsOf(enforced.source, enforced.constraint, subject, request).map((message) => ({ enforced, message })),
    );
}

const keyOf = ({ kind, constraint }: Enforced) => `${kind}/${nameOf(constraint)}`;

/** Whether judging by the constraints needs the Namespace of the object. */
export function needNamespace(all: readonly Enforced[]): boolean {
  return /"namespaceSelector"|namespaceObject/.test(JSON.stringify(all));
}

/** The constraints as the process last saw them. */
export function enforcedIn(state: Readonly<Record<string, JsonValue | undefined>>): Enforced[] {
  return objectsIn(state["enforced"]) as Enforced[];
}

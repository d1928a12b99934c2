/** Node selector terms of node affinity. */
import { parseInt64 } from "./integers.ts";

export interface NodeRequirement {
  key: string;
  operator: string;
  values?: string[];
}

export interface NodeTerm {
  matchExpressions?: NodeRequirement[];
  matchFields?: NodeRequirement[];
}

/** The parts of a node that a term can match. */
export interface NodeTraits {
  name: string;
  labels: Readonly<Record<string, string>>;
}

/** All requirements of a term must hold. A term without requirements matches nothing. */
export function matchesTerm({ matchExpressions = [], matchFields = [] }: NodeTerm, node: NodeTraits): boolean {
  if (matchExpressions.length === 0 && matchFields.length === 0) return false;
  return (
    matchExpressions.every((requirement) => matches(requirement, node.labels[requirement.key])) &&
    matchFields.every((requirement) => matches(requirement, requirement.key === "metadata.name" ? node.name : ""))
  );
}

function matches({ operator, values = [] }: NodeRequirement, value: string | undefined): boolean {
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case "Gt":
      return isOrdered(value, values, (a, b) => a > b);
    case "Lt":
      return isOrdered(value, values, (a, b) => a < b);
    default:
      return false;
  }
}

/** Only defined for one integer on each side. */
function isOrdered(
  value: string | undefined,
  values: readonly string[],
  holds: (a: bigint, b: bigint) => boolean,
): boolean {
  const [found, wanted] = [parseInt64(value), parseInt64(values[0])];
  return found !== undefined && wanted !== undefined && values.length === 1 && holds(found, wanted);
}

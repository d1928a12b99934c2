/** The data of a policy, as the variables in its texts read them. */
import type { JsonValue } from "../../../lib/json.ts";
import type { Host } from "./jmespath/values.ts";
import type { Lookups } from "./lookups.ts";

/** The outside of an evaluation: time, steps and objects of the API. */
export interface Surroundings {
  host: Host;
  lookups: Lookups;
  /** That of a Policy; empty for a ClusterPolicy. */
  policyNamespace: string;
}

export interface VariableContext {
  readonly surroundings: Surroundings;
  /** The operation of the request; empty in the background. */
  readonly operation: string;
  /** The value of an expression. Throws QueryError. */
  query(expression: string): JsonValue;
}

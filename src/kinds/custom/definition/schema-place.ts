import type { RuleNode } from "../rules/compile.ts";
import type { RuleCosts } from "./rule-costs.ts";

/** The context of one place in the schema. */
export interface SchemaPlace {
  path: string;
  isRoot: boolean;
  /** True within apiVersion, kind or metadata of an object. */
  isInMetadata: boolean;
  /** The reason why a default is forbidden here. */
  forbidsDefault?: string;
  /** The outermost list above whose items cannot be identified, so that transition rules are not allowed. */
  uncorrelated?: string;
  /** The place's compiled rules; absent where rules are not checked. */
  rules?: RuleNode;
  /** The largest number of such values in one object; infinite without limits. */
  times: number;
  costs: RuleCosts;
}

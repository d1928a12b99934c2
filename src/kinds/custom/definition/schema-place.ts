import type { RuleNode } from "../rules/compile.ts";
import type { RuleCosts } from "./rule-costs.ts";

/** What is known at one place of the schema. */
export interface SchemaPlace {
  path: string;
  isRoot: boolean;
  /** Within apiVersion, kind or metadata of an object. */
  isInMetadata: boolean;
  /** Why no default may stand here. */
  forbidsDefault?: string;
  /** The highest place above whose items cannot be told apart, so that rules about changes make no sense. */
  uncorrelated?: string;
  /** The place's compiled rules; absent where rules are not looked at. */
  rules?: RuleNode;
  /** How often the value may be there at most, as far as limits say; infinite where they do not. */
  times: number;
  costs: RuleCosts;
}

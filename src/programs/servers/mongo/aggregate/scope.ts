/** The surroundings of an expression. */
import type { JsonValue } from "../../../../lib/json.ts";

export interface Scope {
  /** The document: `$$ROOT` and field paths. */
  root: JsonValue;
  variables: Readonly<Record<string, JsonValue | undefined>>;
}

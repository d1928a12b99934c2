/** YAML as the operator writes it: equal parts are written again instead of by an alias, and lines are not folded. */
import { stringify } from "yaml";
import type { JsonObject } from "../../../lib/json.ts";

export function yamlText(value: JsonObject): string {
  return stringify(value, { aliasDuplicateObjects: false, lineWidth: 0 });
}

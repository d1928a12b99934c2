/** Conditions of KEDA's objects. */
import type { JsonObject, JsonValue } from "../../../lib/json.ts";
import { objectsIn } from "../../kubectl/core/parts.ts";

export interface KedaCondition {
  type: "Ready" | "Active" | "Fallback" | "Paused";
  status: "True" | "False" | "Unknown";
  reason?: string;
  message?: string;
}

/** The conditions in their fixed order, with the given ones in place of the old. */
export function withConditions(before: JsonValue | undefined, conditions: readonly KedaCondition[]): JsonObject[] {
  const old = objectsIn(before);
  return (["Ready", "Active", "Fallback", "Paused"] as const).map((type): JsonObject => {
    const given = conditions.find((each) => each.type === type);
    const kept = old.find((each) => each["type"] === type) ?? { type, status: "Unknown" };
    return given ? { ...given } : kept;
  });
}

/** Whether a pod's toleration covers a node's taint. */
import { parseInt64 } from "./integers.ts";

export interface TaintFields {
  key: string;
  value?: string;
  effect: string;
}

export interface TolerationFields {
  key?: string;
  operator?: string;
  value?: string;
  effect?: string;
}

/** An empty effect or key covers all of them; `Lt` and `Gt` compare numbers. */
export function tolerates(toleration: TolerationFields, taint: TaintFields): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  const value = taint.value ?? "";
  switch (toleration.operator || "Equal") {
    case "Exists":
      return true;
    case "Lt":
      return isOrdered(value, toleration.value, (a, b) => a < b);
    case "Gt":
      return isOrdered(value, toleration.value, (a, b) => a > b);
    default:
      return (toleration.key ?? "") === taint.key && (toleration.value ?? "") === value;
  }
}

function isOrdered(taint: string, toleration: string | undefined, holds: (a: bigint, b: bigint) => boolean): boolean {
  const [found, wanted] = [parseInt64(taint), parseInt64(toleration)];
  return found !== undefined && wanted !== undefined && holds(found, wanted);
}

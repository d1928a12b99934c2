/** Does a pod's toleration cover a node's taint? */

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
      return Number(value) < Number(toleration.value);
    case "Gt":
      return Number(value) > Number(toleration.value);
    default:
      return (toleration.key ?? "") === taint.key && (toleration.value ?? "") === value;
  }
}

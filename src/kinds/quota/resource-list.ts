/**
 * Arithmetic on resource lists (`{ cpu: "100m", memory: "1Gi" }`). Results keep the format of their quantities.
 *
 * Kubernetes: staging/src/k8s.io/apiserver/pkg/quota/v1/resources.go
 */
import { addQuantities, compareQuantities, formatQuantity, parseQuantity } from "../../lib/quantity.ts";

export type ResourceList = Readonly<Record<string, string>>;

export function addLists(a: ResourceList, b: ResourceList): ResourceList {
  const sum: Record<string, string> = { ...a };
  for (const [name, quantity] of Object.entries(b)) {
    const present = sum[name];
    sum[name] =
      present === undefined ? quantity : formatQuantity(addQuantities(parseQuantity(present), parseQuantity(quantity)));
  }
  return sum;
}

/** The larger of each. */
export function largerOf(a: ResourceList, b: ResourceList): ResourceList {
  const result: Record<string, string> = { ...a };
  for (const [name, quantity] of Object.entries(b)) {
    const present = result[name];
    if (present === undefined || compareQuantities(present, quantity) < 0) result[name] = quantity;
  }
  return result;
}

/** The part of `a` that exceeds `b`; never negative. */
export function excessOf(a: ResourceList, b: ResourceList): ResourceList {
  const result: Record<string, string> = {};
  for (const [name, quantity] of Object.entries(a)) {
    const [more, less] = [parseQuantity(quantity), parseQuantity(b[name] ?? "0")];
    const nanos = more.nanos > less.nanos ? more.nanos - less.nanos : 0n;
    result[name] = formatQuantity({ ...more, nanos });
  }
  return result;
}

export function only(list: ResourceList, keep: (name: string, quantity: string) => boolean): ResourceList {
  return Object.fromEntries(Object.entries(list).filter(([name, quantity]) => keep(name, quantity)));
}

/** `cpu=1,pods=2`, sorted, as in messages. */
export function formatList(list: ResourceList): string {
  return Object.keys(list)
    .sort()
    .map((name) => `${name}=${formatQuantity(parseQuantity(list[name]!))}`)
    .join(",");
}

/** Quantities as describe prints them, and the requests and limits of pods. */
import type { JsonObject } from "../../../lib/json.ts";
import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  formatQuantity,
  parseQuantity,
} from "../../../lib/quantity.ts";
import { at, mapAt, objectAt, objectsAt, textAt } from "./fields.ts";
import type { Writer } from "./writer.ts";

/** Quantities by resource. */
export type Amounts = Record<string, string>;

/** The canonical text; `0` if it is missing. */
export function quantityText(text: string | undefined): string {
  return text ? canonicalQuantity(text) : "0";
}

/** `name: quantity` lines by name. */
export function writeAmounts(w: Writer, level: number, amounts: Readonly<Amounts>): void {
  for (const name of Object.keys(amounts).sort()) w.field(level, name, quantityText(amounts[name]));
}

/** Limits and requests of a container or pod. */
export function writeResources(w: Writer, level: number, resources: JsonObject): void {
  for (const [title, name] of [
    ["Limits", "limits"],
    ["Requests", "requests"],
  ] as const) {
    const amounts = mapAt(resources, name);
    if (Object.keys(amounts).length > 0) w.write(level, `${title}:\n`);
    writeAmounts(w, level + 1, amounts);
  }
}

export function addAmounts(to: Amounts, added: Readonly<Amounts>): void {
  for (const [name, amount] of Object.entries(added)) {
    const known = to[name];
    to[name] =
      known === undefined ? amount : formatQuantity(addQuantities(parseQuantity(known), parseQuantity(amount)));
  }
}

function raiseAmounts(to: Amounts, other: Readonly<Amounts>): void {
  for (const [name, amount] of Object.entries(other)) {
    if (to[name] === undefined || compareQuantities(amount, to[name]) > 0) to[name] = amount;
  }
}

type AmountsOf = (container: JsonObject) => Amounts;

/** Source: k8s.io/kubectl pkg/util/resource/resource.go (`podRequests`) */
export function podRequests(pod: JsonObject): Amounts {
  const statuses = [...objectsAt(pod, "status.containerStatuses"), ...objectsAt(pod, "status.initContainerStatuses")];
  const total = sumOfContainers(pod, (container) => {
    const amounts = { ...mapAt(container, "resources.requests") };
    const status = statuses.find((one) => textAt(one, "name") === textAt(container, "name"));
    if (status && at(status, "resources") !== undefined) {
      raiseAmounts(amounts, mapAt(status, "resources.requests"));
      raiseAmounts(amounts, mapAt(status, "allocatedResources"));
    }
    return amounts;
  });
  addAmounts(total, mapAt(pod, "spec.overhead"));
  return total;
}

/** Source: k8s.io/kubectl pkg/util/resource/resource.go (`podLimits`) */
export function podLimits(pod: JsonObject): Amounts {
  const total = sumOfContainers(pod, (container) => mapAt(container, "resources.limits"));
  for (const [name, amount] of Object.entries(mapAt(pod, "spec.overhead"))) {
    if (total[name] !== undefined && compareQuantities(total[name], "0") !== 0) addAmounts(total, { [name]: amount });
  }
  return total;
}

/** All containers together, or the largest moment of the init containers if that is more. */
function sumOfContainers(pod: JsonObject, amountsOf: AmountsOf): Amounts {
  const total: Amounts = {};
  for (const container of objectsAt(pod, "spec.containers")) addAmounts(total, amountsOf(container));
  const sidecars: Amounts = {};
  const peak: Amounts = {};
  for (const container of objectsAt(pod, "spec.initContainers")) {
    const amounts = amountsOf(container);
    if (textAt(container, "restartPolicy") === "Always") {
      addAmounts(total, amounts);
      addAmounts(sidecars, amounts);
      raiseAmounts(peak, sidecars);
    } else {
      const moment = { ...amounts };
      addAmounts(moment, sidecars);
      raiseAmounts(peak, moment);
    }
  }
  raiseAmounts(total, peak);
  return total;
}

/** The value of a `resourceFieldRef`, rounded up in units of its divisor; empty for an unknown resource. */
export function resourceFieldText(reference: JsonObject, container: JsonObject): string {
  const [kind = "", resource = ""] = textAt(reference, "resource").split(/\.(.*)/s);
  const isKnown = /^(cpu|memory|ephemeral-storage|hugepages-.+)$/.test(resource);
  if ((kind !== "limits" && kind !== "requests") || !isKnown) return "";
  const amount = parseQuantity(mapAt(objectAt(container, "resources"), kind)[resource] ?? "0").nanos;
  const divisor = parseQuantity(textAt(reference, "divisor") || "0").nanos || 1_000_000_000n;
  return String((amount + divisor - 1n) / divisor);
}

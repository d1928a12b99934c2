/**
 * The pods of a node, and how much of the node they have reserved.
 * Source: k8s.io/kubectl pkg/describe/describe.go (`describeNodeResource`)
 */
import type { JsonObject } from "../../../lib/json.ts";
import { quantityMilliValue, quantityValue } from "../../../lib/quantity.ts";
import { mapAt, textAt } from "./fields.ts";
import { ageText } from "./metadata.ts";
import { type Amounts, addAmounts, podLimits, podRequests, quantityText } from "./quantities.ts";
import type { Writer } from "./writer.ts";

const STANDARD = ["cpu", "memory", "ephemeral-storage"];

export function writeNodeResources(w: Writer, node: JsonObject, pods: readonly JsonObject[], nowMs: number): void {
  const allocatable = mapAt(node, "status.allocatable");
  const total = Object.keys(allocatable).length > 0 ? allocatable : mapAt(node, "status.capacity");
  w.field(0, "Non-terminated Pods", `(${pods.length} in total)`);
  w.write(1, "Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge\n");
  w.write(1, "---------\t----\t\t------------\t----------\t---------------\t-------------\t---\n");
  const requests: Amounts = {};
  const limits: Amounts = {};
  for (const pod of pods) {
    const [requested, limited] = [podRequests(pod), podLimits(pod)];
    const cells = ["cpu", "memory"].flatMap((name) => [share(requested, total, name), share(limited, total, name)]);
    const age = ageText(textAt(pod, "metadata.creationTimestamp"), nowMs);
    const names = `${textAt(pod, "metadata.namespace")}\t${textAt(pod, "metadata.name")}`;
    w.write(1, `${names}\t\t${cells.join("\t")}\t${age}\n`);
    addAmounts(requests, requested);
    addAmounts(limits, limited);
  }
  w.write(0, "Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)\n");
  w.write(1, "Resource\tRequests\tLimits\n");
  w.write(1, "--------\t--------\t------\n");
  const names = Object.keys(total).sort();
  const hugePages = names.filter((name) => name.startsWith("hugepages-"));
  for (const name of [...STANDARD, ...hugePages]) {
    w.write(1, `${name}\t${share(requests, total, name)}\t${share(limits, total, name)}\n`);
  }
  const others = names.filter((name) => !STANDARD.includes(name) && !hugePages.includes(name) && name !== "pods");
  for (const name of others) w.write(1, `${name}\t${quantityText(requests[name])}\t${quantityText(limits[name])}\n`);
}

/** `100m (5%)` */
function share(amounts: Readonly<Amounts>, total: Readonly<Amounts>, name: string): string {
  const amountOf = name === "cpu" ? quantityMilliValue : quantityValue;
  const whole = amountOf(total[name] ?? "0");
  const percent = whole === 0 ? 0 : Math.trunc((amountOf(amounts[name] ?? "0") / whole) * 100);
  return `${quantityText(amounts[name])} (${percent}%)`;
}

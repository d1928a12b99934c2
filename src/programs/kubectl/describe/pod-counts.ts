/** The pods of a workload by phase. */
import type { JsonObject } from "../../../lib/json.ts";
import type { Steps } from "../core/session.ts";
import type { DescribeCall } from "./describer.ts";
import { textAt } from "./fields.ts";
import { controllerReference } from "./metadata.ts";

/** `1 Running / 0 Waiting / 0 Succeeded / 0 Failed`. Throws ServerError. */
export function* podCounts(call: DescribeCall, owner: JsonObject, selector: string): Steps<string> {
  const path = `/api/v1/namespaces/${textAt(owner, "metadata.namespace")}/pods`;
  const pods = yield* call.list(path, { labelSelector: selector });
  const uid = textAt(owner, "metadata.uid");
  const owned = pods.filter((pod) => textAt(controllerReference(pod) ?? {}, "uid") === uid);
  const count = (phase: string) => owned.filter((pod) => textAt(pod, "status.phase") === phase).length;
  const [running, waiting] = [count("Running"), count("Pending")];
  return `${running} Running / ${waiting} Waiting / ${count("Succeeded")} Succeeded / ${count("Failed")} Failed`;
}

/**
 * The requests and limits of a pod as a whole: containers, sidecars, init containers, pod-level resources and overhead.
 *
 * Kubernetes: staging/src/k8s.io/component-helpers/resource/helpers.go (PodRequests, PodLimits)
 */
import type { Container, Pod, PodSpec } from "../../schema/index.ts";
import { addLists, largerOf, type ResourceList } from "../quota/resource-list.ts";

export function podRequests(pod: Pod): ResourceList {
  return addLists(total(pod, "requests"), pod.spec.overhead ?? {});
}

export function podLimits(pod: Pod): ResourceList {
  const limits = total(pod, "limits");
  const overhead = Object.entries(pod.spec.overhead ?? {}).filter(([name]) => limits[name] !== undefined);
  return addLists(limits, Object.fromEntries(overhead));
}

function total({ spec }: Pod, what: "requests" | "limits"): ResourceList {
  return { ...containerTotal(spec, what), ...spec.resources?.[what] };
}

/** The largest total of requests or limits at any time of the pod's life. */
export function containerTotal(spec: PodSpec, what: "requests" | "limits"): ResourceList {
  const listOf = (container: Container): ResourceList => container.resources?.[what] ?? {};
  let running: ResourceList = {};
  for (const container of spec.containers ?? []) running = addLists(running, listOf(container));
  let sidecars: ResourceList = {};
  let starting: ResourceList = {};
  for (const container of spec.initContainers ?? []) {
    const beside = addLists(sidecars, listOf(container));
    starting = largerOf(starting, beside);
    if (container.restartPolicy === "Always") sidecars = beside;
  }
  return largerOf(addLists(running, sidecars), starting);
}

/**
 * The strategies of a Pod's subresources: binding, ephemeral containers, resize.
 *
 * Kubernetes: pkg/registry/core/pod/strategy.go (podEphemeralContainersStrategy, podResizeStrategy)
 *   pkg/registry/core/pod/storage/storage.go (BindingREST)
 */
import { equalJson } from "../../lib/json.ts";
import type { Container, Pod, PodSpec } from "../../schema/index.ts";
import type { FieldError, SubresourceStrategy } from "../kind.ts";
import { forbidden } from "../validation/field-errors.ts";
import { validatePod } from "./pod.validation.ts";
import { validateContainerOrder, validatePodResize } from "./pod-spec/pod-resources.validation.ts";

/** Sets the node. Binding does not raise the generation. */
const binding: SubresourceStrategy<Pod> = {
  prepare: (pod, old) => {
    const { conditions } = pod.status;
    pod.spec = { ...old.spec, nodeName: pod.spec.nodeName };
    pod.status = { ...old.status, ...(conditions && { conditions }) };
    // The nomination is obsolete once the pod is bound.
    delete pod.status.nominatedNodeName;
  },
};

/** Ephemeral containers may be added, never changed or taken away. */
const ephemeralcontainers: SubresourceStrategy<Pod> = {
  prepare: (pod, old) => {
    const { ephemeralContainers } = pod.spec;
    replaceSpec(pod, old, { ...old.spec, ...(ephemeralContainers && { ephemeralContainers }) });
  },
  validate: (pod, old) => {
    const present = new Map(pod.spec.ephemeralContainers?.map((container) => [container.name, container]));
    const errors: FieldError[] = [];
    for (const container of old.spec.ephemeralContainers ?? []) {
      const after = present.get(container.name);
      if (!after) {
        const detail = `existing ephemeral containers ${JSON.stringify(container.name)} may not be removed\n`;
        errors.push(forbidden("spec.ephemeralContainers", detail));
      } else if (!equalJson(after, container)) {
        const detail = `existing ephemeral containers ${JSON.stringify(container.name)} may not be changed\n`;
        errors.push(forbidden("spec.ephemeralContainers", detail));
      }
    }
    return errors.length > 0 ? errors : validatePod(pod);
  },
};

/** Resources of the pod and of its containers, while they run. Other changes are dropped. */
const resize: SubresourceStrategy<Pod> = {
  prepare: (pod, old) => {
    // Validation refuses containers in another order, so these stay as the client sent them.
    if (validateContainerOrder(pod.spec, old.spec).length > 0) return;
    const resized = (before: Container[], after: Container[] = []) =>
      before.map((container, i) => {
        const { resizePolicy, resources } = after[i] ?? container;
        return { ...container, ...(resources && { resources }), ...(resizePolicy && { resizePolicy }) };
      });
    const { initContainers, containers, resources: _, ...others } = old.spec;
    replaceSpec(pod, old, {
      ...others,
      ...(pod.spec.resources && { resources: pod.spec.resources }),
      ...(initContainers && { initContainers: resized(initContainers, pod.spec.initContainers) }),
      containers: resized(containers, pod.spec.containers),
    });
  },
  validate: (pod, old) => {
    const misplaced = validateContainerOrder(pod.spec, old.spec);
    return misplaced.length > 0 ? misplaced : [...validatePod(pod), ...validatePodResize(pod, old)];
  },
};

export const podSubresources = { binding, ephemeralcontainers, resize };

function replaceSpec(pod: Pod, old: Pod, spec: PodSpec): void {
  pod.spec = spec;
  pod.status = old.status;
  if (!equalJson(spec, old.spec)) pod.metadata.generation = (old.metadata.generation ?? 0) + 1;
}

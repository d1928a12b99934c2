/** Bindings by their own path, the older form of a pod's `binding` subresource. */
import type { Binding } from "../../schema/index.ts";
import type { KubernetesObject } from "../../schema/types.ts";
import { bindPod } from "../subresources/binding.ts";
import type { VirtualKind } from "./virtual-kind.ts";

export const binding: VirtualKind = {
  group: "",
  version: "v1",
  kind: "Binding",
  plural: "bindings",
  singular: "binding",
  namespaced: true,
  schema: "io.k8s.api.core.v1.Binding",
  verbs: ["create"],
  isRead: false,

  create(context, object) {
    const { namespace } = context.info;
    return bindPod(context, { namespace, name: object.metadata.name ?? "" }, object as KubernetesObject & Binding);
  },
};

/** The deprecated `kubectl get componentstatuses`: the control plane's components, which are always healthy here. */
import { columnsFor, nameColumn } from "../../kinds/printing/columns.ts";
import type { ComponentCondition, ComponentStatus } from "../../schema/index.ts";
import type { KubernetesObject } from "../../schema/types.ts";
import type { VirtualKind } from "./virtual-kind.ts";

type Component = KubernetesObject & ComponentStatus;

const COMPONENTS = ["scheduler", "controller-manager", "etcd-0"];

const column = columnsFor<Component>("core/componentstatuses");

function healthy(object: Component): ComponentCondition | undefined {
  return object.conditions?.find(({ type }) => type === "Healthy");
}

const columns = [
  nameColumn,
  column("Status", (object) => (healthy(object)?.status === "True" ? "Healthy" : "Unhealthy")),
  column("Message", (object) => healthy(object)?.message ?? ""),
  column("Error", (object) => healthy(object)?.error ?? ""),
] as NonNullable<VirtualKind["columns"]>;

export const componentStatus: VirtualKind = {
  group: "",
  version: "v1",
  kind: "ComponentStatus",
  plural: "componentstatuses",
  singular: "componentstatus",
  shortNames: ["cs"],
  namespaced: false,
  schema: "io.k8s.api.core.v1.ComponentStatus",
  verbs: ["get", "list"],
  deprecation: "v1 ComponentStatus is deprecated in v1.19+",
  columns,
  isRead: true,

  objects: () =>
    COMPONENTS.map((name) => ({
      kind: "ComponentStatus",
      apiVersion: "v1",
      metadata: { name },
      conditions: [{ type: "Healthy", status: "True", message: "ok" }],
    })),
};

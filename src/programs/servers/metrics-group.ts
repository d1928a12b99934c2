/**
 * The group that metrics-server serves: its resources and their schemas.
 * Kubernetes: staging/src/k8s.io/metrics/pkg/apis/metrics/v1beta1/types.go
 */
import type { JsonObject } from "../../lib/json.ts";
import { schemaReference } from "../../schema/index.ts";
import type { ApiGroup, ApiVersion } from "./api-group/resources.ts";

export const GROUP = "metrics.k8s.io";
export const VERSION = "v1beta1";

const PACKAGE = "io.k8s.metrics.pkg.apis.metrics.v1beta1";
const META = "io.k8s.apimachinery.pkg.apis.meta.v1";

const WINDOW: JsonObject = {
  timestamp: {
    description: "The end of the interval of the measurement.",
    allOf: [schemaReference(`${META}.Time`)],
  },
  window: { description: "The length of the interval.", allOf: [schemaReference(`${META}.Duration`)] },
};
const USAGE: JsonObject = {
  description: "The memory usage is the working set.",
  type: "object",
  additionalProperties: schemaReference("io.k8s.apimachinery.pkg.api.resource.Quantity"),
};

export const METRICS_VERSION: ApiVersion = {
  name: VERSION,
  package: PACKAGE,
  schemas: {
    [`${META}.Duration`]: { description: "Duration is a text such as 15s.", type: "string" },
    [`${PACKAGE}.ContainerMetrics`]: {
      description: "ContainerMetrics is the resource usage of a container.",
      type: "object",
      required: ["name", "usage"],
      properties: {
        name: { description: "The name of the container in the pod.", type: "string", default: "" },
        usage: USAGE,
      },
    },
    [`${PACKAGE}.NodeMetrics`]: {
      description: "NodeMetrics is the resource usage of a node.",
      required: ["timestamp", "window", "usage"],
      properties: { ...WINDOW, usage: USAGE },
    },
    [`${PACKAGE}.PodMetrics`]: {
      description: "PodMetrics is the resource usage of a pod.",
      required: ["timestamp", "window", "containers"],
      properties: {
        ...WINDOW,
        containers: {
          description: "The usage of all containers, in the same interval.",
          type: "array",
          items: { allOf: [schemaReference(`${PACKAGE}.ContainerMetrics`)], default: {} },
        },
      },
    },
  },
  resources: [
    { name: "nodes", singularName: "", namespaced: false, kind: "NodeMetrics", verbs: ["get", "list"] },
    { name: "pods", singularName: "", namespaced: true, kind: "PodMetrics", verbs: ["get", "list"] },
  ],
};

export const METRICS: ApiGroup = { name: GROUP, versions: [METRICS_VERSION] };

/**
 * Descriptions that the client's models lack: of fields that refer to another type, and of types that are no objects. A
 * field without an entry has the description of its type.
 */

const CONVENTIONS = "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md";
const COMPUTE_RESOURCES = "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/";
const PROBES = "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle#container-probes";

export const STANDARD_METADATA = `Standard object's metadata. More info: ${CONVENTIONS}#metadata`;
export const STANDARD_LIST_METADATA = `Standard list metadata. More info: ${CONVENTIONS}#types-kinds`;

export const TYPE_DESCRIPTIONS: Record<string, string> = {
  FieldsV1: "FieldsV1 stores a set of fields in a data structure like a Trie, in JSON format.",
  IntOrString: "IntOrString is a number, or a text such as a percentage.",
  JSON: "JSON represents any valid JSON value: bool, integer, float, string, list, object and null.",
  MicroTime: "MicroTime is a point in time with microseconds.",
  Patch: "Patch is provided to give a concrete name and type to the Kubernetes PATCH request body.",
  Quantity: "Quantity is a fixed-point number with a suffix, such as 500m, 1.5 or 2Gi.",
  RawExtension: "RawExtension is an object of any kind.",
  Time: "Time is a point in time to the second, in RFC 3339 form.",
};

const container = {
  lifecycle:
    "Actions that the management system should take in response to container lifecycle events. Cannot be updated.",
  livenessProbe: `Periodic probe of container liveness. Container will be restarted if the probe fails. Cannot be updated. More info: ${PROBES}`,
  readinessProbe: `Periodic probe of container service readiness. Container will be removed from service endpoints if the probe fails. Cannot be updated. More info: ${PROBES}`,
  resources: `Compute Resources required by this container. Cannot be updated. More info: ${COMPUTE_RESOURCES}`,
  securityContext: "SecurityContext defines the security options the container should be run with.",
  startupProbe:
    "StartupProbe tells when the program has started. No other probes run before it succeeds; if it fails, the container is restarted.",
};

function standard(kind: string): Record<string, string> {
  return {
    spec: `Specification of the desired behavior of the ${kind}. More info: ${CONVENTIONS}#spec-and-status`,
    status: `Most recently observed status of the ${kind}. This data may not be up to date. Populated by the system. Read-only. More info: ${CONVENTIONS}#spec-and-status`,
  };
}

export const FIELD_DESCRIPTIONS: Record<string, Record<string, string>> = {
  Container: container,
  CronJob: standard("cron job"),
  CronJobSpec: { jobTemplate: "Specifies the job that will be created when executing a CronJob." },
  DaemonSet: standard("daemon set"),
  DaemonSetSpec: {
    selector:
      "A label query over pods that are managed by the daemon set. It must match the labels of the pod template.",
    template: "The pod that will be created on every node that fits it.",
    updateStrategy: "How existing pods are replaced when the template changes.",
  },
  Deployment: {
    spec: "Specification of the desired behavior of the Deployment.",
    status: "Most recently observed status of the Deployment.",
  },
  DeploymentSpec: {
    selector: "Label selector for pods. It must match the pod template's labels, and cannot be changed.",
    strategy: "The deployment strategy to use to replace existing pods with new ones.",
    template: "Template describes the pods that will be created. Its restartPolicy can only be Always.",
  },
  EphemeralContainer: container,
  Job: standard("job"),
  JobSpec: {
    selector: "A label query over pods that should match the pod count. Normally, the system sets this field for you.",
    template: "Describes the pod that will be created when executing a job. Its restartPolicy is Never or OnFailure.",
  },
  Namespace: standard("namespace"),
  Node: standard("node"),
  PersistentVolumeClaim: standard("claim"),
  Pod: standard("pod"),
  PodSpec: {
    affinity: "If specified, the pod's scheduling constraints.",
    securityContext:
      "SecurityContext holds pod-level security attributes and common container settings. Defaults to empty.",
  },
  PodTemplateSpec: {
    metadata: STANDARD_METADATA,
    spec: `Specification of the desired behavior of the pod. More info: ${CONVENTIONS}#spec-and-status`,
  },
  ReplicaSet: standard("ReplicaSet"),
  ReplicaSetSpec: {
    selector: "A label query over pods that should match the replica count. It must match the template's labels.",
    template:
      "Template is the object that describes the pod that will be created if insufficient replicas are detected.",
  },
  Service: standard("service"),
  StatefulSet: standard("set"),
  StatefulSetSpec: {
    selector: "A label query over pods that should match the replica count. It must match the pod template's labels.",
    template: "The pod that will be created if insufficient replicas are detected. Each has its own name and volumes.",
    updateStrategy: "How pods are replaced when the template changes.",
  },
};

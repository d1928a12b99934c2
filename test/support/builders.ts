/** Builders for objects as users write them, with few fields. */
import type {
  ConfigMap,
  CronJob,
  DaemonSet,
  Deployment,
  Job,
  Namespace,
  Pod,
  PodTemplateSpec,
  ReplicaSet,
  Service,
  StatefulSet,
} from "../../src/schema/index.ts";

/** The metadata of every builder; name and namespace have defaults. */
interface Common {
  namespace?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

function metadata(name: string, { namespace = "default", labels, annotations }: Common) {
  return { name, namespace, ...(labels && { labels }), ...(annotations && { annotations }) };
}

export interface TemplateOptions {
  image?: string;
  labels: Record<string, string>;
  port?: { name: string; containerPort: number };
}

export function template({ image = "nginx:1", labels, port }: TemplateOptions): PodTemplateSpec {
  return {
    metadata: { labels },
    spec: { containers: [{ name: "c", image, ...(port && { ports: [{ protocol: "TCP", ...port }] }), resources: {} }] },
  } as PodTemplateSpec;
}

export interface DeploymentOptions extends Common {
  replicas?: number;
  image?: string;
  strategy?: Deployment["spec"]["strategy"];
  minReadySeconds?: number;
  revisionHistoryLimit?: number;
  progressDeadlineSeconds?: number;
  port?: { name: string; containerPort: number };
}

/** Selects and labels its pods `app=<name>`. */
export function deployment(name: string, options: DeploymentOptions = {}): Deployment {
  const { replicas, image, strategy, minReadySeconds, revisionHistoryLimit, progressDeadlineSeconds, port } = options;
  const labels = { app: name };
  return {
    kind: "Deployment",
    apiVersion: "apps/v1",
    metadata: metadata(name, { labels, ...options }),
    spec: {
      ...(replicas !== undefined && { replicas }),
      selector: { matchLabels: labels },
      template: template({ image, labels, port } as TemplateOptions),
      ...(strategy && { strategy }),
      ...(minReadySeconds !== undefined && { minReadySeconds }),
      ...(revisionHistoryLimit !== undefined && { revisionHistoryLimit }),
      ...(progressDeadlineSeconds !== undefined && { progressDeadlineSeconds }),
    },
    status: {},
  } as Deployment;
}

export function replicaSet(name: string, options: Common & { replicas?: number; image?: string } = {}): ReplicaSet {
  const labels = { app: name };
  return {
    kind: "ReplicaSet",
    apiVersion: "apps/v1",
    metadata: metadata(name, { labels, ...options }),
    spec: {
      replicas: options.replicas ?? 1,
      selector: { matchLabels: labels },
      template: template({ image: options.image, labels } as TemplateOptions),
    },
    status: { replicas: 0 },
  };
}

export interface StatefulSetOptions extends Common {
  replicas?: number;
  image?: string;
  podManagementPolicy?: string;
  updateStrategy?: StatefulSet["spec"]["updateStrategy"];
  /** A claim template of this name. */
  claim?: string;
  retention?: StatefulSet["spec"]["persistentVolumeClaimRetentionPolicy"];
}

/** Selects and labels its pods `app=<name>`. */
export function statefulSet(name: string, options: StatefulSetOptions = {}): StatefulSet {
  const { replicas, image, podManagementPolicy, updateStrategy, claim, retention } = options;
  const labels = { app: name };
  return {
    kind: "StatefulSet",
    apiVersion: "apps/v1",
    metadata: metadata(name, { labels, ...options }),
    spec: {
      serviceName: name,
      ...(replicas !== undefined && { replicas }),
      selector: { matchLabels: labels },
      template: template({ image, labels } as TemplateOptions),
      ...(podManagementPolicy && { podManagementPolicy }),
      ...(updateStrategy && { updateStrategy }),
      ...(retention && { persistentVolumeClaimRetentionPolicy: retention }),
      ...(claim && {
        volumeClaimTemplates: [
          {
            metadata: { name: claim },
            spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
          },
        ],
      }),
    },
    status: {},
  } as unknown as StatefulSet;
}

export interface DaemonSetOptions extends Common {
  image?: string;
  updateStrategy?: DaemonSet["spec"]["updateStrategy"];
  nodeSelector?: Record<string, string>;
}

/** Selects and labels its pods `app=<name>`. */
export function daemonSet(name: string, options: DaemonSetOptions = {}): DaemonSet {
  const { image, updateStrategy, nodeSelector } = options;
  const labels = { app: name };
  const made = template({ image, labels } as TemplateOptions);
  if (nodeSelector) made.spec.nodeSelector = nodeSelector;
  return {
    kind: "DaemonSet",
    apiVersion: "apps/v1",
    metadata: metadata(name, { labels, ...options }),
    spec: { selector: { matchLabels: labels }, template: made, ...(updateStrategy && { updateStrategy }) },
    status: {},
  } as unknown as DaemonSet;
}

/** Runs a shell script in a pod that is not restarted, unless the spec says otherwise. */
export function job(name: string, script: string, spec: Partial<Job["spec"]> & { restartPolicy?: string } = {}): Job {
  const { restartPolicy = "Never", ...rest } = spec;
  const container = { name: "c", image: "busybox", command: ["sh", "-c", script], resources: {} };
  return {
    kind: "Job",
    apiVersion: "batch/v1",
    metadata: { name, namespace: "default" },
    spec: { ...rest, template: { metadata: {}, spec: { restartPolicy, containers: [container] } } },
    status: {},
  } as unknown as Job;
}

/** Starts a Job with this script, every minute unless the spec says otherwise. */
export function cronJob(name: string, script: string, spec: Partial<CronJob["spec"]> = {}): CronJob {
  const { template } = job(name, script).spec;
  return {
    kind: "CronJob",
    apiVersion: "batch/v1",
    metadata: { name, namespace: "default" },
    spec: { schedule: "* * * * *", jobTemplate: { metadata: {}, spec: { template } }, ...spec },
    status: {},
  } as unknown as CronJob;
}

export function pod(name: string, options: Common & { image?: string; port?: TemplateOptions["port"] } = {}): Pod {
  const { spec } = template({ labels: {}, image: options.image, port: options.port } as TemplateOptions);
  return { kind: "Pod", apiVersion: "v1", metadata: metadata(name, options), spec, status: {} };
}

export interface ServiceOptions extends Common {
  selector?: Record<string, string>;
  ports?: Service["spec"]["ports"];
  headless?: boolean;
  publishNotReadyAddresses?: boolean;
}

/** Selects `app=<name>` and serves port 80. */
export function service(name: string, options: ServiceOptions = {}): Service {
  const { selector = { app: name }, ports = [{ port: 80, protocol: "TCP", targetPort: 80 }] } = options;
  return {
    kind: "Service",
    apiVersion: "v1",
    metadata: metadata(name, options),
    spec: {
      selector,
      ports,
      ...(options.headless && { clusterIP: "None" }),
      ...(options.publishNotReadyAddresses && { publishNotReadyAddresses: true }),
    },
    status: { loadBalancer: {} },
  };
}

export function configMap(name: string, options: Common & { data?: Record<string, string> } = {}): ConfigMap {
  return {
    kind: "ConfigMap",
    apiVersion: "v1",
    metadata: metadata(name, options),
    ...(options.data && { data: options.data }),
  };
}

export function namespace(name: string): Namespace {
  return {
    kind: "Namespace",
    apiVersion: "v1",
    metadata: { name },
    spec: {},
    status: {},
  };
}

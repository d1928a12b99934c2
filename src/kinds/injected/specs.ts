/** The faults that can be injected. Each acts in one place, which its comment names. */

/** One side of a partition. All fields that are given must match; at least one is given. */
export interface PartitionSide {
  namespace?: string;
  /** Labels that a pod must have. */
  podLabels?: Record<string, string>;
  /** Names of nodes: their pods, and the nodes themselves if neither namespace nor labels are given. */
  nodes?: string[];
}

/** Packets between the sides are dropped, in both directions. `network/injected.ts` */
export interface PartitionFault {
  kind: "partition";
  /** Two sides. */
  between: PartitionSide[];
}

/** Questions to cluster DNS get no answer. `network/injected.ts` */
export interface DnsFault {
  kind: "dns-down";
  /** Only questions of pods of this namespace. */
  namespace?: string;
  /** Only questions about this name and the names below it. */
  name?: string;
  /** Share of the questions, 0 to 1; 1 if absent. */
  rate?: number;
}

/** Requests to the pods of a Service take longer, or fail. `network/injected.ts` */
export interface SlowServiceFault {
  kind: "service-slow";
  namespace: string;
  service: string;
  /** 0 if absent. */
  latencyMs?: number;
  /** Share of the requests that fail, 0 to 1; 0 if absent. */
  errorRate?: number;
  /** The status of failed requests of HTTP; absent: the connection is reset. */
  status?: number;
}

/** Pulls take longer. `kubelet/starting.ts` */
export interface SlowRegistryFault {
  kind: "registry-slow";
  registry: string;
  delayMs: number;
}

/** The API server refuses requests. `apiserver/injected-errors.ts` */
export interface ApiErrorsFault {
  kind: "api-errors";
  /** Share of the requests, 0 to 1; 1 if absent. */
  rate?: number;
  status: 429 | 500 | 503;
}

/** A server shows an expired certificate to clients that verify it. `network/injected.ts` */
export interface CertificateFault {
  kind: "certificate-expired";
  /** Absent: the API server's, for programs in pods. */
  service?: { namespace: string; name: string };
}

/** A container is killed once. `control-plane/injected/containers.ts` */
export interface ContainerFault {
  kind: "container-killed" | "out-of-memory";
  namespace: string;
  pod: string;
  /** Absent: the first container. */
  container?: string;
}

/** The disk of a claim is full, or gone from its node. `kubelet/mounts/persistent-volume.ts` */
export interface VolumeFault {
  kind: "volume-full" | "volume-detached";
  namespace: string;
  claim: string;
}

/** Targets of requests from outside of the cluster. Each kind of target is one file of this folder. */
import type { Transaction } from "../../cluster/transaction.ts";

/** Where the client connects. */
export interface Connection {
  /** IPv4. */
  address: string;
  port: number;
  /** The node at which the packets arrive; absent: a load balancer chooses one. */
  nodeName?: string;
  /** The value of the header `host` where the client sets none; absent: the address. */
  host?: string;
  /** A server stands in front of the pods, such as an Ingress controller. The answering pod is the one that it asks. */
  isProxied?: boolean;
}

export type Found =
  | ({ type: "connection" } & Connection)
  /** The request names something that the cluster does not have. `field` is a path below the target. */
  | { type: "invalid"; field?: string; message: string }
  /** As a client sees it: no name of DNS leads there, or there is no address yet. */
  | { type: "unreachable"; why: "unknownName" | "noAddress"; message: string };

/** Finds where a client connects to. `scheme` decides about default ports. */
export type Finder<T> = (tx: Transaction, target: T, scheme: "http" | "https") => Found;

export const DEFAULT_PORTS = { http: 80, https: 443 } as const;

/** Where a connection comes from, and its protocol. */
import type { Pod } from "../schema/index.ts";

export type Protocol = "tcp" | "udp" | "sctp" | "icmp";

export interface Source {
  address: string;
  /** The pod that connects; absent for nodes and for clients outside of the cluster. Network policies see it. */
  pod?: Pod;
  /** The node on which the client runs, or at which outside traffic arrives. */
  nodeName?: string;
  /** A client outside of the cluster. */
  isOutside?: boolean;
}

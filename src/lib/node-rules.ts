/** The packet filter of a node, as kube-proxy writes it: tables of chains of rules. JSON. */

export interface NodeRules {
  nat: readonly Chain[];
  filter: readonly Chain[];
}

export interface Chain {
  name: string;
  /** Of a chain that the kernel has: packets that no rule decides about pass. */
  policy?: "ACCEPT";
  rules: readonly PacketRule[];
}

/** A rule without a field matches every packet in this respect. */
export interface PacketRule {
  target: string;
  protocol?: "tcp" | "udp" | "sctp";
  source?: string;
  isSourceNegated?: boolean;
  destination?: string;
  comment?: string;
  /** The destination's port. */
  port?: number;
  /** Other matches, as `iptables -S` and as `iptables -L` print them. */
  matches?: readonly RuleText[];
  /** Arguments of the target. */
  action?: RuleText;
}

export interface RuleText {
  saved: string;
  listed: string;
}

/** The protocol by which programs of a node read its packet filter. The answer is null in the network of a pod. */
export const NODE_RULES = "node-rules";

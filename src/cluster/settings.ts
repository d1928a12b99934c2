/** The settings of a cluster, given at its creation. Stored as JSON in its row; unknown fields are kept. */
export interface NodeSettings {
  name?: string;
  labels?: Record<string, string>;
  taints?: { key: string; value?: string; effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute" }[];
  /** Resource name → quantity; replaces the default capacity of the same name. */
  capacity?: Record<string, string>;
}

export interface ClusterSettings {
  /** Default: three nodes, `node-1` to `node-3`. */
  nodes: NodeSettings[];
  latency: "realistic" | "instant";
  /** `run`: unknown images run. `fail`: images with a plain name that the catalogue lacks fail to pull. */
  unknownImages: "run" | "fail";
  /** `assigned`: Services of the type LoadBalancer get an address, as in a cloud. Absent: they stay pending. */
  loadBalancers?: "assigned" | "pending";
  /** `mirror`: package managers install the programs that exist here. Absent: they answer as without a network. */
  packages?: "offline" | "mirror";
  /** PEM of the certificate authority of the API's certificate; the content of kube-root-ca.crt. */
  caCertificate: string;
}

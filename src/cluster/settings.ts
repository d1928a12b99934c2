/** What a cluster was created with. Stored as JSON in its row; unknown fields are kept. */
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
  /** `run`: an image the catalogue does not know runs anyway. `fail`: a plain unknown name fails to pull. */
  unknownImages: "run" | "fail";
  /** PEM of the certificate authority that clients verify the API by; what kube-root-ca.crt holds. */
  caCertificate: string;
}

/** An authenticated user of the cluster, in the terms of Kubernetes' UserInfo. */
export interface User {
  name: string;
  groups: readonly string[];
  uid?: string;
  extra?: Readonly<Record<string, readonly string[]>>;
}

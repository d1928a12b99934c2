import { stringify } from "yaml";

export interface KubeconfigOptions {
  /** Names the context. */
  clusterName: string;
  user: string;
  /** `https://…/clusters/<id>`. */
  server: string;
  /** PEM; absent where the server's certificate is publicly trusted. */
  caCertificate: string | null;
  token: string;
}

/** A complete kubeconfig as YAML, with one context that is the current one. */
export function kubeconfig({ clusterName, user, server, caCertificate, token }: KubeconfigOptions): string {
  const context = `${user}@${clusterName}`;
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name: clusterName,
        cluster: { server, ...(caCertificate && { "certificate-authority-data": btoa(caCertificate) }) },
      },
    ],
    users: [{ name: user, user: { token } }],
    contexts: [{ name: context, context: { cluster: clusterName, user } }],
    "current-context": context,
  });
}

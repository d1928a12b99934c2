/** A server of the API in a pod, behind a Service and with a certificate of its own. */
import { serverCertificate } from "../support/server-certificate.ts";
import type { ConformanceCluster, Json } from "./cluster.ts";
import { named, service } from "./objects.ts";

export interface ServerInPod {
  /** Base64 of the authority, as `caBundle`. */
  caBundle: string;
  service: (path: string) => Json;
}

/** Deploys `containers`, which see the certificate in /certs, as a Service with port 8443. */
export async function deployServer(
  cluster: ConformanceCluster,
  name: string,
  containers: readonly Json[],
  port: number,
): Promise<ServerInPod> {
  const { namespace } = cluster;
  const dnsNames = [`${name}.${namespace}.svc`];
  const { authority, certificate, key } = serverCertificate(namespace, { dnsNames }, cluster.nowMs);
  await cluster.create({
    ...{ apiVersion: "v1", kind: "Secret", metadata: { name: `${name}-certs` } },
    data: { "tls.crt": btoa(certificate), "tls.key": btoa(key) },
  });
  const labels = { app: name };
  const mounted = containers.map((container: Json) => ({
    volumeMounts: [{ name: "certs", mountPath: "/certs", readOnly: true }],
    ...container,
  }));
  const volumes = [{ name: "certs", secret: { secretName: `${name}-certs` } }];
  const deployment = named("apps/v1", "Deployment", {
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: mounted, volumes } },
    },
  })(name);
  await cluster.create(deployment);
  await cluster.create(service(name, labels, [{ protocol: "TCP", port: 8443, targetPort: port }]));
  await cluster.eventually(async () => (await cluster.get(deployment)).status.readyReplicas === 1);
  await cluster.eventually(async () => (await cluster.get(named("v1", "Endpoints")(name))).subsets?.length > 0);
  return {
    caBundle: btoa(authority),
    service: (path) => ({ namespace, name, port: 8443, ...(path !== "" && { path }) }),
  };
}

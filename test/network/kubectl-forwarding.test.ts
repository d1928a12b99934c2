/** `kubectl proxy` and `kubectl port-forward` in a container: other processes of its pod use their ports. */
import { describe, expect, it } from "vitest";
import { serviceKind } from "../../src/kinds/core/service.ts";
import { allow, asAdministrator, type Cluster, logOf, newCluster, run, start } from "./kubectl-pods.ts";

function withWeb(cluster: Cluster): Cluster {
  const ports = [{ name: "http", containerPort: 80, protocol: "TCP" as const }];
  start(cluster, "web", { image: "nginx", ports });
  start(cluster, "db", { image: "redis" });
  cluster.create(serviceKind, {
    metadata: { name: "web", namespace: "default" },
    spec: { selector: { app: "web" }, ports: [{ port: 8080, targetPort: "http" }] },
  } as never);
  return cluster;
}

describe("kubectl proxy in a pod", () => {
  it("serves the API without credentials, and costs nothing while it is idle", () => {
    const cluster = withWeb(asAdministrator(newCluster()));
    const script = `kubectl proxy & sleep 1; curl -s localhost:8001/api/v1/namespaces/default/pods/web | grep -c '"name": "web"'
      curl -s localhost:8001/version | grep gitVersion; curl -s -o /dev/null -w '%{http_code}\\n' localhost:8001/nope`;
    const log = run(cluster, script);
    expect(log).toMatch(/^Starting to serve on 127\.0\.0\.1:8001\n1\n +"gitVersion": "v1\.\d+\.\d+",\n404\n$/);
    expect(cluster.nextDueAtMs ?? Number.POSITIVE_INFINITY).toBeGreaterThan(cluster.nowMs + 5_000);
  });

  it("filters paths and hosts, strips a prefix and serves files", () => {
    const script = `mkdir /tmp/www; echo hello > /tmp/www/a.txt
      kubectl proxy --port=9000 --api-prefix=/k8s/ --www=/tmp/www --reject-paths=secrets & sleep 1
      curl -s localhost:9000/static/a.txt; curl -s localhost:9000/k8s/api/v1/secrets; curl -s localhost:9000/api
      curl -s -H 'Host: evil.example' localhost:9000/k8s/version; curl -s localhost:9000/k8s/healthz; echo
      kubectl proxy --port=9000; echo $?`;
    expect(run(withWeb(asAdministrator(newCluster())), script)).toBe(
      "Starting to serve on 127.0.0.1:9000\nhello\nForbidden\n404 page not found\nForbidden\nok\n" +
        "error: listen tcp 127.0.0.1:9000: bind: address already in use\n1\n",
    );
  });

  it("is not reached from other pods", () => {
    const cluster = withWeb(asAdministrator(newCluster()));
    start(cluster, "other", {
      image: "bitnami/kubectl",
      command: ["sh", "-c", "kubectl proxy --port=8001 & sleep 100000"],
    });
    const script = "curl -s $(kubectl get pod other -o jsonpath={.status.podIP}):8001/api; echo $?";
    expect(run(cluster, script)).toBe("7\n");
  });
});

describe("kubectl port-forward in a pod", () => {
  it("leads to a pod, by HTTP and by other protocols", () => {
    const script = `kubectl port-forward pod/web 8080:http & kubectl port-forward db 6379 & sleep 1
      curl -s localhost:8080 | grep title; printf 'PING\\r\\n' | nc -w 1 localhost 6379`;
    const log = run(withWeb(asAdministrator(newCluster())), script);
    expect(log).toContain("Forwarding from 127.0.0.1:8080 -> 80\nForwarding from [::1]:8080 -> 80\n");
    expect(log).toContain("Handling connection for 8080\n");
    expect(log).toContain("<title>Welcome to nginx!</title>\n");
    expect(log).toContain("Handling connection for 6379\n");
    expect(log).toContain("+PONG");
  });

  it("names missing ports, a taken port and a missing right", () => {
    const cluster = withWeb(asAdministrator(newCluster()));
    const script = `kubectl port-forward pod/web 1:nope; kubectl port-forward pod/none 80; kubectl port-forward web
      kubectl port-forward web 8080:80 >/dev/null & sleep 1; kubectl port-forward web 8080:80 2>&1 | tail -1`;
    expect(run(cluster, script)).toBe(
      "error: Pod 'web' does not have a named port 'nope'\n" +
        'Error from server (NotFound): pods "none" not found\n' +
        "error: TYPE/NAME and list of ports are required for port-forward\n" +
        "See 'kubectl port-forward -h' for help and examples\n" +
        "error: unable to listen on any of the requested ports: [{8080 80}]\n",
    );
    const limited = withWeb(allow(newCluster(), [{ resources: ["pods"], verbs: ["get"] }]));
    expect(run(limited, "kubectl port-forward web 8080:80; echo $?")).toMatch(
      /^Error from server \(Forbidden\): .*cannot create resource "pods\/portforward".*\n1\n$/,
    );
    expect(logOf(limited)).not.toContain("Forwarding");
  });
});

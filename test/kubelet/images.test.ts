/** Images of the catalogue in a simulated cluster: what runs, what ends, what is refused. */
import { describe, expect, it } from "vitest";
import { podKind } from "../../src/kinds/core/pod.ts";
import { secretKind } from "../../src/kinds/core/secret.ts";
import { clusterWith, containerOf, podWith } from "./clusters.ts";

type Spec = Parameters<typeof podWith>[1];

function run(spec: Spec, pod: Parameters<typeof podWith>[2] = {}, ms = 120_000) {
  const cluster = clusterWith({ unknownImages: "fail" }, podWith("p", spec, pod));
  cluster.advance(ms);
  return cluster;
}

function stateOf(cluster: ReturnType<typeof clusterWith>): string {
  const { state, lastState } = containerOf(cluster);
  if (state.running) return "Running";
  const { exitCode, reason } = state.terminated ?? lastState.terminated ?? {};
  return exitCode === undefined ? (state.waiting?.reason ?? "") : `${reason} ${exitCode}`;
}

describe("images in pods", () => {
  it.each([
    "nginx:1.27",
    "httpd:2.4",
    "redis:7",
    "registry.k8s.io/pause:3.10",
    "registry.k8s.io/e2e-test-images/agnhost:2.53",
    "traefik/whoami",
    "gcr.io/google-samples/hello-app:1.0",
    "registry.k8s.io/hpa-example",
    "grafana/grafana",
    "prom/prometheus",
    "wordpress:php8.2-apache",
    "fluentd:v1.14",
    "tomcat:9",
    "kicbase/echo-server:1.0",
    "registry.example.com/team/app",
  ])("%s goes on running", (image) => {
    expect(stateOf(run({ image }))).toBe("Running");
  });

  it.each([
    ["busybox", "Completed 0"],
    ["ubuntu", "Completed 0"],
    ["python:3.12", "Completed 0"],
    ["node:20", "Completed 0"],
    ["alpine", "Completed 0"],
    ["hello-world", "Completed 0"],
    ["mysql:8", "Error 1"],
    ["mariadb", "Error 1"],
    ["postgres:16", "Error 1"],
    ["nginx:1.91", "ImagePullBackOff"],
    ["myrepo/doesnotexist", "ImagePullBackOff"],
  ])("%s without anything else: %s", (image, expected) => {
    expect(stateOf(run({ image }))).toBe(expected);
  });

  it.each([
    [{ image: "quay.io/any/tools", args: ["sh", "-c", "exit 3"] }, "Error 3"],
    [{ image: "gcr.io/google-containers/busybox", args: ["sh", "-c", "exit 3"] }, "Error 3"],
    [{ image: "nginx", securityContext: { readOnlyRootFilesystem: true } }, "Error 1"],
    [{ image: "postgres:16", env: [{ name: "POSTGRES_PASSWORD", value: "x" }] }, "Running"],
    [{ image: "mysql:8", env: [{ name: "MYSQL_ROOT_PASSWORD", value: "x" }] }, "Running"],
    [{ image: "mariadb", env: [{ name: "MARIADB_ROOT_PASSWORD", value: "x" }] }, "Running"],
  ] as const)("%j: %s", (spec, expected) => {
    expect(stateOf(run(spec as unknown as Spec))).toBe(expected);
  });

  it.each([
    ["http://127.0.0.1:80", true],
    ["http://127.0.0.1:9", false],
    ["http://127.0.0.1:8081", false],
  ])("nginx that passes requests on to %s is ready: %s", (target, expected) => {
    const site = `server { listen 8081; location / { proxy_pass ${target}; } }`;
    const command = ["sh", "-c", `echo '${site}' > /etc/nginx/conf.d/x.conf; exec nginx -g 'daemon off;'`];
    const cluster = run({ image: "nginx", command, readinessProbe: { httpGet: { port: 8081, path: "/" } } });
    expect(stateOf(cluster)).toBe("Running");
    expect(containerOf(cluster).ready).toBe(expected);
  });

  it.each([
    ["postgres:16", "POSTGRES_PASSWORD", ["psql", "-U", "postgres", "-c", "SELECT 1"]],
    ["mysql:8", "MYSQL_ROOT_PASSWORD", ["mysql", "-uroot", "-px", "-e", "SELECT 1"]],
    ["redis:7", "X", ["redis-cli", "ping"]],
  ])("a client in the pod of %s reaches it", (image, name, command) => {
    const env = [{ name, value: "x" }];
    expect(containerOf(run({ image, env, readinessProbe: { exec: { command } } })).ready).toBe(true);
  });

  it("a private image is pulled with the credentials of its registry only", () => {
    const image = "registry.example.com/private/app:1";
    expect(stateOf(run({ image }))).toBe("ImagePullBackOff");
    const auths = { "https://registry.example.com": { auth: "eDp5" } };
    const data = { ".dockerconfigjson": btoa(JSON.stringify({ auths })) };
    const cluster = clusterWith({ unknownImages: "fail" });
    const metadata = { namespace: "default", name: "login" };
    cluster.create(secretKind, {
      apiVersion: "v1",
      kind: "Secret",
      metadata,
      type: "kubernetes.io/dockerconfigjson",
      data,
    });
    cluster.create(podKind, podWith("p", { image }, { imagePullSecrets: [{ name: "login" }] }));
    cluster.advance(60_000);
    expect(stateOf(cluster)).toBe("Running");
  });
});

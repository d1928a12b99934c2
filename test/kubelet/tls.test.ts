/** Certificates that openssl makes in one container, and the servers and clients that use them. */
import { describe, expect, it } from "vitest";
import { podKind } from "../../src/kinds/core/pod.ts";
import { containerAccess } from "../../src/kubelet/access.ts";
import type { Container } from "../../src/schema/index.ts";
import type { TestCluster } from "../support/cluster.ts";
import { clusterWith, podWith } from "./clusters.ts";

const SECOND = 1000;
const volumeMounts = [{ name: "tls", mountPath: "/tls" }];

const MAKE = [
  "set -e",
  "cd /tls",
  "openssl genrsa -out ca.key 2048",
  "openssl req -x509 -new -nodes -key ca.key -subj /CN=my-ca -days 365 -out ca.crt",
  'openssl req -newkey rsa:2048 -nodes -keyout tls.key -subj /CN=web -out web.csr -addext "subjectAltName=DNS:localhost,DNS:web"',
  "openssl x509 -req -in web.csr -CA ca.crt -CAkey ca.key -CAcreateserial -copy_extensions copy -days 30 -out tls.crt",
  "printf 'server {\\n listen 443 ssl;\\n ssl_certificate /tls/tls.crt;\\n ssl_certificate_key /tls/%s;\\n location / { return 200 \"secret\\\\n\"; }\\n}\\n' $KEY > nginx.conf",
].join("\n");

function withServer(key: string, script: string): TestCluster {
  const init = {
    ...{ name: "keys", image: "python:3.12", command: ["sh", "-c", MAKE], volumeMounts },
    env: [{ name: "KEY", value: key }],
  } as unknown as Container;
  const nginx = {
    ...{ name: "web", image: "nginx:1.27" },
    volumeMounts: [
      { name: "tls", mountPath: "/tls" },
      { name: "tls", mountPath: "/etc/nginx/conf.d/default.conf", subPath: "nginx.conf" },
    ],
  } as unknown as Container;
  const client = {
    name: "c",
    image: "nginx:1.27",
    command: ["sh", "-c", `sleep 5; ${script}; sleep 1d`],
    volumeMounts,
  } as unknown as Container;
  const cluster = clusterWith(
    {},
    podWith("p", {}, { containers: [client, nginx], initContainers: [init], volumes: [{ name: "tls", emptyDir: {} }] }),
  );
  cluster.advance(60 * SECOND);
  return cluster;
}

function logOf(cluster: TestCluster, container: string): string {
  const target = { pod: cluster.get(podKind, "p")!, container };
  return cluster.write((tx) => containerAccess.readLog(tx, target, { previous: false, timestamps: false })).text;
}

describe("nginx with a certificate of openssl", () => {
  it.each<[string, string]>([
    ["curl -s --cacert /tls/ca.crt https://localhost", "secret\n"],
    ["curl -sk https://localhost", "secret\n"],
    [
      "curl -sS https://localhost; echo $?",
      "curl: (60) SSL certificate problem: unable to get local issuer certificate\n",
    ],
    [
      "curl -sS --cacert /tls/ca.crt https://127.0.0.1; echo $?",
      "curl: (60) SSL: no alternative certificate subject name matches target ipv4 address '127.0.0.1'\n",
    ],
    [
      "curl -s http://localhost:443 | grep -o '<center>The.*</center>'",
      "<center>The plain HTTP request was sent to HTTPS port</center>\n",
    ],
  ])("%s", (script, output) => {
    expect(logOf(withServer("tls.key", script), "c").slice(0, output.length)).toBe(output);
  });

  it("shows it to s_client", () => {
    const script =
      "openssl s_client -connect localhost:443 -CAfile /tls/ca.crt </dev/null 2>/dev/null | grep -E '^(subject|issuer| 0 s|Verify return)'; echo | openssl s_client -connect localhost:443 2>/dev/null | openssl x509 -noout -subject";
    expect(logOf(withServer("tls.key", script), "c")).toBe(
      [
        " 0 s:CN = web",
        "subject=CN = web",
        "issuer=CN = my-ca",
        "Verify return code: 0 (ok)",
        "subject=CN = web",
        "",
      ].join("\n"),
    );
  });

  it.each<[string, string]>([
    [
      "missing.key",
      'cannot load certificate key "/tls/missing.key": BIO_new_file() failed (SSL: error:80000002:system library::No such file or directory:calling fopen(/tls/missing.key, r) error:10000080:BIO routines::no such file)',
    ],
    [
      "ca.key",
      'SSL_CTX_use_PrivateKey("/tls/ca.key") failed (SSL: error:05800074:x509 certificate routines::key values mismatch)',
    ],
  ])("does not start with the key %s", (key, problem) => {
    const cluster = withServer(key, "true");
    expect(logOf(cluster, "web")).toContain(`[emerg] 1#1: ${problem}\n`);
    const web = cluster.get(podKind, "p")!.status.containerStatuses!.find(({ name }) => name === "web")!;
    expect(web.lastState.terminated?.exitCode).toBe(1);
  });
});

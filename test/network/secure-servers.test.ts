/** Scripts that serve HTTPS with a certificate of their own, and clients that verify it. */
import { describe, expect, it } from "vitest";
import { configMapKind } from "../../src/kinds/core/config-map.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { serviceKind } from "../../src/kinds/core/service.ts";
import { containerAccess } from "../../src/kubelet/access.ts";
import { ecdsaKeyPair, issueCertificate } from "../../src/lib/signing/issue.ts";
import { privateKeyFrom } from "../../src/lib/signing/p256.ts";
import { clusterWith, podWith } from "../kubelet/clusters.ts";
import { START_MS } from "../support/cluster.ts";

const { publicKey, signer, pem } = ecdsaKeyPair(privateKeyFrom(new Uint8Array(32).fill(7)));
const CERTIFICATE = issueCertificate({
  names: { commonName: "web", dnsNames: ["web", "web.default.svc"] },
  ...{ publicKey, signer, isAuthority: true, usages: ["digital signature", "server auth"] },
  ...{ notBeforeMs: START_MS - 1_000, notAfterMs: START_MS + 86_400_000, serial: new Uint8Array([1, 2, 3, 4]) },
});

const PYTHON = `
import ssl, json
from http.server import BaseHTTPRequestHandler, HTTPServer
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"secure python\\n")
server = HTTPServer(("", 8443), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("/certs/tls.crt", "/certs/tls.key")
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()`;
const NODE = `
const { readFileSync } = require("fs");
const options = { key: readFileSync("/certs/tls.key"), cert: readFileSync("/certs/tls.crt") };
require("https").createServer(options, (request, response) => response.end("secure " + request.socket.encrypted + "\\n")).listen(8443);`;
const PLAIN = `require("http").createServer((request, response) => response.end("plain\\n")).listen(8443);`;

const CERTS = { volumeMounts: [{ name: "certs", mountPath: "/certs" }] };
const VOLUMES = { volumes: [{ name: "certs", configMap: { name: "certs" } }] };

function answersOf(image: string, command: string[], script: string, client = "curlimages/curl"): string {
  const cluster = clusterWith({ latency: "instant" });
  cluster.advance(1_000);
  const data = { "tls.crt": CERTIFICATE, "tls.key": pem };
  cluster.create(configMapKind, { metadata: { name: "certs", namespace: "default" }, data } as never);
  const web = podWith("web", { image, command, ...CERTS } as never, VOLUMES as never);
  web.metadata.labels = { app: "web" };
  cluster.create(podKind, web);
  const spec = { selector: { app: "web" }, ports: [{ port: 443, targetPort: 8443 }] };
  cluster.create(serviceKind, { metadata: { name: "web", namespace: "default" }, spec } as never);
  cluster.advance(10_000);
  const asker = { image: client, command: ["sh", "-c", script], ...CERTS };
  cluster.create(podKind, podWith("p", asker as never, { restartPolicy: "Never", ...VOLUMES } as never));
  cluster.advance(30_000);
  const pod = cluster.get(podKind, "p")!;
  return cluster.write(
    (tx) => containerAccess.readLog(tx, { pod, container: "c" }, { previous: false, timestamps: false }).text,
  );
}

const CURLS = `curl -s --cacert /certs/tls.crt https://web; curl -s https://web; echo $?
  curl -sk https://web/; curl -s --cacert /certs/tls.crt https://web.default.svc.cluster.local; echo $?
  curl -s http://web:443; echo $?`;

describe("HTTPS in scripts", () => {
  it("Node.js: https.createServer", () => {
    const answers = "secure true\n60\nsecure true\n60\n56\n";
    expect(answersOf("node:22-alpine", ["node", "-e", NODE], CURLS)).toBe(answers);
  });

  it("Node.js: a plain server gets no HTTPS request", () => {
    expect(answersOf("node:22-alpine", ["node", "-e", PLAIN], "curl -sk https://web; echo $?")).toBe("56\n");
  });

  it("Python: http.server with an ssl context", () => {
    const answers = "secure python\n60\nsecure python\n60\n56\n";
    expect(answersOf("python:3.12", ["python3", "-c", PYTHON], CURLS)).toBe(answers);
  });

  it("Python: urllib verifies the server", () => {
    const script = `python3 - <<'END'
import ssl, urllib.request
def get(context=None):
    try:
        print(urllib.request.urlopen("https://web/", context=context).read().decode(), end="")
    except urllib.error.URLError as error:
        print(error)
get()
get(ssl.create_default_context(cafile="/certs/tls.crt"))
get(ssl._create_unverified_context())
END`;
    expect(answersOf("python:3.12", ["python3", "-c", PYTHON], script, "python:3.12")).toBe(
      "<urlopen error [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate in certificate chain (_ssl.c:1010)>\nsecure python\nsecure python\n",
    );
  });
});

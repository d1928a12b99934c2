/**
 * sealed-secrets: the controller makes the key pair that secrets are sealed for, and serves its certificate. It opens no
 * SealedSecret, because its keys are ECDSA and kubeseal seals for RSA.
 * Source: github.com/bitnami-labs/sealed-secrets pkg/controller (keys.go, server.go, controller.go)
 */
import type { JsonObject } from "../../lib/json.ts";
import { formatTime } from "../../lib/time.ts";
import type { ProcessView } from "../../shell/program.ts";
import { objectIn, objectsIn } from "../kubectl/core/parts.ts";
import type { Steps } from "../kubectl/core/session.ts";
import { splitPath, text } from "../servers/http.ts";
import { isoTime } from "../servers/log.ts";
import { flagOf } from "../servers/server.ts";
import { type Api, controllerProgram } from "./controller-program.ts";
import { recordEvent } from "./events.ts";
import { create, list, metadataOf, nameOf, namespaceOf, replace, secretText } from "./objects.ts";
import { serverKeys } from "./server-certificates.ts";

const LABEL = "sealedsecrets.bitnami.com/sealed-secrets-key";
const GROUP = "bitnami.com/v1alpha1";

const line = (process: ProcessView, level: string, message: string) =>
  `time=${isoTime(process.nowMs)} level=${level.toUpperCase()} msg=${JSON.stringify(message)}`;

export const sealedSecrets = controllerProgram({
  agent: "controller",
  line,
  resources: ["bitnami.com/sealedsecrets", "core/secrets"],
  server: {
    ports: ({ host }) => [...new Set([8080, 8081, ...(host.declaredPorts ?? [])])],
    startMs: 800,
    banner: (process) => [line(process, "info", "Starting sealed-secrets controller")],
    ready: (process) => [line(process, "info", "HTTP server serving")],
    stop: { ms: 50 },
    memoryBytes: () => 30_000_000,
    http({ state }, request) {
      const { path } = splitPath(request.path);
      if (path === "/healthz") return text(200, "ok\n");
      if (path === "/v1/cert.pem") return text(200, String(state["certificate"] ?? ""));
      return text(404, "404 page not found\n");
    },
  },
  *reconcile(api) {
    yield* keepKey(api);
    for (const item of yield* list(api.client, `/apis/${GROUP}/sealedsecrets`)) {
      yield* refuse(api, { ...item, apiVersion: GROUP, kind: "SealedSecret" });
    }
    return undefined;
  },
});

function* keepKey({ client, process, namespace, log }: Api): Steps<void> {
  const path = `/api/v1/namespaces/${namespace}/secrets`;
  const stored = (yield* list(client, path)).find(
    (secret) => objectIn(metadataOf(secret)["labels"])[LABEL] === "active" && secretText(secret, "tls.crt"),
  );
  if (stored) {
    process.state["certificate"] = secretText(stored, "tls.crt") ?? "";
    return;
  }
  const { certificate, key } = serverKeys(process, { authority: {}, server: {} });
  const generateName = flagOf(process.argv, "key-prefix") ?? "sealed-secrets-key";
  const made = yield* create(client, path, {
    ...{ apiVersion: "v1", kind: "Secret", type: "kubernetes.io/tls" },
    metadata: { generateName, namespace, labels: { [LABEL]: "active" } },
    data: { "tls.crt": btoa(certificate), "tls.key": btoa(key) },
  });
  process.state["certificate"] = certificate;
  log("info", `New key written namespace=${namespace} name=${nameOf(made)}`);
}

/** The status of a secret that no key opens. */
function* refuse(api: Api, sealed: JsonObject): Steps<void> {
  const message = `no key could decrypt secret (${Object.keys(objectIn(objectIn(sealed["spec"])["encryptedData"])).join(", ")})`;
  const { conditions } = objectIn(sealed["status"]);
  if (objectsIn(conditions).some((each) => each["message"] === message)) return;
  const at = formatTime(api.nowMs);
  const condition = { type: "Synced", status: "False", message, lastUpdateTime: at, lastTransitionTime: at };
  const status = { conditions: [condition], observedGeneration: metadataOf(sealed)["generation"] ?? 1 };
  const path = `/apis/${GROUP}/namespaces/${namespaceOf(sealed)}/sealedsecrets/${nameOf(sealed)}/status`;
  yield* replace(api.client, path, { ...sealed, status });
  const reason = "ErrUnsealFailed";
  const text = { reason, message: `Failed to unseal: ${message}`, type: "Warning" as const };
  yield* recordEvent(api, sealed, { ...text, component: "sealed-secrets-controller" });
}

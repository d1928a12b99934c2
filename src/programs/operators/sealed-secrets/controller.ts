/**
 * sealed-secrets: the controller makes the key pair that secrets are sealed for, serves its certificate, and keeps a
 * Secret for each SealedSecret.
 * Source: github.com/bitnami-labs/sealed-secrets pkg/controller (server.go, controller.go)
 */
import type { JsonObject } from "../../../lib/json.ts";
import type { RsaKey } from "../../../lib/signing/rsa.ts";
import { formatTime } from "../../../lib/time.ts";
import type { ProcessView } from "../../../shell/program.ts";
import { ServerError } from "../../kubectl/core/client.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import type { Steps } from "../../kubectl/core/session.ts";
import { splitPath, text } from "../../servers/http.ts";
import { isoTime } from "../../servers/log.ts";
import { type Api, controllerProgram } from "../controller-program.ts";
import { recordEvent } from "../events.ts";
import { create, find, list, metadataOf, nameOf, namespaceOf, replace } from "../objects.ts";
import { keepKeys } from "./keys.ts";
import { unsealed } from "./unseal.ts";

const GROUP = "bitnami.com/v1alpha1";
const PREFIX = "sealedsecrets.bitnami.com/";

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
    const { client, process } = api;
    const keys = yield* keepKeys(api);
    for (const item of yield* list(client, `/apis/${GROUP}/sealedsecrets`)) {
      const sealed = { ...item, apiVersion: GROUP, kind: "SealedSecret" };
      if (metadataOf(sealed)["deletionTimestamp"] || !(yield* isDue(api, sealed))) continue;
      const failure = yield* unseal(api, sealed, keys);
      yield* report(api, sealed, failure);
    }
    // After a start, keys may open secrets that none opened before.
    process.state["isStarted"] = true;
    return undefined;
  },
});

const secretPath = (sealed: JsonObject) => `/api/v1/namespaces/${namespaceOf(sealed)}/secrets`;

const conditionOf = (sealed: JsonObject) =>
  objectsIn(objectIn(sealed["status"])["conditions"]).find(({ type }) => type === "Synced");

function* isDue({ client, process }: Api, sealed: JsonObject): Steps<boolean> {
  if (process.state["isStarted"] !== true) return true;
  if (objectIn(sealed["status"])["observedGeneration"] !== metadataOf(sealed)["generation"]) return true;
  if (conditionOf(sealed)?.["status"] !== "True") return false;
  return !(yield* find(client, `${secretPath(sealed)}/${nameOf(sealed)}`));
}

interface Problem {
  reason: string;
  text: string;
  /** As the status shows it. */
  error: string;
}

/** Writes the Secret. Undefined: it is as it should be. */
function* unseal({ client, log }: Api, sealed: JsonObject, keys: readonly RsaKey[]): Steps<Problem | undefined> {
  log("info", `Updating key=${namespaceOf(sealed)}/${nameOf(sealed)}`);
  const outcome = unsealed(sealed, keys);
  if (outcome.type === "error") {
    const error = outcome.message;
    return { reason: "ErrUnsealFailed", text: `Failed to unseal: ${error}`, error };
  }
  const { secret } = outcome;
  const name = nameOf(sealed);
  try {
    const stored = yield* find(client, `${secretPath(sealed)}/${name}`);
    if (!stored) {
      yield* create(client, secretPath(sealed), secret);
      return undefined;
    }
    const annotations = objectIn(metadataOf(stored)["annotations"]);
    const [isManaged, isPatched] = ["managed", "patch"].map((each) => annotations[PREFIX + each] === "true");
    const uid = metadataOf(sealed)["uid"] ?? "";
    const isControlled = objectsIn(metadataOf(stored)["ownerReferences"]).some(
      (owner) => owner["controller"] === true && owner["uid"] === uid,
    );
    if (!isControlled && !isManaged && !isPatched) {
      const problem = `Resource "${name}" already exists and is not managed by SealedSecret`;
      return { reason: "ErrUpdateFailed", text: problem, error: `failed update: ${problem}` };
    }
    const next = isPatched ? patched(stored, secret, isManaged === true) : replaced(stored, secret);
    if (JSON.stringify(next) !== JSON.stringify(stored)) yield* replace(client, `${secretPath(sealed)}/${name}`, next);
    return undefined;
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    const isImmutable = error.statusMessage.endsWith("field is immutable when `immutable` is set");
    const problem = isImmutable ? immutableText(sealed) : error.statusMessage;
    return { reason: "ErrUpdateFailed", text: problem, error: error.statusMessage };
  }
}

function immutableText(sealed: JsonObject): string {
  return (
    `Error updating ${namespaceOf(sealed)}/${nameOf(sealed)}: the target Secret is immutable. Once a Secret is marked ` +
    "as immutable, it is not possible to revert this change nor to mutate the contents of the data field. You can " +
    "only delete and recreate the Secret."
  );
}

function replaced(stored: JsonObject, secret: JsonObject): JsonObject {
  const { labels: _labels, annotations: _annotations, ownerReferences: _owners, ...rest } = metadataOf(stored);
  const { labels, annotations, ownerReferences } = metadataOf(secret);
  const metadata = {
    ...rest,
    ...(labels && { labels }),
    ...(annotations && { annotations }),
    ...(ownerReferences && { ownerReferences }),
  };
  return { ...stored, metadata, data: secret["data"] ?? {}, type: secret["type"] ?? "" };
}

function patched(stored: JsonObject, secret: JsonObject, isManaged: boolean): JsonObject {
  const [old, next] = [metadataOf(stored), metadataOf(secret)];
  const merged = (key: string) => ({ ...objectIn(old[key]), ...objectIn(next[key]) });
  const metadata = {
    ...{ ...old, labels: merged("labels"), annotations: merged("annotations") },
    ...(isManaged && next["ownerReferences"] && { ownerReferences: next["ownerReferences"] }),
  };
  const data = { ...objectIn(stored["data"]), ...objectIn(secret["data"]) };
  return { ...stored, metadata, data, type: secret["type"] ?? "" };
}

function* report(api: Api, sealed: JsonObject, problem: Problem | undefined): Steps<void> {
  const at = formatTime(api.nowMs);
  const status = problem ? "False" : "True";
  const old = conditionOf(sealed);
  const condition = {
    ...{ type: "Synced", status, ...(problem && { message: problem.error }), lastUpdateTime: at },
    lastTransitionTime: old?.["status"] === status ? (old["lastTransitionTime"] ?? at) : at,
  };
  const generation = metadataOf(sealed)["generation"] ?? 1;
  if (old?.["status"] !== status || objectIn(sealed["status"])["observedGeneration"] !== generation) {
    const path = `/apis/${GROUP}/namespaces/${namespaceOf(sealed)}/sealedsecrets/${nameOf(sealed)}/status`;
    yield* replace(api.client, path, {
      ...sealed,
      status: { conditions: [condition], observedGeneration: generation },
    });
  }
  const component = "sealed-secrets";
  const event = problem
    ? { reason: problem.reason, message: problem.text, type: "Warning" as const, component }
    : { reason: "Unsealed", message: "SealedSecret unsealed successfully", component };
  yield* recordEvent(api, sealed, event);
  if (problem)
    api.log("error", `Error updating, giving up key=${namespaceOf(sealed)}/${nameOf(sealed)} ${problem.error}`);
}

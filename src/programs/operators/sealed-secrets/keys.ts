/**
 * The key pairs of sealed-secrets: Secrets with a label. The first run makes one.
 * Source: github.com/bitnami-labs/sealed-secrets pkg/controller (keys.go, keyregistry.go)
 */
import { isJsonObject, type JsonObject } from "../../../lib/json.ts";
import { issueCertificate } from "../../../lib/signing/issue.ts";
import { encodePublicKey, publicPart } from "../../../lib/signing/keys.ts";
import { integerOf } from "../../../lib/signing/p256.ts";
import { pem } from "../../../lib/signing/pem.ts";
import { RSA_LENGTHS } from "../../../lib/signing/primes.ts";
import { encodeTraditional, readPrivateKey, signerWith } from "../../../lib/signing/private-key.ts";
import { makeRsaKey, type RsaKey } from "../../../lib/signing/rsa.ts";
import type { ProcessView } from "../../../shell/program.ts";
import { objectIn } from "../../kubectl/core/parts.ts";
import type { Steps } from "../../kubectl/core/session.ts";
import { flagOf } from "../../servers/server.ts";
import type { Api } from "../controller-program.ts";
import { create, list, metadataOf, nameOf, secretOf, secretText } from "../objects.ts";
import { secretBytes } from "../server-certificates.ts";

const LABEL = "sealedsecrets.bitnami.com/sealed-secrets-key";
const TEN_YEARS_MS = 10 * 365 * 24 * 3600_000;

/** The keys that open secrets. Remembers the newest certificate, which the server hands out. */
export function* keepKeys({ client, process, namespace, log }: Api): Steps<RsaKey[]> {
  const path = `/api/v1/namespaces/${namespace}/secrets`;
  const isKey = (secret: JsonObject) =>
    objectIn(metadataOf(secret)["labels"])[LABEL] === "active" && secretText(secret, "tls.key") !== undefined;
  const stored = (yield* list(client, path)).filter(isKey);
  if (stored.length === 0) {
    const { certificate, key } = newPair(process);
    const metadata = {
      ...{ generateName: flagOf(process.argv, "key-prefix") ?? "sealed-secrets-key", namespace },
      labels: { [LABEL]: "active" },
    };
    const data = { "tls.crt": certificate, "tls.key": key };
    const made = yield* create(client, path, secretOf(metadata, data, "kubernetes.io/tls"));
    log("info", `New key written namespace=${namespace} name=${nameOf(made)}`);
    log("info", `Certificate generated certificate=${certificate}`);
    delete process.state["pair"];
    stored.push(made);
  }
  const age = (secret: JsonObject) => String(metadataOf(secret)["creationTimestamp"] ?? "");
  stored.sort((a, b) => (age(a) < age(b) ? -1 : 1));
  process.state["certificate"] = secretText(stored.at(-1), "tls.crt") ?? "";
  return stored.flatMap((secret) => {
    const key = readPrivateKey(secretText(secret, "tls.key") ?? "");
    return key?.type === "rsa" ? [key] : [];
  });
}

/** The same pair if the run is repeated. */
function newPair(process: ProcessView): { certificate: string; key: string } {
  const known = process.state["pair"];
  if (isJsonObject(known)) return { certificate: String(known["certificate"]), key: String(known["key"]) };
  let draws = 0;
  const draw = () => Number(integerOf(secretBytes(process, `key/${draws++}`).subarray(0, 4)));
  const wanted = Number(flagOf(process.argv, "key-size"));
  const key = makeRsaKey(RSA_LENGTHS.includes(wanted) ? wanted : 4096, draw);
  const { type, bytes } = encodeTraditional(key);
  const certificate = issueCertificate({
    names: {},
    publicKey: encodePublicKey(publicPart(key)),
    signer: signerWith(key, "sha256"),
    ...{ isAuthority: true, usages: ["encipher only"], serial: secretBytes(process, "serial").subarray(0, 16) },
    ...{ notBeforeMs: process.nowMs, notAfterMs: process.nowMs + TEN_YEARS_MS },
  });
  const pair = { certificate, key: pem(type, bytes) };
  process.state["pair"] = pair;
  return pair;
}

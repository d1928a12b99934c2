/**
 * cainjector: writes authorities into webhooks, definitions and APIServices that ask for one in an annotation.
 * Source: github.com/cert-manager/cert-manager pkg/controller/cainjector
 */
import type { JsonObject } from "../../../lib/json.ts";
import { objectIn } from "../../kubectl/core/parts.ts";
import type { Steps } from "../../kubectl/core/session.ts";
import type { Api } from "../controller-program.ts";
import { find, list, secretText } from "../objects.ts";
import {
  API_SERVICES,
  annotationsOf,
  DEFINITIONS,
  injectAuthority,
  MUTATING,
  VALIDATING,
} from "../server-certificates.ts";
import { GROUP } from "./issuers.ts";

const FROM_CERTIFICATE = "cert-manager.io/inject-ca-from";
const FROM_SECRET = "cert-manager.io/inject-ca-from-secret";
const FROM_API_SERVER = "cert-manager.io/inject-apiserver-ca";

export function* reconcileInjections(api: Api): Steps<void> {
  for (const collection of [VALIDATING, MUTATING, API_SERVICES, DEFINITIONS]) {
    const sources = new Set((yield* list(api.client, collection)).map(sourceOf).filter((each) => each !== undefined));
    for (const source of sources) {
      const authority = yield* authorityOf(api, source);
      if (authority === undefined) continue;
      const isOf = (object: JsonObject) => sourceOf(object) === source;
      const changed = yield* injectAuthority(api.client, collection, authority, isOf);
      for (const name of changed) api.log("info", `Updated object name=${JSON.stringify(name)}`);
    }
  }
}

/** `certificate namespace/name`, `secret namespace/name` or `apiserver`; undefined: it asks for none. */
function sourceOf(object: JsonObject): string | undefined {
  const annotations = annotationsOf(object);
  if (annotations[FROM_CERTIFICATE]) return `certificate ${String(annotations[FROM_CERTIFICATE])}`;
  if (annotations[FROM_SECRET]) return `secret ${String(annotations[FROM_SECRET])}`;
  return annotations[FROM_API_SERVER] === "true" ? "apiserver" : undefined;
}

function* authorityOf({ client }: Api, source: string): Steps<string | undefined> {
  if (source === "apiserver") return client.target.trusts;
  const [type, named = ""] = source.split(" ");
  const [namespace = "", name = ""] = named.split("/");
  let secret = name;
  if (type === "certificate") {
    const certificate = yield* find(client, `${GROUP}/namespaces/${namespace}/certificates/${name}`);
    secret = String(objectIn(certificate?.["spec"])["secretName"] ?? "");
    if (secret === "") return undefined;
  }
  return secretText(yield* find(client, `/api/v1/namespaces/${namespace}/secrets/${secret}`), "ca.crt");
}

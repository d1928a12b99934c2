/**
 * Operators that make the certificates of their own webhooks and write the trust into their objects.
 * Source: github.com/open-policy-agent/cert-controller (pkg/rotator)
 */
import type { ProcessView, Program } from "../../shell/program.ts";
import { objectIn } from "../kubectl/core/parts.ts";
import type { Steps } from "../kubectl/core/session.ts";
import { answerGroups } from "../servers/api-group/api-group.ts";
import type { ApiGroup } from "../servers/api-group/resources.ts";
import type { ObjectStore } from "../servers/api-group/store.ts";
import { splitPath, text } from "../servers/http.ts";
import { isoTime } from "../servers/log.ts";
import { contentOf } from "../servers/server.ts";
import { type Api, controllerProgram } from "./controller-program.ts";
import type { LeaderFact } from "./elections.ts";
import { create, find, mergePatch, replace, secretText } from "./objects.ts";
import { reviewAnswer } from "./reviews.ts";
import {
  API_SERVICES,
  callsServiceIn,
  DEFINITIONS,
  injectAuthority,
  MUTATING,
  serverKeys,
  serviceNames,
  VALIDATING,
  withAuthority,
} from "./server-certificates.ts";

/** The certificate that an operator makes. */
export interface Rotation {
  namespace?: string;
  secret: string;
  /** Services that the certificate is for; the objects that call one of them get the authority. */
  services: readonly string[];
  /** Entries of the Secret. */
  entries?: { authority?: string; authorityKey?: string; certificate?: string; key?: string };
  organization?: string;
  /** Of the Secret. */
  type?: string;
  /** Paths of the webhook configurations, if it may only read and patch these; absent: it lists all. */
  configurations?: readonly string[];
}

export interface RotatingOperator {
  agent: string;
  ports: (process: ProcessView) => readonly number[];
  lines: readonly string[];
  /** The path of the mounted certificate that its webhook shows. */
  certificatePath?: (process: ProcessView) => string | undefined;
  /** By its arguments and variables; undefined: it makes no certificate. */
  rotation: (process: ProcessView) => Rotation | undefined;
  /** Other objects that it keeps. */
  alsoKeeps?: (api: Api) => Steps<void>;
  memoryBytes?: number;
  leader?: LeaderFact | undefined;
  /** Groups of an aggregated API that it serves. */
  groups?: readonly ApiGroup[];
}

/** An operator that is ready once it runs, makes its certificate, and allows what its webhooks are asked. */
export function rotatingOperator(operator: RotatingOperator): Program {
  const line = (process: ProcessView, level: "info" | "error", message: string) =>
    `${isoTime(process.nowMs)}\t${level.toUpperCase()}\t${message}`;
  return controllerProgram({
    agent: operator.agent,
    line,
    ...(operator.leader && { leader: operator.leader }),
    resources: ["core/secrets", "admissionregistration.k8s.io/validatingwebhookconfigurations"],
    server: {
      ports: (process) => [...new Set([...operator.ports(process), ...(process.host.declaredPorts ?? [])])],
      startMs: 700,
      ready: (process) => operator.lines.map((each) => line(process, "info", each)),
      stop: { ms: 100 },
      memoryBytes: () => operator.memoryBytes ?? 60_000_000,
      certificate: (process) => contentOf(process, operator.certificatePath?.(process)),
      http: (process, request) => {
        const { path } = splitPath(request.path);
        if (/^\/(healthz?|livez|readyz|ready|ping)/.test(path)) return text(200, "ok");
        if (operator.groups && /^\/(apis|openapi)(\/|$)/.test(path)) {
          return answerGroups({ groups: operator.groups, store: () => EMPTY_STORE }, process, request);
        }
        return reviewAnswer(request) ?? text(404, "404 page not found\n");
      },
    },
    *reconcile(api) {
      const rotation = operator.rotation(api.process);
      if (rotation) yield* keepCertificate(api, rotation);
      if (operator.alsoKeeps) yield* operator.alsoKeeps(api);
      return undefined;
    },
  });
}

const EMPTY_STORE: ObjectStore = {
  range: () => ({ objects: [], revision: 1 }),
  put: () => undefined,
  remove: () => undefined,
};

const ENTRIES = { authority: "ca.crt", authorityKey: "ca.key", certificate: "tls.crt", key: "tls.key" };

/** Makes the certificate unless it is there, and writes its authority into the objects that call the services. */
export function* keepCertificate(api: Api, rotation: Rotation): Steps<void> {
  const { client, process } = api;
  const { namespace = api.namespace, secret: name, services, organization = name, type = "Opaque" } = rotation;
  const entries = { ...ENTRIES, ...rotation.entries };
  const path = `/api/v1/namespaces/${namespace}/secrets`;
  const found = yield* find(client, `${path}/${name}`);
  let authority = secretText(found, entries.authority);
  if (authority === undefined || secretText(found, entries.certificate) === undefined) {
    api.log("info", "refreshing CA and server certs");
    const dnsNames = services.flatMap((service) => serviceNames(service, namespace));
    const keys = serverKeys(process, {
      authority: { commonName: `${organization}-ca`, organizations: [organization] },
      server: { commonName: dnsNames[0] ?? "", dnsNames },
    });
    const data = {
      [entries.authority]: btoa(keys.authority),
      [entries.authorityKey]: btoa(keys.authorityKey),
      [entries.certificate]: btoa(keys.certificate),
      [entries.key]: btoa(keys.key),
    };
    if (found) yield* replace(client, `${path}/${name}`, { ...found, data: { ...objectIn(found["data"]), ...data } });
    else yield* create(client, path, { apiVersion: "v1", kind: "Secret", metadata: { name, namespace }, data, type });
    authority = keys.authority;
    api.log("info", "server certs refreshed");
  }
  for (const path of rotation.configurations ?? []) {
    const object = yield* find(client, path);
    const { webhooks } = object ? withAuthority(object, btoa(authority)) : {};
    if (webhooks === undefined || JSON.stringify(webhooks) === JSON.stringify(object?.["webhooks"])) continue;
    yield* mergePatch(client, path, { webhooks });
  }
  if (rotation.configurations) return;
  for (const collection of [VALIDATING, MUTATING, API_SERVICES, DEFINITIONS]) {
    const changed = yield* injectAuthority(client, collection, authority, (object) =>
      services.some((service) => callsServiceIn(object, namespace, service)),
    );
    for (const each of changed) api.log("info", `ensuring CA cert on ${each}`);
  }
}

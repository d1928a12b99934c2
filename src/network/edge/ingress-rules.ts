/** The rules of an Ingress controller, computed from the cluster's objects. See lib/edge/ingress-rules.ts. */
import type { Transaction } from "../../cluster/transaction.ts";
import { configMapKind } from "../../kinds/core/config-map.ts";
import { secretKind } from "../../kinds/core/secret.ts";
import { serviceKind } from "../../kinds/core/service.ts";
import { endpointSliceKind } from "../../kinds/discovery/endpoint-slice.ts";
import { ingressKind } from "../../kinds/networking/ingress.ts";
import { ingressClassKind } from "../../kinds/networking/ingress-class.ts";
import { servedIngresses } from "../../kinds/networking/ingress-scope.ts";
import { bytesOfBase64 } from "../../lib/bytes.ts";
import type { IngressHost, IngressPath, IngressRules, IngressScope, IngressTls } from "../../lib/edge/ingress-rules.ts";
import type { IngressBackend as BackendOfSpec, Ingress } from "../../schema/index.ts";
import { ingressBackend } from "./ingress-backend.ts";

/** Annotations that name a Secret with credentials. */
const SECRET_ANNOTATIONS = ["auth-secret"];

export function ingressRules(tx: Transaction, scope: IngressScope): IngressRules {
  const kinds = [ingressKind, ingressClassKind, serviceKind, endpointSliceKind, secretKind, configMapKind];
  return tx.derived(`edge/ingress-rules/${JSON.stringify(scope)}`, kinds, () => computeRules(tx, scope));
}

function computeRules(tx: Transaction, scope: IngressScope): IngressRules {
  const hosts: Record<string, { paths: IngressPath[]; fallback?: IngressPath; tls?: IngressTls }> = {};
  const secrets: Record<string, Record<string, string>> = {};
  const hostOf = (name: string) => {
    hosts[name] ??= { paths: [] };
    return hosts[name];
  };
  for (const ingress of servedIngresses(tx, scope)) {
    const annotations = annotationsOf(ingress, scope);
    collectSecrets(tx, ingress, annotations, secrets);
    const pathOf = (backend: BackendOfSpec, path = "/", type: IngressPath["type"] = "Prefix") =>
      ingressPath(tx, ingress, annotations, { backend, path, type });
    const { rules = [], defaultBackend, tls = [] } = ingress.spec ?? {};
    for (const { host = "", http } of rules) {
      const entry = hostOf(host);
      for (const { path, pathType, backend } of http?.paths ?? []) {
        entry.paths.push(pathOf(backend, path || "/", pathType as IngressPath["type"]));
      }
      if (defaultBackend) entry.fallback ??= pathOf(defaultBackend);
    }
    if (defaultBackend && rules.length === 0) hostOf("").fallback ??= pathOf(defaultBackend);
    for (const { host = "" } of rules) {
      const found = tls.find(({ hosts: names }) => names?.some((name) => covers(name, host))) ?? tlsForAll(tls);
      if (found) hostOf(host).tls ??= certificateOf(tx, ingress, found.secretName ?? "");
    }
  }
  addAliases(hosts);
  const fallback = fallbackOf(tx, scope);
  return { options: optionsOf(tx, scope), hosts, secrets, ...(fallback && { fallback }) };
}

function annotationsOf({ metadata }: Ingress, { annotationPrefix }: IngressScope): Record<string, string> {
  const prefix = `${annotationPrefix}/`;
  const own = Object.entries(metadata.annotations ?? {}).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, value]) => [name.slice(prefix.length), value]));
}

function ingressPath(
  tx: Transaction,
  { metadata }: Ingress,
  annotations: Record<string, string>,
  { backend, path, type }: { backend: BackendOfSpec; path: string; type: IngressPath["type"] },
): IngressPath {
  const { namespace = "", name = "" } = metadata;
  const found = backend.service && ingressBackend(tx, namespace, backend.service);
  return { path, type, namespace, ingress: name, annotations, ...(found && { backend: found }) };
}

/** `*.example.com` covers hosts with one more label. */
function covers(pattern: string, host: string): boolean {
  if (!pattern.startsWith("*.")) return pattern === host;
  return pattern === host || (host.includes(".") && host.slice(host.indexOf(".")) === pattern.slice(1));
}

/** An entry without hosts is for all hosts of its Ingress. */
function tlsForAll<T extends { hosts?: readonly string[] }>(tls: readonly T[]): T | undefined {
  return tls.find(({ hosts = [] }) => hosts.length === 0);
}

function certificateOf(tx: Transaction, { metadata }: Ingress, secretName: string): IngressTls {
  const secret = `${metadata.namespace}/${secretName}`;
  const data = tx.get(secretKind, metadata.namespace ?? "", secretName)?.data;
  const certificate = data?.["tls.crt"];
  if (certificate === undefined || data?.["tls.key"] === undefined) return { secret };
  const authority = data["ca.crt"] === undefined ? "" : `\n${bytesOfBase64(data["ca.crt"])}`;
  return { secret, certificates: bytesOfBase64(certificate) + authority };
}

function collectSecrets(
  tx: Transaction,
  { metadata }: Ingress,
  annotations: Record<string, string>,
  secrets: Record<string, Record<string, string>>,
): void {
  for (const name of SECRET_ANNOTATIONS) {
    const value = annotations[name];
    if (value === undefined) continue;
    const [namespace = "", secretName = ""] = value.includes("/") ? value.split("/") : [metadata.namespace, value];
    const data = tx.get(secretKind, namespace, secretName)?.data;
    if (!data) continue;
    const decoded = Object.entries(data).map(([key, text]) => [key, bytesOfBase64(text)]);
    secrets[`${metadata.namespace}/${value}`] = Object.fromEntries(decoded);
  }
}

/** `server-alias`: further names of a host, unless they have rules of their own. */
function addAliases(hosts: Record<string, IngressHost>): void {
  for (const host of Object.values({ ...hosts })) {
    for (const { annotations } of host.paths) {
      for (const alias of (annotations["server-alias"] ?? "").split(",").map((one) => one.trim())) {
        if (alias !== "") hosts[alias] ??= host;
      }
    }
  }
}

function optionsOf(tx: Transaction, { configMap = "" }: IngressScope): Record<string, string> {
  const [namespace = "", name = ""] = configMap.split("/");
  return { ...(name && tx.get(configMapKind, namespace, name)?.data) };
}

/** The Service of the controller's own flag. */
function fallbackOf(tx: Transaction, { defaultService }: IngressScope): IngressPath | undefined {
  const [namespace = "", name = ""] = (defaultService ?? "").split("/");
  const port = name === "" ? undefined : tx.get(serviceKind, namespace, name)?.spec.ports?.[0]?.port;
  if (port === undefined) return undefined;
  const backend = ingressBackend(tx, namespace, { name, port: { number: port } });
  return { path: "/", type: "Prefix", namespace, ingress: "", annotations: {}, backend };
}

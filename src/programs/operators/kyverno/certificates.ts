/**
 * Kyverno's certificates: an authority and a pair for its webhooks, each in a Secret of its own.
 * Source: github.com/kyverno/kyverno pkg/tls
 */
import type { Steps } from "../../kubectl/core/session.ts";
import { flagOf } from "../../servers/server.ts";
import type { Api } from "../controller-program.ts";
import { ensure, find, secretOf, secretText } from "../objects.ts";
import { serverKeys, serviceNames } from "../server-certificates.ts";

/** The authority, PEM. The process shows the certificate from now on. */
export function* keepCertificates({ client, process, namespace, log }: Api): Steps<string> {
  const service = process.env["KYVERNO_SVC"] ?? "kyverno-svc";
  const prefix = `${service}.${namespace}.svc.kyverno-tls`;
  const [authorityName, pairName] = [flagOf(process.argv, "caSecretName"), flagOf(process.argv, "tlsSecretName")];
  const names = { authority: authorityName ?? `${prefix}-ca`, pair: pairName ?? `${prefix}-pair` };
  const path = `/api/v1/namespaces/${namespace}/secrets`;
  const [authority, pair] = [
    secretText(yield* find(client, `${path}/${names.authority}`), "tls.crt"),
    secretText(yield* find(client, `${path}/${names.pair}`), "tls.crt"),
  ];
  if (authority !== undefined && pair !== undefined) {
    process.state["certificate"] = pair;
    return authority;
  }
  const keys = serverKeys(process, {
    authority: { commonName: "*.kyverno.svc" },
    server: { commonName: `${service}.${namespace}.svc`, dnsNames: serviceNames(service, namespace) },
    years: 1,
  });
  const labels = { "cert.kyverno.io/managed-by": "kyverno" };
  const secret = (name: string, certificate: string, key: string) =>
    secretOf({ name, namespace, labels }, { "tls.crt": certificate, "tls.key": key }, "kubernetes.io/tls");
  yield* ensure(client, path, secret(names.authority, keys.authority, keys.authorityKey));
  yield* ensure(client, path, secret(names.pair, keys.certificate, keys.key));
  log("info", "generated CA and TLS pair");
  process.state["certificate"] = keys.certificate;
  return keys.authority;
}

/**
 * The Jobs that make the certificates between a Gateway's controller and its proxies, before a chart is installed.
 * Source: github.com/envoyproxy/gateway internal/cmd/certgen.go; github.com/nginx/nginx-gateway-fabric
 * cmd/gateway/certs.go
 */
import { toHex } from "../../lib/encoding.ts";
import type { JsonObject } from "../../lib/json.ts";
import type { Program } from "../../shell/program.ts";
import { Client } from "../kubectl/core/client.ts";
import { drive, Failure, type Session, type Steps } from "../kubectl/core/session.ts";
import { isoTime } from "../servers/log.ts";
import { flagOf, hasFlag } from "../servers/server.ts";
import { ensure, find, replace, secretOf, secretText } from "./objects.ts";
import { podTarget } from "./pod-target.ts";
import { MUTATING, secretBytes, serviceNames, signedKeys, withAuthority } from "./server-certificates.ts";

interface Run {
  session: Session;
  client: Client;
  namespace: string;
}

const job = (agent: string, work: (run: Run) => Steps<void>): Program => ({
  run: (process) =>
    drive(process, function* main(session) {
      const target = podTarget(session, agent);
      if (!target) return 1;
      try {
        yield* work({ session, client: new Client(target, () => {}), namespace: target.namespace });
        return 0;
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        session.warn(`Error: ${error.message}\n`);
        return 1;
      }
    }),
});

/** A Secret with a certificate for these names. */
interface Wanted {
  name: string;
  dnsNames: string[];
}

function* ensureSecrets({ session, client, namespace }: Run, wanted: readonly Wanted[], labels?: JsonObject) {
  const servers = wanted.map(({ dnsNames }) => ({ commonName: dnsNames[0] ?? "", dnsNames }));
  const { authority, pairs } = signedKeys(session.process, {
    authority: { commonName: wanted[0]?.name ?? "", organizations: ["gateway"] },
    ...{ servers, years: 3 },
  });
  for (const [i, { name }] of wanted.entries()) {
    const { certificate = "", key = "" } = pairs[i] ?? {};
    const data = { "ca.crt": authority, "tls.crt": certificate, "tls.key": key };
    yield* keep(client, secretOf({ name, namespace, ...(labels && { labels }) }, data, "kubernetes.io/tls"));
  }
}

/** Certificates that exist are not replaced. */
function* keep(client: Client, secret: JsonObject): Steps<void> {
  const { name, namespace } = secret["metadata"] as JsonObject;
  const path = `/api/v1/namespaces/${String(namespace)}/secrets`;
  if (!(yield* find(client, `${path}/${String(name)}`))) yield* ensure(client, path, secret);
}

const log = (session: Session, text: string) => session.print(`${isoTime(session.nowMs)}\tINFO\t${text}\n`);

/** `envoy-gateway certgen` */
export const envoyGatewayCertgen = job("envoy-gateway", function* certgen(run) {
  const { session, client, namespace } = run;
  const labels = { "control-plane": "envoy-gateway" };
  log(session, "generated certificates");
  yield* ensureSecrets(
    run,
    [
      { name: "envoy-gateway", dnsNames: serviceNames("envoy-gateway", namespace) },
      { name: "envoy", dnsNames: [`*.${namespace}`] },
      { name: "envoy-rate-limit", dnsNames: serviceNames("envoy-ratelimit", namespace) },
    ],
    labels,
  );
  const hmac = toHex(secretBytes(session.process, "hmac"));
  yield* keep(client, secretOf({ name: "envoy-oidc-hmac", namespace, labels }, { "hmac-secret": hmac }));
  log(session, `created secret\t{"namespace": "${namespace}", "name": "envoy-gateway"}`);
  if (hasFlag(session.process.argv, "disable-topology-injector")) return;
  const authority = secretText(yield* find(client, `/api/v1/namespaces/${namespace}/secrets/envoy-gateway`), "ca.crt");
  const path = `${MUTATING}/envoy-gateway-topology-injector.${namespace}`;
  const injector = yield* client.json(path);
  yield* replace(client, path, withAuthority(injector, btoa(authority ?? "")));
});

/** `gateway generate-certs` */
export const nginxGatewayCertificates = job("gateway", function* certificates(run) {
  const { argv } = run.session.process;
  const service = flagOf(argv, "service") ?? "nginx-gateway";
  const domain = flagOf(argv, "server-tls-domain") ?? "svc";
  yield* ensureSecrets(run, [
    { name: flagOf(argv, "server-tls-secret") ?? "server-tls", dnsNames: [`${service}.${run.namespace}.${domain}`] },
    {
      name: flagOf(argv, "agent-tls-secret") ?? "agent-tls",
      dnsNames: [`*.${flagOf(argv, "cluster-domain") ?? "cluster.local"}`],
    },
  ]);
});

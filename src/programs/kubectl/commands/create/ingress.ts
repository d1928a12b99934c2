/**
 * `kubectl create ingress`
 * Source: k8s.io/kubectl pkg/cmd/create/create_ingress.go
 */
import type { JsonObject } from "../../../../lib/json.ts";
import type { Flags } from "../../core/flags.ts";
import { Failure } from "../../core/session.ts";
import { type Generator, generator } from "./from-flags.ts";

/** `host/path=service:port[,tls[=secret]]`; an ending `*` makes the path a prefix. */
const RULE = /^([^/=,]*)\/((?:\*|[^=,*]*\*?))=([a-zA-Z0-9_-]+):([a-zA-Z0-9_-]+)(?:,(tls)(?:=([a-zA-Z0-9-]+))?)?$/;

interface Rule {
  host: string;
  path: JsonObject;
  hasTls: boolean;
  secret: string;
}

const ingress: Generator = {
  words: ["ingress"],
  aliases: ["ing"],
  flags: [
    { name: "class", type: "string" },
    { name: "rule", type: "array" },
    { name: "default-backend", type: "string" },
    { name: "annotation", type: "array" },
  ],
  build({ flags }, name) {
    const backend = flags.text("default-backend");
    if (backend === "" && flags.list("rule").length === 0) {
      throw new Failure(
        "error: not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) or a list of rules (which catch specific paths)",
      );
    }
    const rules = flags.list("rule").map(ruleOf);
    const annotations = annotationsOf(flags);
    if (backend !== "" && backend.split(":").length !== 2) {
      throw new Failure("error: default-backend should be in format servicename:serviceport");
    }
    const [service = "", port = ""] = backend.split(":");
    const tls = tlsOf(rules);
    return {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { ...(Object.keys(annotations).length > 0 && { annotations }), name },
      spec: {
        ...(backend !== "" && { defaultBackend: backendOf(service, port) }),
        ...(flags.text("class") && { ingressClassName: flags.text("class") }),
        ...(rules.length > 0 && { rules: byHost(rules) }),
        ...(tls.length > 0 && { tls }),
      },
      status: { loadBalancer: {} },
    };
  },
};

function annotationsOf(flags: Flags): Record<string, string> {
  const pairs = flags.list("annotation").map((text) => {
    const equals = text.indexOf("=");
    if (equals >= 0) return [text.slice(0, equals), text.slice(equals + 1)] as const;
    throw new Failure(`error: annotation ${text} is invalid and should be in format key=[value]`);
  });
  return Object.fromEntries(pairs);
}

function ruleOf(text: string): Rule {
  const match = RULE.exec(text);
  if (!match) {
    throw new Failure(
      `error: rule ${text} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]`,
    );
  }
  const [, host = "", path = "", service = "", port = "", tls, secret = ""] = match;
  const isPrefix = path.endsWith("*");
  return {
    host,
    path: {
      backend: backendOf(service, port),
      path: `/${isPrefix ? path.slice(0, -1) : path}`,
      pathType: isPrefix ? "Prefix" : "Exact",
    },
    hasTls: tls !== undefined,
    secret,
  };
}

function backendOf(name: string, port: string): JsonObject {
  return { service: { name, port: /^\d+$/.test(port) ? { number: Number(port) } : { name: port } } };
}

function byHost(rules: readonly Rule[]): JsonObject[] {
  return [...Map.groupBy(rules, ({ host }) => host)].map(([host, all]) => ({
    ...(host !== "" && { host }),
    http: { paths: all.map(({ path }) => path) },
  }));
}

/** One entry for each secret; a host has its first secret only. */
function tlsOf(rules: readonly Rule[]): JsonObject[] {
  const bySecret = new Map<string, string[]>();
  const seen = new Set<string>();
  for (const { host, secret } of rules.filter(({ hasTls }) => hasTls)) {
    if (seen.has(host)) continue;
    seen.add(host);
    bySecret.set(secret, [...(bySecret.get(secret) ?? []), ...(host === "" ? [] : [host])]);
  }
  return [...bySecret]
    .filter(([secret, hosts]) => secret !== "" || hosts.length > 0)
    .map(([secretName, hosts]) => ({
      ...(hosts.length > 0 && { hosts }),
      ...(secretName !== "" && { secretName }),
    }));
}

export const ingressGenerators = [ingress].map(generator);

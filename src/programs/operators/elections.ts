/** The elections in which programs of charts take part, as their flags and variables say. */
import type { ProcessView } from "../../shell/program.ts";
import { flagOf, hasFlag } from "../servers/server.ts";
import type { Election } from "./leader-election.ts";

export type LeaderFact = (process: ProcessView) => Election | undefined;

const CERT_MANAGER_TIMES = { durationMs: 60_000, retryMs: 15_000 };

/** An election that a flag switches on, and in which the program takes part by default if `isDefault`. */
const byFlag =
  (flag: string, election: Election | LeaderFact, { isDefault = false } = {}): LeaderFact =>
  (process) => {
    const value = flagOf(process.argv, flag);
    const isOn = value === undefined ? isDefault : hasFlag(process.argv, flag);
    if (!isOn) return undefined;
    return typeof election === "function" ? election(process) : election;
  };

export const certManagerElection: LeaderFact = byFlag(
  "leader-elect",
  ({ argv, host }) => ({
    ...{ name: "cert-manager-controller", namespace: flagOf(argv, "leader-election-namespace") ?? "kube-system" },
    identity: `${host.hostname}-external-cert-manager-controller`,
    labels: { "app.kubernetes.io/managed-by": "cert-manager" },
    ...{ ...CERT_MANAGER_TIMES, releases: true },
  }),
  { isDefault: true },
);

export const injectorElection: LeaderFact = byFlag(
  "leader-elect",
  ({ argv }) => ({
    name: "cert-manager-cainjector-leader-election",
    namespace: flagOf(argv, "leader-election-namespace") ?? "kube-system",
    ...{ ...CERT_MANAGER_TIMES, releases: true },
  }),
  { isDefault: true },
);

/** ingress-nginx is `<pod>` in its Lease, without a random number. */
export const ingressNginxElection: LeaderFact = ({ argv, env, host }) =>
  hasFlag(argv, "disable-leader-election")
    ? undefined
    : {
        name: flagOf(argv, "election-id") ?? "ingress-controller-leader",
        identity: env["POD_NAME"] ?? host.hostname,
        component: "ingress-leader-elector",
        ...{ durationMs: 30_000, retryMs: 7500 },
      };

/** Kyverno's controllers are called like their pods; the duration is six times the pause. */
const kyverno =
  (name: string): LeaderFact =>
  ({ env, host }) => ({ name, identity: env["KYVERNO_POD_NAME"] ?? host.hostname, durationMs: 12_000 });

const strimzi: LeaderFact = ({ env }) =>
  env["STRIMZI_LEADER_ELECTION_ENABLED"] === "false"
    ? undefined
    : {
        name: env["STRIMZI_LEADER_ELECTION_LEASE_NAME"] ?? "strimzi-cluster-operator",
        ...(env["STRIMZI_LEADER_ELECTION_IDENTITY"] && { identity: env["STRIMZI_LEADER_ELECTION_IDENTITY"] }),
        releases: true,
      };

const flux = (controller: string): LeaderFact =>
  byFlag("enable-leader-election", { name: `${controller}-leader-election`, durationMs: 35_000, releases: true });

/** By the name of the image's repository. */
const ELECTIONS: Readonly<Record<string, LeaderFact>> = {
  "argoproj/argo-rollouts": byFlag("leader-elect", { name: "argo-rollouts-controller-lock" }, { isDefault: true }),
  "argoproj/workflow-controller": ({ env }) =>
    env["LEADER_ELECTION_DISABLE"] === "true"
      ? undefined
      : { name: "workflow-controller", identity: env["LEADER_ELECTION_IDENTITY"] ?? "workflow-controller" },
  "autoscaling/cluster-autoscaler": byFlag("leader-elect", { name: "cluster-autoscaler" }, { isDefault: true }),
  "cloudnative-pg/cloudnative-pg": byFlag("leader-elect", { name: "db9c8771.cnpg.io", releases: true }),
  "crossplane/crossplane": ({ argv, env }) =>
    env["LEADER_ELECTION"] === "true"
      ? { name: `crossplane-leader-election-${argv[1] === "rbac" ? "rbac" : "core"}`, releases: argv[1] !== "rbac" }
      : undefined,
  "eck/eck-operator": () => ({ name: "elastic-operator-leader" }),
  "envoyproxy/gateway": () => ({ name: "5b9825d2.gateway.envoyproxy.io" }),
  "external-secrets/external-secrets": byFlag("enable-leader-election", ({ argv }) => ({
    name:
      argv[1] === "certcontroller"
        ? "crd-certs-controller"
        : (flagOf(argv, "leader-election-id") ?? "external-secrets-controller"),
  })),
  "fluxcd/helm-controller": flux("helm-controller"),
  "fluxcd/kustomize-controller": flux("kustomize-controller"),
  "fluxcd/notification-controller": flux("notification-controller"),
  "fluxcd/source-controller": flux("source-controller"),
  "kedacore/keda": byFlag("leader-elect", ({ argv }) => ({
    name: flagOf(argv, "leader-election-id") ?? "operator.keda.sh",
    releases: true,
  })),
  "kyverno/background-controller": kyverno("kyverno-background-controller"),
  "kyverno/cleanup-controller": kyverno("kyverno-cleanup-controller"),
  "kyverno/kyverno": kyverno("kyverno"),
  "kyverno/reports-controller": kyverno("kyverno-reports-controller"),
  "nginx/nginx-gateway-fabric": ({ argv }) =>
    argv[1] !== "controller" || hasFlag(argv, "leader-election-disable")
      ? undefined
      : { name: flagOf(argv, "leader-election-lock-name") ?? "nginx-gateway-leader-election-lock" },
  "open-telemetry/opentelemetry-operator/opentelemetry-operator": byFlag("enable-leader-election", {
    name: "9f7554c3.opentelemetry.io",
  }),
  "sig-storage/snapshot-controller": byFlag("leader-election", { name: "snapshot-controller-leader" }),
  "strimzi/operator": strimzi,
};

/** The election of the program of an image; undefined for programs that never take part in one. */
export function electionOf(repository: string): LeaderFact | undefined {
  return ELECTIONS[repository.slice(repository.indexOf("/") + 1)];
}

/** Operators that make the certificates of their own webhooks. */

import { certgen } from "../../programs/operators/certgen.ts";
import { electionOf } from "../../programs/operators/elections.ts";
import { gatekeeper } from "../../programs/operators/gatekeeper/program.ts";
import { type RotatingOperator, rotatingOperator } from "../../programs/operators/rotator.ts";
import { MUTATING, VALIDATING } from "../../programs/operators/server-certificates.ts";
import { flagOf } from "../../programs/servers/server.ts";
import type { ProcessView } from "../../shell/program.ts";
import type { ImageFamily } from "../image.ts";
import { type SimpleImage, simpleImage } from "../simple.ts";

const LINES = ["Starting manager", "Starting Controller", "Starting workers"];

interface SelfCertified extends Partial<RotatingOperator> {
  repositories: readonly string[];
  path: string;
  sizeMb: number;
  isCommand?: boolean;
}

const VERSIONS = "0.0-300:60 1.0-60:60 2.0-60:60 3.0-60:60 4.0-20:40";

function family({ repositories, path, sizeMb, isCommand, ...operator }: SelfCertified): ImageFamily {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const simple: SimpleImage = {
    ...{ repositories, path, user: "65532", ports: [], sizeBytes: sizeMb * 1_000_000, base: "distroless" },
    tags: { versions: VERSIONS, prefix: "optional", variants: "[a-z0-9.-]+", words: { main: "1.0.0" } },
    program: `operator/${(repositories[0] ?? "").replace(/^[^/]+\//, "")}`,
    implementation: rotatingOperator({
      agent: name,
      ports: () => [],
      lines: LINES,
      rotation: () => undefined,
      leader: electionOf(repositories[0] ?? ""),
      ...operator,
    }),
    ...(isCommand && { isCommand }),
  };
  return simpleImage(simple);
}

const flag = ({ argv }: ProcessView, name: string, fallback = ""): string => flagOf(argv, name) ?? fallback;
const fileIn = (folder: string, name = "tls.crt") => (folder === "" ? undefined : `${folder}/${name}`);

const FAMILIES: readonly SelfCertified[] = [
  {
    repositories: ["ghcr.io/kedacore/keda-admission-webhooks"],
    path: "/keda-admission-webhooks",
    sizeMb: 30,
    ports: () => [9443, 8081],
    certificatePath: (process) => fileIn(flag(process, "cert-dir", "/certs")),
  },
  {
    repositories: [
      "ghcr.io/external-secrets/external-secrets",
      "oci.external-secrets.io/external-secrets/external-secrets",
    ],
    path: "/bin/external-secrets",
    sizeMb: 40,
    ports: (process) =>
      process.argv[1] === "webhook" ? [Number(flag(process, "port", "10250")), 8080, 8081] : [8080, 8081],
    rotation: (process) =>
      process.argv[1] === "certcontroller"
        ? {
            namespace: flag(process, "secret-namespace"),
            secret: flag(process, "secret-name"),
            services: [flag(process, "service-name")],
            organization: "external-secrets",
          }
        : undefined,
    certificatePath: (process) => fileIn(process.argv[1] === "webhook" ? flag(process, "cert-dir") : ""),
  },
  {
    repositories: ["ghcr.io/cloudnative-pg/cloudnative-pg"],
    path: "/manager",
    sizeMb: 40,
    ports: (process) => [Number(flag(process, "webhook-port", "9443")), 8080],
    rotation: () => ({
      ...{ secret: "cnpg-webhook-cert", services: ["cnpg-webhook-service"], organization: "cnpg-webhook" },
      configurations: [
        `${MUTATING}/cnpg-mutating-webhook-configuration`,
        `${VALIDATING}/cnpg-validating-webhook-configuration`,
      ],
    }),
  },
  {
    repositories: ["ghcr.io/kyverno/cleanup-controller"],
    path: "/ko-app/cleanup-controller",
    sizeMb: 60,
    ports: () => [9443, 8000],
    rotation(process) {
      const secret = flag(process, "tlsSecretName");
      const service = process.env["KYVERNO_SVC"] ?? secret.split(".")[0] ?? "";
      return secret === "" ? undefined : { secret, services: [service], organization: "kyverno.io" };
    },
  },
  {
    repositories: ["docker.elastic.co/eck/eck-operator"],
    path: "/elastic-operator",
    sizeMb: 50,
    ports: () => [9443],
    rotation: () => ({
      ...{ secret: "elastic-operator-webhook-cert", services: ["elastic-operator-webhook"] },
      organization: "elastic-operator-webhook",
    }),
  },
  {
    repositories: ["ghcr.io/open-telemetry/opentelemetry-operator/opentelemetry-operator"],
    path: "/manager",
    sizeMb: 40,
    ports: () => [9443, 8081],
    certificatePath: () => "/tmp/k8s-webhook-server/serving-certs/tls.crt",
  },
  {
    repositories: ["registry.k8s.io/kueue/kueue"],
    path: "/manager",
    sizeMb: 40,
    ports: () => [9443, 8443, 8081],
    rotation: () => ({
      secret: "kueue-webhook-server-cert",
      services: ["kueue-webhook-service"],
      organization: "kueue",
    }),
  },
  {
    repositories: ["registry.k8s.io/jobset/jobset"],
    path: "/manager",
    sizeMb: 30,
    ports: () => [9443, 8443, 8081],
    rotation: () => ({
      secret: "jobset-webhook-server-cert",
      services: ["jobset-webhook-service"],
      organization: "jobset",
    }),
  },
];

export const SELF_CERTIFIED: readonly ImageFamily[] = [
  ...FAMILIES.map(family),
  simpleImage({
    repositories: ["docker.io/openpolicyagent/gatekeeper"],
    tags: { versions: VERSIONS, prefix: "optional", variants: "[a-z0-9.-]+" },
    path: "/manager",
    ...{ program: "operator/gatekeeper", implementation: gatekeeper, user: "65532", ports: [], base: "distroless" },
    sizeBytes: 50_000_000,
  }),
  simpleImage({
    repositories: [
      "registry.k8s.io/ingress-nginx/kube-webhook-certgen",
      "docker.io/jettech/kube-webhook-certgen",
      "ghcr.io/jkroepke/kube-webhook-certgen",
    ],
    tags: {
      versions: "1.0-20:30 20216916 20220916 20221220 20230312 20230407 20231011 20231226",
      prefix: "optional",
      variants: "[a-z0-9.-]+",
    },
    path: "/kube-webhook-certgen",
    ...{ program: "kube-webhook-certgen", implementation: certgen, user: "65532", ports: [], base: "distroless" },
    sizeBytes: 18_000_000,
  }),
];

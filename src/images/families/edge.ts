/** Ingress controllers, controllers of Gateways, and their proxies. */
import { electionOf } from "../../programs/operators/elections.ts";
import { envoyGatewayCertgen, nginxGatewayCertificates } from "../../programs/operators/gateway-certificates.ts";
import { rotatingOperator } from "../../programs/operators/rotator.ts";
import { envoy, nginxGateway } from "../../programs/servers/gateway/proxies.ts";
import { haproxyIngress } from "../../programs/servers/ingress/haproxy.ts";
import { nginxIngressController, waitShutdown } from "../../programs/servers/ingress/nginx/nginx-ingress-controller.ts";
import { nginxInc } from "../../programs/servers/ingress/nginx-inc.ts";
import { traefik } from "../../programs/servers/ingress/traefik.ts";
import type { Program } from "../../shell/program.ts";
import type { ImageFamily } from "../image.ts";
import { library } from "../repositories.ts";
import { ANY_VERSION, serviceImage, simpleImage } from "../simple.ts";
import { executable } from "../tree.ts";

const ingressNginx: ImageFamily = simpleImage({
  repositories: [
    "registry.k8s.io/ingress-nginx/controller",
    "registry.k8s.io/ingress-nginx/controller-chroot",
    "quay.io/kubernetes-ingress-controller/nginx-ingress-controller",
  ],
  tags: { versions: "0.9-35:0 0.40-51:2 1.0-11:8 1.12:8 1.13:9 1.14:5 1.15:1", prefix: "optional" },
  sizeBytes: 110_000_000,
  path: "/nginx-ingress-controller",
  program: "ingress/nginx-ingress-controller",
  implementation: nginxIngressController,
  ports: [80, 443],
  base: "alpine",
  user: "www-data",
  env: (version) => ({ CONTROLLER_VERSION: `v${version}` }),
  files: { "/wait-shutdown": executable("ingress/wait-shutdown", { sizeBytes: 2_000_000 }) },
});

/** Names of Traefik's releases, which are tags too. */
const CHEESES = ["comte", "munster", "langres", "saintmarcelin", "banon"];

/** Controllers that write statuses and make proxies; the control plane acts for them while a pod of theirs is ready. */
const GATEWAY_CONTROLLERS: readonly {
  repository: string;
  path: string;
  ports: readonly number[];
  sizeMb: number;
  commands: Readonly<Record<string, Program>>;
}[] = [
  {
    repository: "docker.io/envoyproxy/gateway",
    path: "/usr/local/bin/envoy-gateway",
    ports: [8081, 18_000, 18_001, 18_002, 19_001, 9443],
    sizeMb: 60,
    commands: { certgen: envoyGatewayCertgen },
  },
  {
    repository: "ghcr.io/nginx/nginx-gateway-fabric",
    path: "/usr/bin/gateway",
    ports: [8081, 8443, 9113],
    sizeMb: 40,
    commands: { "generate-certs": nginxGatewayCertificates },
  },
];

export const EDGE: readonly ImageFamily[] = [
  { ...ingressNginx, programs: { ...ingressNginx.programs, "ingress/wait-shutdown": waitShutdown } },
  simpleImage({
    repositories: library("traefik").concat("docker.io/rancher/mirrored-library-traefik", "ghcr.io/traefik/traefik"),
    tags: {
      versions: "1.0-7:34 2.0-10:9 2.11:33 3.0-5:9 3.7:2 3.6:14",
      grows: true,
      prefix: "optional",
      words: Object.fromEntries(CHEESES.map((name) => [name, "3.6.6"])),
      variants: "alpine|windowsservercore-1809",
    },
    sizeBytes: 47_000_000,
    path: "/usr/local/bin/traefik",
    program: "ingress/traefik",
    implementation: traefik,
    ports: [80],
    base: "alpine",
    env: (version) => ({ TRAEFIK_VERSION: version }),
  }),
  simpleImage({
    repositories: ["docker.io/istio/pilot", "gcr.io/istio-release/pilot", "registry.istio.io/testing/pilot"],
    tags: ANY_VERSION,
    ...{ base: "debian", path: "/usr/local/bin/pilot-discovery", program: "istio/pilot", sizeBytes: 70_000_000 },
    ...{ ports: [8080, 15_010, 15_012, 15_014, 15_017], user: "1337" },
    implementation: rotatingOperator({
      agent: "pilot-discovery",
      ports: () => [8080, 15_010, 15_012, 15_014, 15_017],
      lines: ["initializing Istiod admin server", "starting HTTP service at :8080", "Istiod is ready"],
      rotation: () => ({
        ...{ secret: "istio-ca-secret", services: ["istiod"], organization: "cluster.local", type: "istio.io/ca-root" },
        entries: {
          ...{ authority: "ca-cert.pem", authorityKey: "ca-key.pem" },
          ...{ certificate: "cert-chain.pem", key: "key.pem" },
        },
      }),
    }),
  }),
  simpleImage({
    repositories: ["docker.io/haproxytech/kubernetes-ingress"],
    tags: ANY_VERSION,
    sizeBytes: 70_000_000,
    path: "/haproxy-ingress-controller",
    program: "ingress/haproxy",
    implementation: haproxyIngress,
    ports: [8080, 8443],
    base: "alpine",
    user: "haproxy",
  }),
  simpleImage({
    repositories: ["docker.io/nginx/nginx-ingress"],
    tags: { ...ANY_VERSION, variants: "alpine|ubi|alpine-fips" },
    sizeBytes: 120_000_000,
    path: "/nginx-ingress",
    program: "ingress/nginx-inc",
    implementation: nginxInc,
    ports: [80, 443],
    base: "debian",
    user: "nginx",
  }),
  simpleImage({
    repositories: ["docker.io/envoyproxy/envoy", "docker.io/istio/proxyv2"],
    tags: {
      versions: "0.8-14:9 1.5-40:12",
      prefix: "optional",
      variants: "distroless|latest|debug|dev",
      words: {
        dev: "1.36.2",
        "distroless-dev": "1.36.2",
        "distroless-latest": "1.36.0",
        "distroless-v1.36.2": "1.36.2",
      },
    },
    sizeBytes: 90_000_000,
    path: "/usr/local/bin/envoy",
    program: "gateway/envoy",
    implementation: envoy,
    ports: [10_000],
    base: "distroless",
  }),
  serviceImage(["docker.io/istio/install-cni", "cr.l5d.io/linkerd/proxy"], {
    tags: { versions: "0.8-14:9 1.5-40:12 2.0-20:12", prefix: "optional", variants: "distroless|latest|debug|dev" },
    path: "/usr/local/bin/proxy",
    ports: [15000, 15021, 15090, 9901, 4191],
    sizeBytes: 90_000_000,
    lines: ["Installed with identity"],
  }),
  simpleImage({
    repositories: ["ghcr.io/nginx/nginx-gateway-fabric/nginx"],
    tags: { versions: "2.0:2 2.1:4 2.2:2 2.3-6:2", prefix: "optional", variants: "ubi" },
    sizeBytes: 60_000_000,
    path: "/usr/sbin/nginx",
    program: "gateway/nginx",
    implementation: nginxGateway,
    ports: [80, 443],
    base: "alpine",
  }),
  ...GATEWAY_CONTROLLERS.map(({ repository, path, ports, sizeMb, commands }) =>
    serviceImage([repository], {
      tags: {
        versions: "0.1-6:3 1.0-30:12 2.0-6:4",
        prefix: "optional",
        variants: "distroless|debug",
        words: { edge: "2.6.2" },
      },
      ...{ path, ports, commands },
      sizeBytes: sizeMb * 1_000_000,
      style: "zap",
      startMs: 700,
      lines: ["starting manager", "Starting workers"],
      leader: electionOf(repository),
    }),
  ),
];

/** Ingress controllers: proxies that follow the cluster's Ingresses. */
import { haproxyIngress } from "../../programs/servers/ingress/haproxy.ts";
import { nginxIngressController, waitShutdown } from "../../programs/servers/ingress/nginx/nginx-ingress-controller.ts";
import { nginxInc } from "../../programs/servers/ingress/nginx-inc.ts";
import { traefik } from "../../programs/servers/ingress/traefik.ts";
import type { ImageFamily } from "../image.ts";
import { library } from "../repositories.ts";
import { ANY_VERSION, simpleImage } from "../simple.ts";
import { executable } from "../tree.ts";

const ingressNginx: ImageFamily = simpleImage({
  repositories: [
    "registry.k8s.io/ingress-nginx/controller",
    "registry.k8s.io/ingress-nginx/controller-chroot",
    "quay.io/kubernetes-ingress-controller/nginx-ingress-controller",
  ],
  tags: { versions: "0.20-35:0 0.40-51:2 1.0-11:8 1.12:8 1.13:9 1.14:5 1.15:1", prefix: "optional" },
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

export const EDGE: readonly ImageFamily[] = [
  { ...ingressNginx, programs: { ...ingressNginx.programs, "ingress/wait-shutdown": waitShutdown } },
  simpleImage({
    repositories: library("traefik").concat("docker.io/rancher/mirrored-library-traefik", "ghcr.io/traefik/traefik"),
    tags: {
      versions: "1.0-7:34 2.0-10:9 2.11:33 3.0-5:9 3.6:6",
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
];

/** MetalLB and FRR, whose routing daemons its speakers use. They start and become ready; no route is announced. */
import { toHex } from "../../lib/encoding.ts";
import type { Api } from "../../programs/operators/controller-program.ts";
import { ensure, find, metadataOf, secretOf } from "../../programs/operators/objects.ts";
import { rotatingOperator } from "../../programs/operators/rotator.ts";
import { secretBytes } from "../../programs/operators/server-certificates.ts";
import { flagOf, portOf } from "../../programs/servers/server.ts";
import { service } from "../../programs/servers/service.ts";
import type { ProcessView } from "../../shell/program.ts";
import type { ImageFamily } from "../image.ts";
import { serviceImage, simpleImage } from "../simple.ts";
import { executable } from "../tree.ts";

const TAGS = { versions: "0.0-19:30", prefix: "optional", variants: "[a-z0-9.-]+", words: { main: "0.15.2" } } as const;

/** A port that a flag names. */
const portFlag = ({ argv }: ProcessView, name: string, fallback: number) => portOf(flagOf(argv, name), fallback);

/** The speakers find each other by a key in this Secret. */
function* memberlistSecret({ client, process, namespace }: Api) {
  const { METALLB_ML_SECRET_NAME: name = "", METALLB_DEPLOYMENT: deployment = "controller" } = process.env;
  const path = `/api/v1/namespaces/${namespace}/secrets`;
  if (name === "" || (yield* find(client, `${path}/${name}`))) return;
  const owner = yield* client.json(`/apis/apps/v1/namespaces/${namespace}/deployments/${deployment}`);
  const { uid = "" } = metadataOf(owner);
  const ownerReferences = [{ apiVersion: "apps/v1", kind: "Deployment", name: deployment, uid }];
  const key = toHex(secretBytes(process, "memberlist"));
  yield* ensure(client, path, secretOf({ name, namespace, ownerReferences }, { secretkey: key }));
}

const controller: ImageFamily = simpleImage({
  repositories: ["quay.io/metallb/controller"],
  ...{ tags: TAGS, base: "distroless", path: "/controller", user: "65532", ports: [], sizeBytes: 25_000_000 },
  program: "metallb/controller",
  implementation: rotatingOperator({
    agent: "metallb-controller",
    ports: (process) => [portFlag(process, "port", 7472), portFlag(process, "health-probe-port", 17_472), 9443],
    lines: ["MetalLB controller starting", "Starting Manager", "Starting workers"],
    rotation: ({ argv }) =>
      flagOf(argv, "webhook-mode") === "disabled"
        ? undefined
        : { secret: "metallb-webhook-cert", services: ["metallb-webhook-service"], organization: "cert" },
    alsoKeeps: memberlistSecret,
  }),
});

const frrK8s: ImageFamily = simpleImage({
  repositories: ["quay.io/metallb/frr-k8s"],
  ...{ tags: TAGS, base: "alpine", path: "/frr-k8s", ports: [], sizeBytes: 40_000_000 },
  program: "metallb/frr-k8s",
  implementation: service({
    ports: (process) => [
      portFlag(process, "metrics-bind-address", 7572),
      portFlag(process, "health-probe-bind-address", 7572),
    ],
    ...{ isOperator: true, style: "json", lines: ["starting frr-k8s", "Starting workers"] },
  }),
  files: {
    "/statuscleaner": executable("metallb/statuscleaner", { sizeBytes: 30_000_000 }),
    "/frr-metrics": executable("metallb/frr-metrics", { sizeBytes: 20_000_000 }),
    "/frr-status": executable("metallb/frr-status", { sizeBytes: 20_000_000 }),
    "/frr-reloader.sh": executable("metallb/frr-reloader"),
  },
  programs: {
    "metallb/statuscleaner": rotatingOperator({
      agent: "statuscleaner",
      ports: (process) => [portFlag(process, "webhook-port", 19_443)],
      lines: ["Starting webhook server", "Starting workers"],
      rotation: ({ argv }) => ({
        ...(flagOf(argv, "namespace") && { namespace: flagOf(argv, "namespace") }),
        ...{ secret: "frr-k8s-webhook-server-cert", services: ["frr-k8s-webhook-service"], organization: "cert" },
      }),
    }),
    "metallb/frr-metrics": service({
      ports: (process) => [portFlag(process, "metrics-port", 7573)],
      ...{ style: "json", lines: ["Starting exporter"] },
    }),
    "metallb/frr-status": service({ ports: [], style: "json", lines: ["Starting Manager"] }),
    "metallb/frr-reloader": service({ ports: [], lines: ["FRR reloader is waiting for signals"] }),
  },
});

export const METALLB: readonly ImageFamily[] = [
  controller,
  frrK8s,
  simpleImage({
    repositories: ["quay.io/metallb/speaker"],
    ...{ tags: TAGS, base: "distroless", path: "/speaker", ports: [], sizeBytes: 40_000_000 },
    program: "metallb/speaker",
    implementation: service({
      ports: (process) => [portFlag(process, "port", 7472), portFlag(process, "health-probe-port", 17_472)],
      ...{ style: "json", lines: ["MetalLB speaker starting", "Starting Manager"] },
    }),
  }),
  serviceImage(["quay.io/frrouting/frr", "docker.io/frrouting/frr"], {
    tags: { versions: "7.5-5:2 8.0-5:7 9.0-1:3 10.0-5:3", prefix: "optional", grows: true },
    ...{ base: "alpine", path: "/usr/lib/frr/docker-start", ports: [], sizeBytes: 60_000_000 },
    lines: ["watchfrr[1]: all daemons up, doing startup-complete notify"],
    files: { "/sbin/tini": executable("tini", { sizeBytes: 24_000 }) },
  }),
];

/** Images of the Kubernetes project: components, pause, test images and examples. */
import { agnhost } from "../../programs/servers/agnhost/agnhost.ts";
import { serveHostname } from "../../programs/servers/agnhost/small-servers.ts";
import { coredns } from "../../programs/servers/coredns/coredns.ts";
import { echoserver } from "../../programs/servers/demos.ts";
import { etcdctl } from "../../programs/servers/etcdctl.ts";
import { component, etcd, nonewprivs, pauseContainer } from "../../programs/servers/kubernetes.ts";
import { sampleApiserver } from "../../programs/servers/sample-apiserver.ts";
import { flagOf, portOf } from "../../programs/servers/server.ts";
import { busyboxFiles } from "../bases/alpine.ts";
import { scratchFiles } from "../bases/distroless.ts";
import { MB, onAlpine, onBase, onDebian, onDistroless } from "../config.ts";
import type { ImageFamily } from "../image.ts";
import { simpleImage } from "../simple.ts";
import { executable, executables, file } from "../tree.ts";

const RELEASES = "1.5-24:20 1.25-27:16 1.28-29:15 1.30-31:14 1.32-33:12 1.34:10 1.35:8 1.36:3";

const pause: ImageFamily = {
  repositories: [
    "registry.k8s.io/pause",
    "docker.io/rancher/pause",
    "docker.io/google/pause",
    "docker.io/kubernetes/pause",
  ],
  tags: { versions: "0.8:0 1.0 2.0 3.0-10:2" },
  image: () => ({
    ...onBase(() => scratchFiles({ "/pause": executable("pause-container", { sizeBytes: 743_952 }) }), "dash", {
      sizeBytes: 320_000,
      user: "65535:65535",
      entrypoint: ["/pause"],
    }),
  }),
  programs: { "pause-container": pauseContainer },
};

function agnhostFiles() {
  return {
    "/agnhost": executable("agnhost", { sizeBytes: 38_000_000 }),
    "/agnhost-2": executable("agnhost", { sizeBytes: 38_000_000 }),
    "/localhost.crt": file(""),
    "/localhost.key": file(""),
    ...executables("/usr/bin", "curl dig host iperf tcpdump"),
    "/usr/bin/nslookup": executable("nslookup-bind"),
  };
}

/** The first bytes of a JPEG file. */
const PICTURE = "\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\xff\xd9";

const agnhostFamily: ImageFamily = {
  repositories: ["registry.k8s.io/e2e-test-images/agnhost", "docker.io/e2eteam/agnhost"],
  tags: { versions: "1.0 2.0-66:2" },
  image: () =>
    onAlpine("3.22.3", {
      sizeBytes: 52 * MB,
      entrypoint: ["/agnhost"],
      cmd: ["pause"],
      ports: [80, 8080, 8081, 9376, 5000],
      files: agnhostFiles,
    }),
  programs: { agnhost },
};

/** The server of the page on debugging Services, which is a command of agnhost today. */
const serveHostnameFamily: ImageFamily = simpleImage({
  repositories: [
    "registry.k8s.io/serve_hostname",
    "gcr.io/google_containers/serve_hostname",
    "gcr.io/kubernetes-e2e-test-images/serve-hostname",
  ],
  tags: { versions: "1.0-4", prefix: "optional", words: { latest: "1.4" } },
  sizeBytes: 6 * MB,
  path: "/serve_hostname",
  program: "serve_hostname",
  implementation: serveHostname,
  ports: [9376],
  base: "scratch",
});

const nonewprivsFamily: ImageFamily = {
  repositories: ["registry.k8s.io/e2e-test-images/nonewprivs"],
  tags: { versions: "1.0-9" },
  image: () =>
    onDebian("bookworm", {
      sizeBytes: 3 * MB,
      entrypoint: ["/usr/local/bin/nnp"],
      files: { "/usr/local/bin/nnp": executable("nonewprivs", { sizeBytes: 6_000_000, mode: 0o4755 }) },
    }),
  programs: { nonewprivs },
};

/** Runs as a user with a number and without a name. */
const nonRoot: ImageFamily = {
  repositories: ["registry.k8s.io/e2e-test-images/nonroot"],
  tags: { versions: "1.0-4" },
  image: () => onBase(busyboxFiles, "busybox", { sizeBytes: 2 * MB, user: "1234", entrypoint: ["id", "-u"] }),
};

/** The pictures of the update demo, on the image of agnhost. */
const updateDemo: ImageFamily = {
  repositories: ["registry.k8s.io/e2e-test-images/", "gcr.io/google-samples/"].flatMap((registry) => [
    `${registry}nautilus`,
    `${registry}kitten`,
  ]),
  tags: { versions: "1.0-9" },
  image: (_facts, repository) => {
    const picture = `${repository.slice(repository.lastIndexOf("/") + 1)}.jpg`;
    return onAlpine("3.22.3", {
      sizeBytes: 52 * MB,
      entrypoint: ["/agnhost", "test-webserver"],
      ports: [80],
      files: () => ({
        ...agnhostFiles(),
        "/data.json": file(`{\n  "image": "${picture}"\n}\n`),
        [`/${picture}`]: file(PICTURE),
      }),
    });
  },
  programs: { agnhost },
};

const sample: ImageFamily = {
  repositories: ["registry.k8s.io/e2e-test-images/sample-apiserver"],
  tags: { versions: "1.10 1.17:7 1.29:3 1.33:8", prefix: "optional" },
  image: () =>
    onDistroless({
      sizeBytes: 24 * MB,
      entrypoint: ["/sample-apiserver"],
      ports: [443],
      files: { "/sample-apiserver": executable("sample-apiserver", { sizeBytes: 60_000_000 }) },
    }),
  programs: { "sample-apiserver": sampleApiserver },
};

const echo: ImageFamily = {
  repositories: [
    "registry.k8s.io/echoserver",
    "gcr.io/google-samples/echoserver",
    "registry.k8s.io/e2e-test-images/echoserver",
  ],
  tags: { versions: "1.0-10 2.2-7" },
  image: () =>
    onDebian("bookworm", {
      sizeBytes: 45 * MB,
      cmd: ["/usr/local/bin/run.sh"],
      ports: [8080, 8443],
      files: { "/usr/local/bin/run.sh": executable("echoserver"), "/usr/bin/curl": executable("curl") },
    }),
  programs: { echoserver },
};

/** The release of the cluster's own components, in their logs. */
const RELEASE = "v1.36.2";

interface Component {
  port: number;
  sizeMb: number;
  memoryMb: number;
  lines: readonly string[];
  source: string;
}

const COMPONENTS: Readonly<Record<string, Component>> = {
  "kube-apiserver": {
    port: 6443,
    sizeMb: 27,
    memoryMb: 240,
    source: "server.go:149",
    lines: [`Version: ${RELEASE}`, "Serving securely on [::]:6443"],
  },
  "kube-controller-manager": {
    port: 10257,
    sizeMb: 23,
    memoryMb: 55,
    source: "controllermanager.go:185",
    lines: [`Starting version=${RELEASE}`, "Serving securely on 127.0.0.1:10257"],
  },
  "kube-scheduler": {
    port: 10259,
    sizeMb: 17,
    memoryMb: 24,
    source: "server.go:160",
    lines: [`Starting Kubernetes Scheduler version=${RELEASE}`, "Serving securely on 127.0.0.1:10259"],
  },
  "kube-proxy": {
    port: 10256,
    sizeMb: 26,
    memoryMb: 17,
    source: "server_linux.go:132",
    lines: ["Using iptables proxy", `Version info version=${RELEASE}`, "Caches are synced for service config"],
  },
};

const components: ImageFamily = {
  repositories: Object.keys(COMPONENTS).map((name) => `registry.k8s.io/${name}`),
  tags: { versions: RELEASES, prefix: "v" },
  image: (_facts, repository) => {
    const name = repository.slice(repository.lastIndexOf("/") + 1);
    return onDistroless({
      sizeBytes: (COMPONENTS[name]?.sizeMb ?? 25) * MB,
      cmd: [name],
      ports: [COMPONENTS[name]?.port ?? 0],
      files: {
        [`/usr/local/bin/${name}`]: executable(name, { sizeBytes: 90_000_000 }),
        ...(name === "kube-proxy" && executables("/usr/sbin", "iptables iptables-save ip6tables conntrack")),
      },
    });
  },
  programs: Object.fromEntries(
    Object.entries(COMPONENTS).map(([name, { port, lines, source, memoryMb }]) => [
      name,
      component({
        port: ({ argv }) => portOf(flagOf(argv, "secure-port"), port),
        lines,
        source,
        version: `Kubernetes ${RELEASE}`,
        memoryBytes: memoryMb * MB,
        ...(name === "kube-proxy" && { metricsPort: 10249, paths: { "/proxyMode": "iptables" } }),
      }),
    ]),
  ),
};

const services: ImageFamily = {
  repositories: [
    "registry.k8s.io/etcd",
    "registry.k8s.io/coredns/coredns",
    "registry.k8s.io/coredns",
    "docker.io/coredns/coredns",
    "quay.io/coreos/etcd",
    "gcr.io/etcd-development/etcd",
  ],
  tags: {
    versions: "1.2-12:9 1.13:2 1.14:6 2.2-3:9 3.0-3:27 3.4:38 3.5:25 3.6:11",
    prefix: "optional",
    variants: "\\d+|rc\\.\\d",
  },
  image: ({ version }, repository) => {
    const isEtcd = repository.includes("etcd");
    const path = isEtcd ? "/usr/local/bin/etcd" : "/coredns";
    return onDistroless({
      sizeBytes: (isEtcd ? 58 : 22) * MB,
      ...(isEtcd ? { cmd: [path] } : { entrypoint: [path], user: "nonroot", env: { COREDNS_VERSION: version } }),
      ports: isEtcd ? [2379, 2380, 4001, 7001] : [53],
      files: {
        [path]: executable(isEtcd ? "etcd" : "coredns", { sizeBytes: 30_000_000 }),
        ...(isEtcd && {
          "/usr/local/bin/etcdctl": executable("etcdctl", { sizeBytes: 17_000_000 }),
          "/usr/local/bin/etcdutl": executable("etcdctl", { sizeBytes: 16_000_000 }),
        }),
      },
    });
  },
  programs: { etcd, etcdctl, coredns },
};

export const KUBERNETES: readonly ImageFamily[] = [
  pause,
  agnhostFamily,
  serveHostnameFamily,
  nonewprivsFamily,
  nonRoot,
  updateDemo,
  sample,
  echo,
  components,
  services,
];

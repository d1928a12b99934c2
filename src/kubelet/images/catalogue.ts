/**
 * The known images: their sizes, the program that runs without a command, and the ports that it serves. Keys are full
 * repository names without tag. Sandbar's own data.
 * Kubernetes: no counterpart.
 */

export interface Image {
  /** Compressed layers, as the registry counts them. */
  sizeBytes: number;
  /**
   * The program without a command. A `server` answers on its ports until it is stopped; a `task` exits with code 0; a
   * `shell` waits for input that never comes.
   */
  runs: "server" | "task" | "shell";
  /** Ports of the server. Absent: unknown, so every declared port answers. */
  ports?: readonly number[];
  /** Paths that the server answers with success; other paths are 404. Absent: all paths succeed. */
  paths?: readonly string[];
  /** The server's reaction to SIGTERM: exit code and duration. Absent: exit code 0 at once. */
  stop?: { exitCode: number; ms: number };
  /** By first argument: how long the server answers with success. After that it answers with errors. */
  failsAfterMs?: Readonly<Record<string, number>>;
  /** The image contains BusyBox and nothing else, so only BusyBox's applets can start. */
  isBusyBox?: boolean;
  /** Tags that exist besides versions and the usual words. */
  tags?: readonly string[];
}

/** Size of images without a measured size. */
const DEFAULT_SIZE_BYTES = 70_000_000;

const MB = 1_000_000;

const LIBRARY: Readonly<Record<string, Image>> = {
  // Sizes of nginx and busybox are those of the reference recordings, where every image had one size.
  nginx: { sizeBytes: DEFAULT_SIZE_BYTES, runs: "server", ports: [80], paths: ["/", "/index.html"], tags: ["perl"] },
  httpd: { sizeBytes: 59 * MB, runs: "server", ports: [80], paths: ["/", "/index.html"] },
  caddy: { sizeBytes: 21 * MB, runs: "server", ports: [80, 443, 2019], paths: ["/"] },
  haproxy: { sizeBytes: 41 * MB, runs: "server" },
  traefik: { sizeBytes: 47 * MB, runs: "server", ports: [80] },
  tomcat: { sizeBytes: 203 * MB, runs: "server", ports: [8080], stop: { exitCode: 143, ms: 400 } },
  redis: { sizeBytes: 52 * MB, runs: "server", ports: [6379] },
  valkey: { sizeBytes: 44 * MB, runs: "server", ports: [6379] },
  memcached: { sizeBytes: 33 * MB, runs: "server", ports: [11211] },
  postgres: { sizeBytes: 160 * MB, runs: "server", ports: [5432] },
  mysql: { sizeBytes: 268 * MB, runs: "server", ports: [3306, 33060], stop: { exitCode: 0, ms: 1500 } },
  mariadb: { sizeBytes: 118 * MB, runs: "server", ports: [3306], stop: { exitCode: 0, ms: 800 } },
  mongo: { sizeBytes: 310 * MB, runs: "server", ports: [27017] },
  rabbitmq: { sizeBytes: 118 * MB, runs: "server", ports: [5672, 15672], stop: { exitCode: 0, ms: 1500 } },
  elasticsearch: { sizeBytes: 640 * MB, runs: "server", ports: [9200, 9300], stop: { exitCode: 143, ms: 1200 } },
  wordpress: { sizeBytes: 250 * MB, runs: "server", ports: [80] },
  ghost: { sizeBytes: 180 * MB, runs: "server", ports: [2368] },
  registry: { sizeBytes: 18 * MB, runs: "server", ports: [5000] },
  busybox: { sizeBytes: DEFAULT_SIZE_BYTES, runs: "shell", isBusyBox: true, tags: ["musl", "glibc", "uclibc"] },
  alpine: { sizeBytes: 3_800_000, runs: "shell" },
  ubuntu: { sizeBytes: 29_700_000, runs: "shell" },
  debian: { sizeBytes: 49 * MB, runs: "shell" },
  fedora: { sizeBytes: 68 * MB, runs: "shell" },
  bash: { sizeBytes: 6 * MB, runs: "shell" },
  node: { sizeBytes: 395 * MB, runs: "shell" },
  python: { sizeBytes: 370 * MB, runs: "shell" },
  golang: { sizeBytes: 310 * MB, runs: "shell" },
  ruby: { sizeBytes: 365 * MB, runs: "shell" },
  php: { sizeBytes: 180 * MB, runs: "shell", tags: ["apache", "fpm", "cli"] },
  perl: { sizeBytes: 338 * MB, runs: "shell" },
  openjdk: { sizeBytes: 245 * MB, runs: "shell" },
  "eclipse-temurin": { sizeBytes: 210 * MB, runs: "shell" },
  "hello-world": { sizeBytes: 3_000, runs: "task", tags: ["linux"] },
};

const OTHERS: Readonly<Record<string, Image>> = {
  "docker.io/bitnami/kubectl": { sizeBytes: 90 * MB, runs: "task" },
  "docker.io/curlimages/curl": { sizeBytes: 9 * MB, runs: "task" },
  "docker.io/hashicorp/http-echo": { sizeBytes: 3 * MB, runs: "server", ports: [5678] },
  "docker.io/kicbase/echo-server": { sizeBytes: 2_200_000, runs: "server", ports: [8080] },
  "docker.io/traefik/whoami": { sizeBytes: 3 * MB, runs: "server", ports: [80] },
  "docker.io/stefanprodan/podinfo": { sizeBytes: 26 * MB, runs: "server", ports: [9898, 9797, 9999] },
  "gcr.io/google-samples/hello-app": { sizeBytes: 4_300_000, runs: "server", ports: [8080] },
  "us-docker.pkg.dev/google-samples/containers/gke/hello-app": {
    sizeBytes: 4_300_000,
    runs: "server",
    ports: [8080],
  },
  "registry.k8s.io/pause": { sizeBytes: 320_000, runs: "server", ports: [] },
  "registry.k8s.io/echoserver": { sizeBytes: 45 * MB, runs: "server", ports: [8080] },
  "registry.k8s.io/hpa-example": { sizeBytes: 160 * MB, runs: "server", ports: [80] },
  "registry.k8s.io/nginx-slim": { sizeBytes: 30 * MB, runs: "server", ports: [80], paths: ["/", "/index.html"] },
  "registry.k8s.io/busybox": { sizeBytes: 1_100_000, runs: "shell", isBusyBox: true },
  "registry.k8s.io/e2e-test-images/agnhost": {
    sizeBytes: 52 * MB,
    runs: "server",
    // A server made for trying out liveness probes.
    failsAfterMs: { liveness: 10_000 },
  },
  "registry.k8s.io/e2e-test-images/busybox": { sizeBytes: 1_000_000, runs: "shell", isBusyBox: true },
  "registry.k8s.io/e2e-test-images/nginx": { sizeBytes: 51 * MB, runs: "server", ports: [80] },
  "registry.k8s.io/e2e-test-images/httpd": { sizeBytes: 41 * MB, runs: "server", ports: [80] },
  "registry.k8s.io/etcd": { sizeBytes: 58 * MB, runs: "server" },
  "registry.k8s.io/coredns/coredns": { sizeBytes: 22 * MB, runs: "server", ports: [53, 8080, 8181, 9153] },
  "registry.k8s.io/kube-proxy": { sizeBytes: 31 * MB, runs: "server" },
  "registry.k8s.io/kube-apiserver": { sizeBytes: 27 * MB, runs: "server" },
  "registry.k8s.io/kube-controller-manager": { sizeBytes: 23 * MB, runs: "server" },
  "registry.k8s.io/kube-scheduler": { sizeBytes: 17 * MB, runs: "server" },
};

const IMAGES: ReadonlyMap<string, Image> = new Map([
  ...Object.entries(LIBRARY).map(([name, image]) => [`docker.io/library/${name}`, image] as const),
  ...Object.entries(OTHERS),
]);

/** The image of a repository; undefined if it is unknown. */
export function knownImage(repository: string): Image | undefined {
  return IMAGES.get(repository);
}

/** The assumed image of an unknown repository. */
export const UNKNOWN_IMAGE: Image = { sizeBytes: DEFAULT_SIZE_BYTES, runs: "server" };

const WORDS = new Set(
  "alpine bookworm bullseye buster current edge focal jammy latest lts mainline management noble rolling slim stable trixie unstable".split(
    " ",
  ),
);

/**
 * Whether the tag may exist: versions of a plausible size and the usual words, also combined (`1.29-alpine`, `stable`).
 */
export function isPossibleTag(image: Image, tag: string): boolean {
  const [head = "", ...suffixes] = tag.split("-");
  const version = /^v?(\d+)(?:\.(\d+))?(?:\.(\w+))*$/.exec(head);
  const isVersion = version !== null && isSmall(version[1]) && isSmall(version[2]);
  const isWord = (word: string) => WORDS.has(word.replace(/[\d.]+$/, "")) || (image.tags?.includes(word) ?? false);
  return (isVersion || isWord(head)) && (isVersion || suffixes.every((word) => isWord(word) || /^\d/.test(word)));
}

/** Version numbers have at most two digits; years and dates have four or more. */
function isSmall(part: string | undefined): boolean {
  return part === undefined || part.length <= 2 || part.length >= 4;
}

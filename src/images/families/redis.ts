/** Redis and its forks. */
import { redisBenchmark } from "../../programs/servers/redis/benchmark.ts";
import { bitnamiRedisEntrypoint } from "../../programs/servers/redis/bitnami.ts";
import { redisCli } from "../../programs/servers/redis/cli.ts";
import { redis } from "../../programs/servers/redis/redis.ts";
import { bitnamiFiles } from "../bitnami/layout.ts";
import { MB, onDebian, onVariant } from "../config.ts";
import type { ImageFamily } from "../image.ts";
import { library } from "../repositories.ts";
import { ALPINE_VARIANT, DEBIAN_VARIANT } from "../tags.ts";
import { directories, directory, executable, file } from "../tree.ts";

const VERSIONS = "2.6:17 2.8:23 3.0:7 3.2:13 4.0:14 5.0:14 6.0:20 6.2:21 7.0:15 7.2:12 7.4:7 8.0:5 8.2:3 8.4:0";
const VARIANTS = `(?:32bit)?-?(?:${ALPINE_VARIANT}|${DEBIAN_VARIANT})?`;
const ENTRYPOINT =
  '#!/bin/sh\nset -e\n# Flags and configuration files belong to redis-server.\ncase "$1" in -*|*.conf) set -- redis-server "$@" ;; esac\nexec "$@"\n';

/** Programs of these names: `redis-server`, `redis-cli`, … */
function files(names: readonly string[], folder = "/usr/local/bin") {
  return {
    ...Object.fromEntries(
      names.flatMap((name) => [
        [`${folder}/${name}-server`, executable("redis-server", { sizeBytes: 16_000_000 })] as const,
        [`${folder}/${name}-sentinel`, executable("redis-server", { sizeBytes: 16_000_000 })] as const,
        [`${folder}/${name}-cli`, executable("redis-cli", { sizeBytes: 7_000_000 })] as const,
        [`${folder}/${name}-benchmark`, executable("redis-benchmark", { sizeBytes: 7_000_000 })] as const,
      ]),
    ),
    "/usr/local/bin/docker-entrypoint.sh": executable("exec-entrypoint", { content: ENTRYPOINT }),
    "/data": directory({ uid: 999, gid: 999 }),
  };
}

function family(name: "redis" | "valkey", versions: string): ImageFamily {
  return {
    repositories:
      name === "redis"
        ? [...library("redis"), "docker.io/redis/redis-stack-server", "docker.io/redis/redis-stack"]
        : [...library("valkey"), "docker.io/valkey/valkey", "ghcr.io/valkey-io/valkey"],
    tags: { versions, variants: VARIANTS, ...(name === "valkey" && { words: { unstable: "9.0.4" } }) },
    image: (facts) =>
      onVariant(
        facts,
        {
          sizeBytes: (name === "redis" ? 52 : 44) * MB,
          workingDir: "/data",
          env: { REDIS_VERSION: facts.version, ...(name === "valkey" && { VALKEY_VERSION: facts.version }) },
          entrypoint: ["docker-entrypoint.sh"],
          cmd: [`${name}-server`],
          ports: [6379],
          accounts: [{ name, uid: 999 }],
          files: () => files(name === "redis" ? ["redis"] : ["valkey", "redis"]),
        },
        { sizeBytes: 17 * MB },
      ),
    ...(name === "redis" && {
      programs: { "redis-server": redis, "redis-cli": redisCli, "redis-benchmark": redisBenchmark },
    }),
  };
}

/** The followers of the guestbook know their primary by the name of its Service. */
function primaryFlags(repository: string): string[] {
  if (repository.endsWith("gb-redis-follower")) return ["--replicaof", "redis-leader", "6379"];
  return repository.endsWith("gb-redisslave") ? ["--slaveof", "redis-master", "6379"] : [];
}

const OTHER_TAGS = {
  versions: "1.0-3:9 2.0:3 3.0:7 3.2:12 4.0:14 5.0-0:14 6.0-2:20 7.0-4:15 8.0-4:5",
  prefix: "optional",
  words: { e2e: "7.2.0" },
  variants: "debian-\\d+-r\\d+",
} as const;

/** Bitnami's images: the entrypoint reads variables, and data lies in /bitnami. */
const bitnami: ImageFamily = {
  repositories: ["redis", "valkey", "redis-sentinel"].map((name) => `docker.io/bitnami/${name}`),
  tags: OTHER_TAGS,
  image: (facts, repository) =>
    onDebian("bookworm", {
      sizeBytes: 60 * MB,
      user: "1001",
      env: {
        REDIS_VERSION: facts.version.length > 3 ? facts.version : "8.4.0",
        PATH: "/opt/bitnami/common/bin:/opt/bitnami/redis/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      },
      entrypoint: ["/opt/bitnami/scripts/redis/entrypoint.sh"],
      cmd: repository.endsWith("-sentinel")
        ? ["redis-server", "/opt/bitnami/redis-sentinel/etc/sentinel.conf", "--sentinel"]
        : ["/opt/bitnami/scripts/redis/run.sh"],
      ports: [repository.endsWith("-sentinel") ? 26_379 : 6379],
      files: () => ({
        ...bitnamiFiles("redis"),
        ...bitnamiFiles("valkey"),
        ...files(["redis", "valkey"], "/opt/bitnami/redis/bin"),
        ...files(["redis", "valkey"], "/opt/bitnami/valkey/bin"),
        "/opt/bitnami/scripts/redis/entrypoint.sh": executable("redis-bitnami"),
        "/opt/bitnami/scripts/redis/run.sh": executable("redis-bitnami"),
        "/opt/bitnami/redis-sentinel/etc/sentinel.conf": file("sentinel monitor mymaster redis 6379 2\n"),
        ...directories("/opt/bitnami/redis/etc /opt/bitnami/redis/mounted-etc", { uid: 1001, gid: 0, mode: 0o775 }),
        ...directories("/opt/bitnami/redis/tmp /bitnami/redis/data", { uid: 1001, gid: 0, mode: 0o775 }),
        "/data": directory({ uid: 1001, gid: 0, mode: 0o775 }),
      }),
    }),
  programs: { "redis-bitnami": bitnamiRedisEntrypoint },
};

/** Images of Kubernetes' guestbook. */
const others: ImageFamily = {
  repositories: [
    "registry.k8s.io/redis",
    "registry.k8s.io/e2e-test-images/redis",
    "us-docker.pkg.dev/google-samples/containers/gke/gb-redis-follower",
    "gcr.io/google-samples/gb-redis-follower",
    "gcr.io/google_samples/gb-redis-follower",
    "gcr.io/google_samples/gb-redisslave",
    "gcr.io/google-samples/gb-redisslave",
    "docker.io/kubeguide/redis-master",
  ],
  tags: { ...OTHER_TAGS, variants: `${OTHER_TAGS.variants}|\\d` },
  image: (facts, repository) =>
    onDebian("bookworm", {
      sizeBytes: 60 * MB,
      workingDir: "/data",
      env: { REDIS_VERSION: facts.version.length > 3 ? facts.version : "7.2.12" },
      entrypoint: ["docker-entrypoint.sh"],
      cmd: ["redis-server", ...primaryFlags(repository)],
      ports: [6379],
      files: () => ({ ...files(["redis", "valkey"]), "/data": directory({ uid: 1001, gid: 0, mode: 0o775 }) }),
    }),
};

export const REDIS: readonly ImageFamily[] = [
  family("redis", VERSIONS),
  family("valkey", "7.2:11 8.0:6 8.1:5 9.0:4"),
  bitnami,
  others,
];

/** Redis and its forks. */
import { redisCli } from "../../programs/servers/redis/cli.ts";
import { redis } from "../../programs/servers/redis/redis.ts";
import { MB, onDebian, onVariant } from "../config.ts";
import type { ImageFamily } from "../image.ts";
import { library } from "../repositories.ts";
import { ALPINE_VARIANT, DEBIAN_VARIANT } from "../tags.ts";
import { directory, executable } from "../tree.ts";

const VERSIONS = "2.6:17 2.8:23 3.0:7 3.2:13 4.0:14 5.0:14 6.0:20 6.2:21 7.0:15 7.2:12 7.4:7 8.0:5 8.2:3 8.4:0";
const VARIANTS = `(?:32bit)?-?(?:${ALPINE_VARIANT}|${DEBIAN_VARIANT})?`;
const ENTRYPOINT =
  '#!/bin/sh\nset -e\n# Flags and configuration files belong to redis-server.\ncase "$1" in -*|*.conf) set -- redis-server "$@" ;; esac\nexec "$@"\n';

function files(names: readonly string[]) {
  return {
    ...Object.fromEntries(
      names.map((name) => [`/usr/local/bin/${name}-server`, executable("redis-server", { sizeBytes: 16_000_000 })]),
    ),
    ...Object.fromEntries(
      names.map((name) => [`/usr/local/bin/${name}-cli`, executable("redis-cli", { sizeBytes: 7_000_000 })]),
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
    ...(name === "redis" && { programs: { "redis-server": redis, "redis-cli": redisCli } }),
  };
}

/** The followers of the guestbook know their primary by the name of its Service. */
function primaryFlags(repository: string): string[] {
  if (repository.endsWith("gb-redis-follower")) return ["--replicaof", "redis-leader", "6379"];
  return repository.endsWith("gb-redisslave") ? ["--slaveof", "redis-master", "6379"] : [];
}

/** Images of Kubernetes' guestbook, and Bitnami's. */
const others: ImageFamily = {
  repositories: [
    "docker.io/bitnami/redis",
    "docker.io/bitnami/valkey",
    "docker.io/bitnami/redis-sentinel",
    "registry.k8s.io/redis",
    "registry.k8s.io/e2e-test-images/redis",
    "us-docker.pkg.dev/google-samples/containers/gke/gb-redis-follower",
    "gcr.io/google-samples/gb-redis-follower",
    "gcr.io/google_samples/gb-redis-follower",
    "gcr.io/google_samples/gb-redisslave",
    "gcr.io/google-samples/gb-redisslave",
    "docker.io/kubeguide/redis-master",
  ],
  tags: {
    versions: "1.0-3:9 2.0:3 4.0:14 5.0-0:14 6.0-2:20 7.0-4:15 8.0-4:5",
    prefix: "optional",
    words: { e2e: "7.2.0" },
    variants: "debian-\\d+-r\\d+",
  },
  image: (facts, repository) =>
    onDebian("bookworm", {
      sizeBytes: 60 * MB,
      user: repository.includes("bitnami") ? "1001" : "",
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
  others,
];

/** PostgreSQL. */

import { postgresEntrypoint } from "../../programs/servers/postgres/entrypoint.ts";
import { postgres } from "../../programs/servers/postgres/postgres.ts";
import { psql } from "../../programs/servers/postgres/psql.ts";
import { createdb, createuser, dropdb, dropuser, pgDump, pgIsReady } from "../../programs/servers/postgres/tools.ts";
import { MB, onVariant } from "../config.ts";
import type { ImageFamily } from "../image.ts";
import { library } from "../repositories.ts";
import { ALPINE_VARIANT, DEBIAN_VARIANT } from "../tags.ts";
import { directory, executable } from "../tree.ts";

const POSTGRES_VERSIONS =
  "8.4:22 9.0-5:25 9.6:24 10.0-23 11.0-22 12.0-22 13.0-23 14.0-23 15.0-18 16.0-14 17.0-10 17.5-6:0 18.0-4";

const TOOLS = { psql, pg_isready: pgIsReady, createdb, dropdb, createuser, dropuser, pg_dump: pgDump };

function postgresFiles(folder: string, clients: string, uid: number) {
  const owner = { uid, gid: uid };
  return {
    "/usr/local/bin/docker-entrypoint.sh": executable("postgres-entrypoint", { sizeBytes: 14_000 }),
    [`${folder}/postgres`]: executable("postgres", { sizeBytes: 9_000_000 }),
    ...Object.fromEntries(
      Object.keys(TOOLS).map((name) => [`${clients}/${name}`, executable(name, { sizeBytes: 800_000 })]),
    ),
    "/docker-entrypoint-initdb.d": directory(),
    "/var/lib/postgresql": directory({ ...owner, mode: 0o777 }),
    "/var/run/postgresql": directory({ ...owner, mode: 0o3777 }),
  };
}

const postgresFamily: ImageFamily = {
  repositories: [
    ...library("postgres"),
    "docker.io/postgis/postgis",
    "docker.io/timescale/timescaledb",
    "docker.io/pgvector/pgvector",
    "registry.k8s.io/e2e-test-images/postgres",
  ],
  tags: {
    versions: POSTGRES_VERSIONS,
    variants: `(?:${ALPINE_VARIANT}|${DEBIAN_VARIANT}|\\d\\.\\d+|debian-\\d+-r\\d+|pg\\d+|[\\w.]*)(?:-${ALPINE_VARIANT})?`,
    words: { "latest-pg16": "16.11", pg16: "16.11", pg17: "17.7" },
  },
  image: (facts) => {
    const [major = "18"] = facts.version.split(".");
    const isAlpine = facts.variant.includes("alpine");
    const uid = isAlpine ? 70 : 999;
    const folder = isAlpine ? "/usr/local/bin" : `/usr/lib/postgresql/${major}/bin`;
    const clients = isAlpine ? folder : "/usr/bin";
    return onVariant(
      facts,
      {
        sizeBytes: 160 * MB,
        env: {
          PATH: `/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postgresql/${major}/bin`,
          LANG: "en_US.utf8",
          PG_MAJOR: major,
          PG_VERSION: facts.version,
          PGDATA: Number(major) >= 18 ? `/var/lib/postgresql/${major}/docker` : "/var/lib/postgresql/data",
        },
        entrypoint: ["docker-entrypoint.sh"],
        cmd: ["postgres"],
        ports: [5432],
        stopSignal: "INT",
        accounts: [{ name: "postgres", uid, home: "/var/lib/postgresql", shell: "/bin/bash" }],
        files: () => postgresFiles(folder, clients, uid),
      },
      { sizeBytes: 110 * MB },
    );
  },
  programs: { postgres, "postgres-entrypoint": postgresEntrypoint, ...TOOLS },
};

export const DATABASES: readonly ImageFamily[] = [postgresFamily];

/** Databases and message brokers. */

import { mysqld, mysqlEntrypoint } from "../../programs/servers/databases/mysql.ts";
import { mysqladmin, mysqlClient } from "../../programs/servers/databases/mysql-client.ts";
import { postgres, postgresEntrypoint } from "../../programs/servers/databases/postgres.ts";
import { pgIsReady, psql } from "../../programs/servers/databases/psql.ts";
import { redHatFiles } from "../bases/redhat.ts";
import { MB, onBase, onDebian, onVariant } from "../config.ts";
import type { ImageFamily } from "../image.ts";
import { library } from "../repositories.ts";
import { ALPINE_VARIANT, DEBIAN_VARIANT } from "../tags.ts";
import { directory, executable } from "../tree.ts";

const POSTGRES_VERSIONS =
  "8.4:22 9.0-5:25 9.6:24 10.0-23 11.0-22 12.0-22 13.0-23 14.0-20 15.0-15 16.0-11 17.0-7 18.0-1";

function postgresFiles(folder: string) {
  return {
    "/usr/local/bin/docker-entrypoint.sh": executable("postgres-entrypoint"),
    [`${folder}/postgres`]: executable("postgres", { sizeBytes: 9_000_000 }),
    [`${folder}/psql`]: executable("psql"),
    [`${folder}/pg_isready`]: executable("pg_isready"),
    "/docker-entrypoint-initdb.d": directory(),
    "/var/lib/postgresql": directory({ uid: 999, gid: 999, mode: 0o777 }),
    "/var/run/postgresql": directory({ uid: 999, gid: 999, mode: 0o777 }),
  };
}

const postgresFamily: ImageFamily = {
  repositories: [
    ...library("postgres"),
    "docker.io/bitnami/postgresql",
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
    const folder = facts.variant.includes("alpine") ? "/usr/local/bin" : `/usr/lib/postgresql/${major}/bin`;
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
        accounts: [{ name: "postgres", uid: 999, home: "/var/lib/postgresql", shell: "/bin/bash" }],
        files: () => postgresFiles(folder),
      },
      { sizeBytes: 110 * MB },
    );
  },
  programs: { postgres, "postgres-entrypoint": postgresEntrypoint, psql, pg_isready: pgIsReady },
};

function mysqlFiles() {
  return {
    "/usr/local/bin/docker-entrypoint.sh": executable("mysql-entrypoint"),
    ...Object.fromEntries(
      ["mysqld", "mariadbd"].map((name) => [`/usr/sbin/${name}`, executable("mysqld", { sizeBytes: 60_000_000 })]),
    ),
    ...Object.fromEntries(
      ["mysql", "mariadb"].map((name) => [`/usr/bin/${name}`, executable("mysql", { sizeBytes: 7_000_000 })]),
    ),
    ...Object.fromEntries(
      ["mysqladmin", "mariadb-admin"].map((name) => [
        `/usr/bin/${name}`,
        executable("mysqladmin", { sizeBytes: 7_000_000 }),
      ]),
    ),
    "/docker-entrypoint-initdb.d": directory(),
    "/var/lib/mysql": directory({ uid: 999, gid: 999, mode: 0o777 }),
    "/var/run/mysqld": directory({ uid: 999, gid: 999, mode: 0o777 }),
    "/etc/mysql/conf.d": directory(),
  };
}

const ORACLE = {
  id: "ol",
  name: "Oracle Linux Server",
  version: "9.7",
  pretty: "Oracle Linux Server 9.7",
  release: "Oracle Linux Server release 9.7",
  platform: "el9",
  packager: "microdnf",
} as const;

const mysqlFamily: ImageFamily = {
  repositories: [
    ...library("mysql", "percona"),
    "docker.io/bitnami/mysql",
    "docker.io/mysql/mysql-server",
    "container-registry.oracle.com/mysql/community-server",
    "docker.io/percona/percona-server",
  ],
  tags: {
    versions: "5.5:62 5.6:51 5.7:44 8.1-3:0 8.0:45 8.4:8 9.0-4:1 9.5:0 9.6:0",
    words: { lts: "8.4.8", innovation: "9.6.0" },
    variants: `oracle|oraclelinux\\d+|debian|oracular|${DEBIAN_VARIANT}|debian-\\d+-r\\d+|\\d[\\w.]*`,
  },
  image: ({ version }) => ({
    ...onBase(() => redHatFiles(ORACLE), "bash", {
      sizeBytes: 268 * MB,
      env: {
        MYSQL_MAJOR: version.split(".").slice(0, 2).join("."),
        MYSQL_VERSION: `${version}-1.el9`,
        MYSQL_SHELL_VERSION: `${version}-1.el9`,
      },
      entrypoint: ["docker-entrypoint.sh"],
      cmd: ["mysqld"],
      ports: [3306, 33060],
      files: mysqlFiles,
    }),
  }),
  programs: { mysqld, "mysql-entrypoint": mysqlEntrypoint, mysql: mysqlClient, mysqladmin },
};

const mariadbFamily: ImageFamily = {
  repositories: [
    ...library("mariadb"),
    "docker.io/bitnami/mariadb",
    "docker.io/bitnami/mariadb-galera",
    "quay.io/mariadb-foundation/mariadb-devel",
  ],
  tags: {
    versions: "5.5:68 10.0-4:38 10.5:29 10.6:25 10.7-10:8 10.11:16 11.0-3:6 11.5-7:2 11.4:10 11.8:6 12.0-1:2",
    words: { lts: "11.8.6" },
    variants: "jammy|noble|focal|bionic|ubi|ubi9|rc|debian-\\d+-r\\d+",
  },
  image: ({ version }) =>
    onDebian("noble", {
      sizeBytes: 118 * MB,
      env: { MARIADB_VERSION: `1:${version}+maria~ubu2404`, LANG: "C.UTF-8", GOSU_VERSION: "1.19" },
      entrypoint: ["docker-entrypoint.sh"],
      cmd: ["mariadbd"],
      ports: [3306],
      accounts: [{ name: "mysql", uid: 999 }],
      files: mysqlFiles,
    }),
};

export const DATABASES: readonly ImageFamily[] = [postgresFamily, mysqlFamily, mariadbFamily];

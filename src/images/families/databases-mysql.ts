/** MySQL and MariaDB. */

import { mysqlEntrypoint } from "../../programs/servers/mysql/entrypoint.ts";
import { mysqlClient } from "../../programs/servers/mysql/mysql.ts";
import { mysqld } from "../../programs/servers/mysql/mysqld.ts";
import { mysqlAdmin, mysqlDump } from "../../programs/servers/mysql/tools.ts";
import { ncat, xbstream, xtrabackup } from "../../programs/servers/mysql/xtrabackup.ts";
import { redHatFiles } from "../bases/redhat.ts";
import { MB, onBase, onDebian } from "../config.ts";
import type { ImageFamily } from "../image.ts";
import { library } from "../repositories.ts";
import { DEBIAN_VARIANT } from "../tags.ts";
import { directory, executable, file, tree } from "../tree.ts";

/** Clients by the program that they are. */
const CLIENTS: Readonly<Record<string, readonly string[]>> = {
  mysql: ["mysql", "mariadb"],
  mysqladmin: ["mysqladmin", "mariadb-admin"],
  mysqldump: ["mysqldump", "mariadb-dump"],
};

const CONFIGURATION =
  "[mysqld]\nskip-name-resolve\ndatadir=/var/lib/mysql\nsocket=/var/run/mysqld/mysqld.sock\nuser=mysql\n!includedir /etc/mysql/conf.d/\n";

function mysqlFiles(isMariaDb: boolean) {
  const owner = { uid: 999, gid: 999, mode: 0o777 };
  const clients = Object.entries(CLIENTS).flatMap(([program, names]) =>
    names.filter((name) => isMariaDb || !name.startsWith("mariadb")).map((name) => [`/usr/bin/${name}`, program]),
  );
  return {
    "/usr/local/bin/docker-entrypoint.sh": executable("mysql-entrypoint", { sizeBytes: 14_000 }),
    ...(isMariaDb && {
      "/usr/local/bin/healthcheck.sh": file("#!/bin/bash\nmariadb-admin ping >/dev/null 2>&1\n", { mode: 0o755 }),
      "/usr/sbin/mariadbd": executable("mysqld", { sizeBytes: 26_000_000 }),
    }),
    "/usr/sbin/mysqld": executable("mysqld", { sizeBytes: 60_000_000 }),
    ...Object.fromEntries(
      clients.map(([path = "", program = ""]) => [path, executable(program, { sizeBytes: 7_000_000 })]),
    ),
    "/docker-entrypoint-initdb.d": directory(),
    "/var/lib/mysql": directory(owner),
    "/var/run/mysqld": directory(owner),
    "/etc/my.cnf": file(CONFIGURATION),
    "/etc/mysql/conf.d": directory(),
  };
}

const ACCOUNT = "mysql:x:999:999::/var/lib/mysql:/bin/bash\n";

function mysqlBase() {
  const entries = redHatFiles(ORACLE);
  const passwd = entries["/etc/passwd"];
  const known = passwd?.type === "file" && typeof passwd.content === "string" ? passwd.content : "";
  return tree(entries, { "/etc/passwd": file(`${known}${ACCOUNT}`) });
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
    ...onBase(mysqlBase, "bash", {
      sizeBytes: 268 * MB,
      env: {
        MYSQL_MAJOR: version.split(".").slice(0, 2).join("."),
        MYSQL_VERSION: `${version}-1.el9`,
        MYSQL_SHELL_VERSION: `${version}-1.el9`,
      },
      entrypoint: ["docker-entrypoint.sh"],
      cmd: ["mysqld"],
      ports: [3306, 33060],
      files: () => mysqlFiles(false),
    }),
  }),
  programs: {
    mysqld,
    "mysql-entrypoint": mysqlEntrypoint,
    mysql: mysqlClient,
    mysqladmin: mysqlAdmin,
    mysqldump: mysqlDump,
  },
};

const mariadbFamily: ImageFamily = {
  repositories: [...library("mariadb"), "quay.io/mariadb-foundation/mariadb-devel"],
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
      files: () => mysqlFiles(true),
    }),
};

/** The sidecar of the page on a replicated stateful application. */
const xtrabackupFamily: ImageFamily = {
  repositories: ["gcr.io/google-samples/xtrabackup", "registry.k8s.io/e2e-test-images/xtrabackup"],
  tags: { versions: "1.0:1", words: { "1.0": "1.0.0" }, variants: "" },
  image: () =>
    onDebian("jessie", {
      sizeBytes: 92 * MB,
      cmd: ["bash"],
      files: () => ({
        ...Object.fromEntries(
          ["xtrabackup", "xbstream", "ncat"].map((name) => [
            `/usr/bin/${name}`,
            executable(name, { sizeBytes: 300_000 }),
          ]),
        ),
        "/usr/bin/mysql": executable("mysql", { sizeBytes: 7_000_000 }),
        "/etc/mysql/conf.d": directory(),
      }),
    }),
  programs: { xtrabackup, xbstream, ncat },
};

export const MYSQL: readonly ImageFamily[] = [mysqlFamily, mariadbFamily, xtrabackupFamily];

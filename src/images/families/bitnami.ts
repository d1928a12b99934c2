/** Bitnami's images of servers that the catalogue has: the same programs in Bitnami's layout, with its variables. */
import type { FileEntry } from "../../files/entry.ts";
import { KAFKA_TOOLS } from "../../programs/servers/kafka/tools.ts";
import { MARIADB_SCRIPTS, MONGODB_SCRIPTS, MYSQL_SCRIPTS, POSTGRESQL_SCRIPTS } from "../bitnami/databases.ts";
import { bitnamiImage } from "../bitnami/layout.ts";
import { MB } from "../config.ts";
import type { ImageFamily } from "../image.ts";
import type { TagRule } from "../tags.ts";
import { executable, file, link } from "../tree.ts";

/** Charts name their releases exactly, and users do not. */
function releases(versions: string): TagRule {
  return { versions, variants: "debian-1\\d(?:-r\\d{1,3})?|photon-\\d(?:-r\\d{1,3})?", grows: true };
}

const SQL_CLIENTS = { "bin/mysql": "mysql", "bin/mysqladmin": "mysqladmin", "bin/mysqldump": "mysqldump" };
const MARIADB_CLIENTS = { "bin/mariadb": "mysql", "bin/mariadb-admin": "mysqladmin", "bin/mariadb-dump": "mysqldump" };
const POSTGRES_CLIENTS = "psql pg_isready createdb dropdb createuser dropuser pg_dump".split(" ");

const postgresql: ImageFamily = {
  repositories: ["docker.io/bitnami/postgresql"],
  tags: releases("9.6:24 10.0-23 11.0-22 12.0-22 13.0-23 14.0-23 15.0-18 16.0-14 17.0-10 17.5-6:0 18.0-4"),
  image: (facts) =>
    bitnamiImage({
      ...{ name: "postgresql", title: "PostgreSQL", facts, sizeBytes: 95 * MB, ports: [5432] },
      ...POSTGRESQL_SCRIPTS,
      env: { PG_MAJOR: facts.version.split(".")[0] ?? "", PG_VERSION: facts.version },
      programs: {
        "bin/postgres": "postgres",
        ...Object.fromEntries(POSTGRES_CLIENTS.map((name) => [`bin/${name}`, name])),
      },
      files: { "/usr/local/bin/docker-entrypoint.sh": executable("postgres-entrypoint", { sizeBytes: 14_000 }) },
    }),
};

function mysqlFiles(name: string): Record<string, FileEntry> {
  return {
    "/usr/local/bin/docker-entrypoint.sh": executable("mysql-entrypoint", { sizeBytes: 14_000 }),
    "/etc/mysql/conf.d": link(`/opt/bitnami/${name}/conf`),
  };
}

const mysql: ImageFamily = {
  repositories: ["docker.io/bitnami/mysql"],
  tags: releases("5.7:44 8.0:45 8.4:8 9.0-4:1 9.5:0 9.6:0"),
  image: (facts) =>
    bitnamiImage({
      ...{ name: "mysql", title: "MySQL", facts, sizeBytes: 170 * MB, ports: [3306] },
      ...MYSQL_SCRIPTS,
      env: { MYSQL_VERSION: facts.version },
      programs: { "bin/mysqld": "mysqld", ...SQL_CLIENTS },
      files: mysqlFiles("mysql"),
    }),
};

const mariadb: ImageFamily = {
  repositories: ["docker.io/bitnami/mariadb", "docker.io/bitnami/mariadb-galera"],
  tags: releases("10.3-4:38 10.5:29 10.6:25 10.11:16 11.0-3:6 11.4:10 11.8:6 12.0-1:2"),
  image: (facts) =>
    bitnamiImage({
      ...{ name: "mariadb", title: "MariaDB", facts, sizeBytes: 130 * MB, ports: [3306] },
      ...MARIADB_SCRIPTS,
      env: { MARIADB_VERSION: facts.version },
      programs: { "sbin/mariadbd": "mysqld", "sbin/mysqld": "mysqld", ...SQL_CLIENTS, ...MARIADB_CLIENTS },
      files: mysqlFiles("mariadb"),
    }),
};

const mongodb: ImageFamily = {
  repositories: ["docker.io/bitnami/mongodb"],
  tags: releases("4.4:30 5.0:32 6.0:27 7.0:28 8.0:17 8.2:3"),
  image: (facts) =>
    bitnamiImage({
      ...{ name: "mongodb", title: "MongoDB", facts, sizeBytes: 280 * MB, ports: [27_017] },
      ...MONGODB_SCRIPTS,
      env: { MONGO_VERSION: facts.version },
      programs: { "bin/mongod": "mongod", "bin/mongosh": "mongosh" },
    }),
};

const memcached: ImageFamily = {
  repositories: ["docker.io/bitnami/memcached"],
  tags: releases("1.5:22 1.6:40"),
  image: (facts) =>
    bitnamiImage({
      ...{ name: "memcached", title: "Memcached", facts, sizeBytes: 32 * MB, ports: [11_211] },
      env: { MEMCACHED_VERSION: facts.version },
      run: `exec memcached -p "\${MEMCACHED_PORT_NUMBER:-11211}"`,
      programs: { "bin/memcached": "memcached" },
    }),
};

const rabbitmq: ImageFamily = {
  repositories: ["docker.io/bitnami/rabbitmq"],
  tags: releases("3.8-12:16 3.13:7 4.0-3:9"),
  image: (facts) =>
    bitnamiImage({
      ...{ name: "rabbitmq", title: "RabbitMQ", facts, sizeBytes: 140 * MB, ports: [4369, 5672, 15_672, 25_672] },
      variables: `export_secrets RABBITMQ_PASSWORD RABBITMQ_ERL_COOKIE
export RABBITMQ_DEFAULT_USER="\${RABBITMQ_USERNAME:-user}" RABBITMQ_DEFAULT_PASS="\${RABBITMQ_PASSWORD:-bitnami}"
if [[ "\${RABBITMQ_PLUGINS:-rabbitmq_management}" = *rabbitmq_management* ]]; then export RABBITMQ_MANAGEMENT=yes; fi`,
      run: "exec rabbitmq-server",
      env: { RABBITMQ_VERSION: facts.version },
      programs: {
        "sbin/rabbitmq-server": "rabbitmq-server",
        ...Object.fromEntries(
          ["rabbitmqctl", "rabbitmq-diagnostics", "rabbitmq-queues"].map((name) => [`sbin/${name}`, "rabbitmqctl"]),
        ),
      },
    }),
};

const etcd: ImageFamily = {
  repositories: ["docker.io/bitnami/etcd"],
  tags: releases("3.4:38 3.5:25 3.6:10"),
  image: (facts) =>
    bitnamiImage({
      ...{ name: "etcd", facts, sizeBytes: 60 * MB, ports: [2379, 2380] },
      variables: `export_secrets ETCD_ROOT_PASSWORD
export ETCD_DATA_DIR="\${ETCD_DATA_DIR:-/bitnami/etcd/data}"`,
      run: "exec etcd",
      programs: { "bin/etcd": "etcd", "bin/etcdctl": "etcdctl", "bin/etcdutl": "etcdctl" },
      files: {
        "/opt/bitnami/scripts/etcd/healthcheck.sh": file(
          "#!/bin/bash\netcdctl --endpoints=http://127.0.0.1:2379 endpoint health\n",
          { mode: 0o775 },
        ),
      },
    }),
};

/** Placeholders of the chart's configuration are filled by its init container with these functions. */
const KAFKA_FUNCTIONS = `kafka_server_conf_set() {
  if grep -q "^#*$1=" "$KAFKA_CONF_FILE"; then
    replace_in_file "$KAFKA_CONF_FILE" "^#*$1=.*" "$1=$2"
  else
    printf '%s=%s\\n' "$1" "$2" >> "$KAFKA_CONF_FILE"
  fi
}`;

const kafka: ImageFamily = {
  repositories: ["docker.io/bitnami/kafka"],
  tags: releases("2.0-9:9 3.0-9:9 4.0-1:9"),
  image: (facts) =>
    bitnamiImage({
      ...{ name: "kafka", title: "Kafka", facts, sizeBytes: 300 * MB, ports: [9092] },
      variables: `export KAFKA_CONF_FILE="\${KAFKA_CONF_FILE:-/opt/bitnami/kafka/config/server.properties}"`,
      functions: KAFKA_FUNCTIONS,
      run: 'exec kafka-server-start.sh "$KAFKA_CONF_FILE"',
      env: { KAFKA_HOME: "/opt/bitnami/kafka" },
      programs: {
        "bin/kafka-server-start.sh": "kafka",
        ...Object.fromEntries(KAFKA_TOOLS.map((name) => [`bin/${name}.sh`, "kafka-tool"])),
      },
      files: {
        "/opt/bitnami/kafka/config/server.properties": file("log.dirs=/bitnami/kafka/data\n", {
          uid: 1001,
          mode: 0o664,
        }),
      },
    }),
};

export const BITNAMI: readonly ImageFamily[] = [postgresql, mysql, mariadb, mongodb, memcached, rabbitmq, etcd, kafka];

/** Scripts of Bitnami's database images: their variables, the first start and the server's command line. */
import type { BitnamiImage } from "./layout.ts";

type Scripts = Pick<BitnamiImage, "variables" | "functions" | "setup" | "run">;

export const POSTGRESQL_SCRIPTS: Scripts = {
  variables: `export_secrets POSTGRES_PASSWORD POSTGRES_POSTGRES_PASSWORD POSTGRESQL_PASSWORD POSTGRESQL_POSTGRES_PASSWORD
export POSTGRESQL_USERNAME="\${POSTGRESQL_USERNAME:-\${POSTGRES_USER:-postgres}}"
export POSTGRESQL_DATABASE="\${POSTGRESQL_DATABASE:-\${POSTGRES_DATABASE:-\${POSTGRES_DB:-}}}"
export POSTGRESQL_PASSWORD="\${POSTGRESQL_PASSWORD:-\${POSTGRES_PASSWORD:-}}"
export POSTGRESQL_POSTGRES_PASSWORD="\${POSTGRESQL_POSTGRES_PASSWORD:-\${POSTGRES_POSTGRES_PASSWORD:-}}"
export PGDATA="\${PGDATA:-\${POSTGRESQL_DATA_DIR:-/bitnami/postgresql/data}}"
export POSTGRESQL_PORT_NUMBER="\${POSTGRESQL_PORT_NUMBER:-5432}"`,
  functions: `postgresql_remote_execute() {
  PGPASSWORD="\${5:-}" psql -h "$1" -p "$2" -U "$4" -d "$3" -f -
}
postgresql_quoted() { printf "%s" "\${1//"'"/"''"}"; }
postgresql_first_start() {
  local admin="$POSTGRESQL_POSTGRES_PASSWORD" server
  if [[ "$POSTGRESQL_USERNAME" = postgres ]]; then admin="\${admin:-$POSTGRESQL_PASSWORD}"; fi
  info "Initializing PostgreSQL database..."
  export PGPASSWORD="\${admin:-$POSTGRESQL_PASSWORD}"
  POSTGRES_USER=postgres POSTGRES_DB=postgres POSTGRES_PASSWORD="$PGPASSWORD" POSTGRES_PASSWORD_FILE= \\
    POSTGRES_HOST_AUTH_METHOD="$([[ -n "$PGPASSWORD" ]] || echo trust)" \\
    docker-entrypoint.sh postgres >/dev/null 2>&1 &
  server=$!
  retry_while "pg_isready -q -h 127.0.0.1" 60 1 || return 1
  if [[ "$POSTGRESQL_USERNAME" != postgres ]]; then
    info "Creating user $POSTGRESQL_USERNAME"
    psql -q -U postgres -c "CREATE ROLE \\"$POSTGRESQL_USERNAME\\" WITH LOGIN CREATEDB PASSWORD '$(postgresql_quoted "$POSTGRESQL_PASSWORD")'"
  fi
  if [[ -n "$POSTGRESQL_DATABASE" && "$POSTGRESQL_DATABASE" != postgres ]]; then
    psql -q -U postgres -c "CREATE DATABASE \\"$POSTGRESQL_DATABASE\\" OWNER \\"$POSTGRESQL_USERNAME\\""
    if [[ "$POSTGRESQL_USERNAME" != postgres ]]; then
      info "Granting access to \\"$POSTGRESQL_USERNAME\\" to the database \\"$POSTGRESQL_DATABASE\\""
    fi
  fi
  info "Stopping PostgreSQL..."
  kill -INT "$server"
  wait "$server"
}`,
  setup: `require_secret POSTGRESQL_PASSWORD
if [[ -s "$PGDATA/PG_VERSION" ]]; then
  info "Deploying PostgreSQL with persisted data..."
else
  postgresql_first_start || exit 1
fi
touch /opt/bitnami/postgresql/tmp/.initialized`,
  run: `exec postgres -D "$PGDATA" -p "$POSTGRESQL_PORT_NUMBER"`,
};

/** MySQL and MariaDB differ in the prefix of their variables. */
function mysqlScripts(name: "mysql" | "mariadb", prefix: "MYSQL" | "MARIADB", server: string): Scripts {
  return {
    variables: `export_secrets ${prefix}_ROOT_PASSWORD ${prefix}_PASSWORD ${prefix}_REPLICATION_PASSWORD ${prefix}_MASTER_ROOT_PASSWORD
if is_boolean_yes "\${ALLOW_EMPTY_PASSWORD:-no}"; then export ${prefix}_ALLOW_EMPTY_PASSWORD=yes; fi
if [[ "\${${prefix}_REPLICATION_MODE:-}" = slave ]]; then
  export ${prefix}_ROOT_PASSWORD="\${${prefix}_ROOT_PASSWORD:-\${${prefix}_MASTER_ROOT_PASSWORD:-}}"
fi`,
    setup: `require_secret ${prefix}_ROOT_PASSWORD`,
    run: `exec docker-entrypoint.sh ${server} --datadir=/bitnami/${name}/data --port="\${${prefix}_PORT_NUMBER:-3306}"`,
  };
}

export const MYSQL_SCRIPTS = mysqlScripts("mysql", "MYSQL", "mysqld");
export const MARIADB_SCRIPTS = mysqlScripts("mariadb", "MARIADB", "mariadbd");

const MONGO_FOLDER = "/bitnami/mongodb/data/db";

export const MONGODB_SCRIPTS: Scripts = {
  variables: `export_secrets MONGODB_ROOT_PASSWORD MONGODB_PASSWORD MONGODB_EXTRA_PASSWORDS
export MONGODB_PORT_NUMBER="\${MONGODB_PORT_NUMBER:-27017}" MONGODB_ROOT_USER="\${MONGODB_ROOT_USER:-root}"`,
  functions: `mongodb_user() {
  info "Creating user '$1'..."
  mongosh --quiet --port "$MONGODB_PORT_NUMBER" "$3" \\
    --eval "db.createUser({ user: '$1', pwd: '$2', roles: [{ role: '$4', db: '$3' }] })" >/dev/null
}
mongodb_first_start() {
  local server at users passwords databases
  info "Initializing MongoDB..."
  mkdir -p ${MONGO_FOLDER}
  mongod --dbpath ${MONGO_FOLDER} --port "$MONGODB_PORT_NUMBER" --bind_ip 127.0.0.1 >/dev/null 2>&1 &
  server=$!
  retry_while "mongosh --quiet --port $MONGODB_PORT_NUMBER --eval 'db.version()' >/dev/null 2>&1" 60 1 || return 1
  if [[ -n "\${MONGODB_ROOT_PASSWORD:-}" ]]; then
    mongodb_user "$MONGODB_ROOT_USER" "$MONGODB_ROOT_PASSWORD" admin root
  fi
  read -r -a users <<< "$(tr ',;' '  ' <<< "\${MONGODB_EXTRA_USERNAMES:-} \${MONGODB_USERNAME:-}")"
  read -r -a passwords <<< "$(tr ',;' '  ' <<< "\${MONGODB_EXTRA_PASSWORDS:-} \${MONGODB_PASSWORD:-}")"
  read -r -a databases <<< "$(tr ',;' '  ' <<< "\${MONGODB_EXTRA_DATABASES:-} \${MONGODB_DATABASE:-}")"
  for (( at = 0; at < \${#users[@]}; at++ )); do
    mongodb_user "\${users[at]}" "\${passwords[at]}" "\${databases[at]}" readWrite
  done
  kill "$server"
  wait "$server"
}`,
  setup: `require_secret MONGODB_ROOT_PASSWORD
if is_dir_empty ${MONGO_FOLDER}; then
  mongodb_first_start || exit 1
else
  info "Deploying MongoDB with persisted data..."
fi`,
  run: `authentication=()
if [[ -n "\${MONGODB_ROOT_PASSWORD:-}" ]]; then authentication=(--auth); fi
exec mongod --dbpath ${MONGO_FOLDER} --port "$MONGODB_PORT_NUMBER" --bind_ip_all "\${authentication[@]}"`,
};

/** Bitnami's images as its charts run them: no root, a read-only root, volumes over the image's folders. */
import { beforeAll, expect, it } from "vitest";
import { ConformanceCluster } from "../conformance/cluster.ts";

let cluster: ConformanceCluster;

beforeAll(async () => {
  cluster = await ConformanceCluster.create();
  await cluster.newNamespace();
});

interface ChartPod {
  application: string;
  env?: Record<string, string>;
  /** Folders with volumes, below `/opt/bitnami/<application>`. */
  folders: string;
  /** Script of the init container. */
  init?: string;
  probe: string;
}

/** A pod in the shape of the charts: an init container copies folders, and probes run scripts. */
async function start(name: string, { application, env = {}, folders, init, probe }: ChartPod): Promise<void> {
  const opt = `/opt/bitnami/${application}`;
  const paths = folders.split(" ").map((folder) => (folder.startsWith("/") ? folder : `${opt}/${folder}`));
  const volumeMounts = [`/bitnami/${application}`, "/tmp", ...paths].map((mountPath, i) => {
    return { name: "files", mountPath, subPath: `folder-${i}` };
  });
  const image = `bitnami/${application}`;
  const securityContext = { readOnlyRootFilesystem: true, runAsUser: 1001, runAsNonRoot: true };
  const check = { exec: { command: ["/bin/bash", "-ec", probe] }, initialDelaySeconds: 5, timeoutSeconds: 5 };
  const prepare = {
    ...{ name: "prepare", image, securityContext, command: ["/bin/bash"], args: ["-ec", init] },
    volumeMounts: [{ name: "files", mountPath: "/emptydir" }],
  };
  const server = {
    ...{ name: "c", image, securityContext, volumeMounts, readinessProbe: check },
    env: Object.entries(env).map(([variable, value]) => ({ name: variable, value })),
    livenessProbe: { ...check, initialDelaySeconds: 60 },
  };
  await cluster.create({
    ...{ apiVersion: "v1", kind: "Pod", metadata: { name, labels: { app: name } } },
    spec: {
      ...{ securityContext: { fsGroup: 1001 }, volumes: [{ name: "files", emptyDir: {} }] },
      ...(init !== undefined && { initContainers: [prepare] }),
      containers: [server],
    },
  });
}

async function expectReady(name: string): Promise<void> {
  await cluster.pass(120_000);
  const pod = await cluster.get({ apiVersion: "v1", kind: "Pod", metadata: { name } });
  const [status] = pod.status.containerStatuses as object[];
  expect(status, JSON.stringify(pod.status)).toMatchObject({ ready: true, restartCount: 0 });
}

const COPY_LOGS = (application: string) => `. /opt/bitnami/scripts/libfs.sh
. /opt/bitnami/scripts/liblog.sh
info "Copying"
if ! is_dir_empty /opt/bitnami/${application}/logs; then
  cp -r --preserve=mode /opt/bitnami/${application}/logs /emptydir/app-logs-dir
fi`;

interface Case extends ChartPod {
  command: string;
  output: string;
}

const CASES: Record<string, Case> = {
  "nginx answers at 8080": {
    ...{ application: "nginx", folders: "conf logs tmp", init: COPY_LOGS("nginx"), probe: "curl -f localhost:8080" },
    ...{ command: "curl -s localhost:8080 | grep -c '<h1>Welcome to nginx'", output: "1\n" },
  },
  "PostgreSQL makes the user and its database": {
    ...{ application: "postgresql", folders: "conf tmp", probe: 'exec pg_isready -U "app" -h 127.0.0.1 -p 5432' },
    env: {
      ...{ POSTGRES_USER: "app", POSTGRES_PASSWORD: "it's", POSTGRES_POSTGRES_PASSWORD: "root" },
      POSTGRES_DATABASE: "shop",
    },
    command: `PGPASSWORD="it's" psql -h 127.0.0.1 -U app -d shop -tAc 'select current_user, current_database()'
PGPASSWORD=root psql -h 127.0.0.1 -U postgres -tAc "select rolsuper from pg_roles where rolname = 'app'"`,
    output: "app|shop\nf\n",
  },
  "MySQL makes the database": {
    ...{ application: "mysql", folders: "conf logs tmp", init: COPY_LOGS("mysql") },
    probe: 'mysqladmin ping -uroot -p"$MYSQL_ROOT_PASSWORD" | grep "mysqld is alive"',
    env: { MYSQL_ROOT_PASSWORD: "secret", MYSQL_USER: "app", MYSQL_PASSWORD: "p", MYSQL_DATABASE: "shop" },
    ...{ command: "mysql -uapp -pp -N -e 'show databases' | grep shop", output: "shop\n" },
  },
  "MongoDB asks for the password": {
    ...{ application: "mongodb", folders: "conf logs tmp /.mongodb" },
    probe: `mongosh --port $MONGODB_PORT_NUMBER --eval "db.adminCommand('ping')"`,
    env: {
      ...{ MONGODB_ROOT_PASSWORD: "secret", MONGODB_PORT_NUMBER: "27017" },
      ...{ MONGODB_EXTRA_USERNAMES: "a,b", MONGODB_EXTRA_PASSWORDS: "pa,pb", MONGODB_EXTRA_DATABASES: "da,db" },
    },
    command: `mongosh --quiet -u b -p pb --authenticationDatabase db db --eval 'db.c.insertOne({ n: 1 }).acknowledged'
mongosh --quiet --eval 'db.c.countDocuments()' 2>&1 | grep -o 'requires authentication'`,
    output: "true\nrequires authentication\n",
  },
  "RabbitMQ has its management API": {
    ...{ application: "rabbitmq", folders: "etc/rabbitmq var/lib/rabbitmq plugins", env: { RABBITMQ_PASSWORD: "pw" } },
    init: ". /opt/bitnami/scripts/liblog.sh\ncp -r --preserve=mode /opt/bitnami/rabbitmq/plugins/ /emptydir/plugins",
    probe: "curl -f --user user:pw 127.0.0.1:15672/api/health/checks/local-alarms",
    ...{ command: "rabbitmqctl -q list_users | tail -n 1 | cut -f 1", output: "user\n" },
  },
  "an application that the catalogue lacks has the layout": {
    ...{ application: "moodle", folders: "logs", init: COPY_LOGS("moodle"), probe: "test -d /opt/bitnami/php/etc" },
    ...{ command: ". /opt/bitnami/scripts/libos.sh; retry_while true 2 1; am_i_root || echo no", output: "no\n" },
  },
};

it.each(Object.entries(CASES))("%s", async (_, { command, output, ...pod }) => {
  await start(pod.application, pod);
  await expectReady(pod.application);
  expect((await cluster.exec(pod.application, "c", ["bash", "-c", command])).stdout).toBe(output);
});

it("a server without a password does not start", async () => {
  await start("refused", { application: "mariadb", folders: "conf", probe: "true" });
  await cluster.pass(20_000);
  const pod = await cluster.get({ apiVersion: "v1", kind: "Pod", metadata: { name: "refused" } });
  expect(pod.status.containerStatuses[0].lastState.terminated.exitCode).toBe(1);
  expect(await cluster.log("refused", "c")).toContain(
    "==> The MARIADB_ROOT_PASSWORD environment variable is empty or not set.",
  );
});

it("WordPress installs itself in its database", async () => {
  await start("db", {
    ...{
      application: "mariadb",
      folders: "conf logs tmp",
      probe: 'mariadb-admin ping -uroot -p"$MARIADB_ROOT_PASSWORD"',
    },
    env: {
      ...{ MARIADB_ROOT_PASSWORD: "root", MARIADB_USER: "bn_wordpress", MARIADB_PASSWORD: "pw" },
      MARIADB_DATABASE: "bitnami_wordpress",
    },
  });
  await start("blog", {
    ...{ application: "wordpress", probe: "curl -f localhost:8080/wp-login.php" },
    env: { MARIADB_HOST: "db", WORDPRESS_DATABASE_PASSWORD: "pw", WORDPRESS_BLOG_NAME: "It's mine" },
    folders: "/opt/bitnami/apache/conf /opt/bitnami/apache/var/run /opt/bitnami/wordpress",
  });
  await cluster.create({
    ...{ apiVersion: "v1", kind: "Service", metadata: { name: "db" } },
    spec: { selector: { app: "db" }, ports: [{ port: 3306 }] },
  });
  await expectReady("blog");
  const page = await cluster.exec("blog", "c", ["curl", "-s", "localhost:8080"]);
  expect(page.stdout).toContain('<h1 class="site-title">It\'s mine</h1>');
});

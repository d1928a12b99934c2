/** Pages about databases. */
import { type Page, phase, ready } from "./page.ts";

/** The configuration, Services and StatefulSet of "Run a Replicated Stateful Application". */
const REPLICATED_MYSQL = `
apiVersion: v1
kind: ConfigMap
metadata: { name: mysql, labels: { app: mysql } }
data:
  primary.cnf: |
    # Apply this config only on the primary.
    [mysqld]
    log-bin
  replica.cnf: |
    # Apply this config only on replicas.
    [mysqld]
    super-read-only
---
apiVersion: v1
kind: Service
metadata: { name: mysql, labels: { app: mysql } }
spec: { ports: [{ name: mysql, port: 3306 }], clusterIP: None, selector: { app: mysql } }
---
apiVersion: v1
kind: Service
metadata: { name: mysql-read, labels: { app: mysql, readonly: "true" } }
spec: { ports: [{ name: mysql, port: 3306 }], selector: { app: mysql } }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: mysql }
spec:
  selector: { matchLabels: { app: mysql } }
  serviceName: mysql
  replicas: 3
  template:
    metadata: { labels: { app: mysql } }
    spec:
      initContainers:
      - name: init-mysql
        image: mysql:5.7
        command:
        - bash
        - "-c"
        - |
          set -ex
          # Generate mysql server-id from pod ordinal index.
          [[ $HOSTNAME =~ -([0-9]+)$ ]] || exit 1
          ordinal=\${BASH_REMATCH[1]}
          echo [mysqld] > /mnt/conf.d/server-id.cnf
          # Add an offset to avoid reserved server-id=0 value.
          echo server-id=$((100 + $ordinal)) >> /mnt/conf.d/server-id.cnf
          if [[ $ordinal -eq 0 ]]; then
            cp /mnt/config-map/primary.cnf /mnt/conf.d/
          else
            cp /mnt/config-map/replica.cnf /mnt/conf.d/
          fi
        volumeMounts:
        - { name: conf, mountPath: /mnt/conf.d }
        - { name: config-map, mountPath: /mnt/config-map }
      - name: clone-mysql
        image: gcr.io/google-samples/xtrabackup:1.0
        command:
        - bash
        - "-c"
        - |
          set -ex
          [[ -d /var/lib/mysql/mysql ]] && exit 0
          [[ \`hostname\` =~ -([0-9]+)$ ]] || exit 1
          ordinal=\${BASH_REMATCH[1]}
          [[ $ordinal -eq 0 ]] && exit 0
          ncat --recv-only mysql-$(($ordinal-1)).mysql 3307 | xbstream -x -C /var/lib/mysql
          xtrabackup --prepare --target-dir=/var/lib/mysql
        volumeMounts:
        - { name: data, mountPath: /var/lib/mysql, subPath: mysql }
        - { name: conf, mountPath: /etc/mysql/conf.d }
      containers:
      - name: mysql
        image: mysql:5.7
        env: [{ name: MYSQL_ALLOW_EMPTY_PASSWORD, value: "1" }]
        ports: [{ name: mysql, containerPort: 3306 }]
        volumeMounts:
        - { name: data, mountPath: /var/lib/mysql, subPath: mysql }
        - { name: conf, mountPath: /etc/mysql/conf.d }
        resources: { requests: { cpu: 500m, memory: 1Gi } }
        livenessProbe:
          exec: { command: ["mysqladmin", "ping"] }
          initialDelaySeconds: 30
          periodSeconds: 10
          timeoutSeconds: 5
        readinessProbe:
          exec: { command: ["mysql", "-h", "127.0.0.1", "-e", "SELECT 1"] }
          initialDelaySeconds: 5
          periodSeconds: 2
          timeoutSeconds: 1
      - name: xtrabackup
        image: gcr.io/google-samples/xtrabackup:1.0
        ports: [{ name: xtrabackup, containerPort: 3307 }]
        command:
        - bash
        - "-c"
        - |
          set -ex
          cd /var/lib/mysql
          if [[ -f xtrabackup_slave_info && "x$(<xtrabackup_slave_info)" != "x" ]]; then
            cat xtrabackup_slave_info | sed -E 's/;$//g' > change_master_to.sql.in
            rm -f xtrabackup_slave_info xtrabackup_binlog_info
          elif [[ -f xtrabackup_binlog_info ]]; then
            [[ \`cat xtrabackup_binlog_info\` =~ ^(.*?)[[:space:]]+(.*?)$ ]] || exit 1
            rm -f xtrabackup_binlog_info xtrabackup_slave_info
            echo "CHANGE MASTER TO MASTER_LOG_FILE='\${BASH_REMATCH[1]}',\\
                  MASTER_LOG_POS=\${BASH_REMATCH[2]}" > change_master_to.sql.in
          fi
          if [[ -f change_master_to.sql.in ]]; then
            echo "Waiting for mysqld to be ready (accepting connections)"
            until mysql -h 127.0.0.1 -e "SELECT 1"; do sleep 1; done
            echo "Initializing replication from clone position"
            mysql -h 127.0.0.1 \\
                  -e "$(<change_master_to.sql.in), \\
                          MASTER_HOST='mysql-0.mysql', \\
                          MASTER_USER='root', \\
                          MASTER_PASSWORD='', \\
                          MASTER_CONNECT_RETRY=10; \\
                        START SLAVE;" || exit 1
            mv change_master_to.sql.in change_master_to.sql.orig
          fi
          exec ncat --listen --keep-open --send-only --max-conns=1 3307 -c \\
            "xtrabackup --backup --slave-info --stream=xbstream --host=127.0.0.1 --user=root"
        volumeMounts:
        - { name: data, mountPath: /var/lib/mysql, subPath: mysql }
        - { name: conf, mountPath: /etc/mysql/conf.d }
        resources: { requests: { cpu: 100m, memory: 100Mi } }
      volumes:
      - { name: conf, emptyDir: {} }
      - { name: config-map, configMap: { name: mysql } }
  volumeClaimTemplates:
  - metadata: { name: data }
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: 10Gi } } }
`;

const CLIENT = "run mysql-client --image=mysql:5.7 -i --rm --restart=Never --";
const LOOP = "while sleep 1; do mysql -h mysql-read -e 'SELECT @@server_id,NOW()'; done";
const LOOP_POD = `
apiVersion: v1
kind: Pod
metadata: { name: mysql-client-loop }
spec: { containers: [{ name: loop, image: "mysql:5.7", command: [bash, -c, "${LOOP}"] }] }
`;

/** A replica set of MongoDB as courses install it: a StatefulSet, a headless Service, a script of the first start. */
const REPLICATED_MONGO = `
apiVersion: v1
kind: ConfigMap
metadata: { name: mongo-init }
data:
  seed.js: |
    db.getSiblingDB("shop").products.insertMany([{ _id: 1, price: 5 }, { _id: 2, price: 7 }]);
---
apiVersion: v1
kind: Service
metadata: { name: mongo }
spec: { ports: [{ port: 27017 }], clusterIP: None, selector: { app: mongo } }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: mongo }
spec:
  serviceName: mongo
  replicas: 3
  selector: { matchLabels: { app: mongo } }
  template:
    metadata: { labels: { app: mongo } }
    spec:
      containers:
      - name: mongo
        image: mongo:7.0
        command: [mongod, "--replSet", rs0, "--bind_ip_all"]
        ports: [{ containerPort: 27017 }]
        readinessProbe:
          exec: { command: [mongosh, "--quiet", "--eval", "db.adminCommand('ping')"] }
          periodSeconds: 10
        volumeMounts: [{ name: data, mountPath: /data/db }]
  volumeClaimTemplates:
  - metadata: { name: data }
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: 1Gi } } }
---
apiVersion: v1
kind: Pod
metadata: { name: mongo-seeded }
spec:
  containers:
  - { name: mongo, image: "mongo:7.0", volumeMounts: [{ name: init, mountPath: /docker-entrypoint-initdb.d }] }
  volumes: [{ name: init, configMap: { name: mongo-init } }]
`;

/** A primary, a replica, a subscriber and a worker that waits for jobs. */
const REDIS = `
apiVersion: v1
kind: Service
metadata: { name: redis }
spec: { ports: [{ port: 6379 }], selector: { app: redis } }
---
apiVersion: v1
kind: Pod
metadata: { name: redis, labels: { app: redis } }
spec: { containers: [{ name: redis, image: "redis:7.2", readinessProbe: { exec: { command: [redis-cli, ping] } } }] }
---
apiVersion: v1
kind: Pod
metadata: { name: replica }
spec: { containers: [{ name: redis, image: "redis:7.2", args: ["--replicaof", redis, "6379"] }] }
---
apiVersion: v1
kind: Pod
metadata: { name: subscriber }
spec:
  containers:
  - name: redis
    image: redis:7.2
    command: [sh, -c, "until redis-cli -h redis ping; do sleep 1; done; redis-cli -h redis subscribe news"]
---
apiVersion: v1
kind: Pod
metadata: { name: worker }
spec:
  restartPolicy: Never
  containers:
  - name: redis
    image: redis:7.2
    command: [sh, -c, "until redis-cli -h redis ping; do sleep 1; done; redis-cli -h redis BLPOP jobs 0"]
`;

const MONGO = (pod: string, script: string) => `exec ${pod} -- mongosh --quiet --eval '${script}'`;
const MONGO_STATES = "rs.status().members.map(({ stateStr }) => stateStr).join()";

export const databases: readonly Page[] = [
  {
    title: "Redis: a replica, subscribers and a queue",
    steps: [
      { apply: REDIS },
      ready("redis"),
      ready("replica"),
      { run: "exec redis -- redis-cli set greeting hello", prints: "OK" },
      { until: "exec replica -- redis-cli get greeting", prints: "hello" },
      { run: "exec replica -- redis-cli set greeting x", prints: /READONLY/, exitCode: 1 },
      { until: "exec redis -- redis-cli info replication", prints: /connected_slaves:1/ },
      { until: "logs subscriber", prints: /subscribe\nnews\n1/ },
      { run: "exec redis -- redis-cli publish news 'it works'", prints: "1" },
      { until: "logs subscriber", prints: /message\nnews\nit works/ },
      { run: "exec redis -- redis-cli rpush jobs one", prints: /^[01]/ },
      { until: "logs worker", prints: /jobs\none/ },
      phase("worker", "Succeeded"),
      { run: "exec redis -- redis-cli eval 'return 1' 0", prints: /scripts in Lua are not part/, exitCode: 1 },
    ],
  },
  {
    title: "a replica set of MongoDB in a StatefulSet",
    steps: [
      { apply: REPLICATED_MONGO },
      ready("mongo-2"),
      { run: MONGO("mongo-0", "rs.status()"), complains: /NotYetInitialized/, exitCode: 1 },
      {
        run: MONGO(
          "mongo-0",
          'rs.initiate({ _id: "rs0", members: [0, 1, 2].map((i) => ({ _id: i, host: "mongo-" + i + ".mongo:27017" })) })',
        ),
        prints: "{ ok: 1 }",
      },
      { advanceSeconds: 15 },
      { run: MONGO("mongo-0", MONGO_STATES), prints: "PRIMARY,SECONDARY,SECONDARY" },
      { run: "exec -i mongo-1 -- mongosh --quiet", stdin: "", prints: "rs0 [direct: secondary] test> " },
      { run: MONGO("mongo-0", "db.items.insertOne({ _id: 1 }).acknowledged"), prints: "true" },
      { run: MONGO("mongo-2", "db.items.find()"), prints: "[ { _id: 1 } ]" },
      { run: MONGO("mongo-2", "db.items.insertOne({ _id: 2 })"), complains: /not primary/, exitCode: 1 },
      { run: "delete pod mongo-0 --wait=false" },
      { run: "scale statefulset mongo --replicas=3" },
      ready("mongo-0"),
      { until: MONGO("mongo-1", "db.items.countDocuments()"), prints: "1" },
      { run: MONGO("mongo-seeded", 'db.getSiblingDB("shop").products.countDocuments()'), prints: "2" },
    ],
  },
  {
    title: "run a replicated stateful application: MySQL",
    steps: [
      { apply: REPLICATED_MYSQL },
      ready("mysql-2"),
      { run: "get pods -l app=mysql -o name", prints: "pod/mysql-0\npod/mysql-1\npod/mysql-2" },
      {
        run: `${CLIENT} mysql -h mysql-0.mysql`,
        stdin:
          "CREATE DATABASE test;\nCREATE TABLE test.messages (message VARCHAR(250));\nINSERT INTO test.messages VALUES ('hello');\n",
      },
      { run: `${CLIENT} mysql -h mysql-read -e 'SELECT * FROM test.messages'`, prints: /^message\nhello$/m },
      { apply: LOOP_POD },
      ready("mysql-client-loop"),
      { advanceSeconds: 30 },
      { run: "logs mysql-client-loop --tail=60", prints: /100\t[\s\S]*10[12]\t/ },
      { run: "delete pod mysql-2" },
      ready("mysql-2"),
      { run: "scale statefulset mysql --replicas=5" },
      ready("mysql-4"),
      { run: `${CLIENT} mysql -h mysql-3.mysql -e 'SELECT * FROM test.messages'`, prints: /^message\nhello$/m },
      { run: "scale statefulset mysql --replicas=3" },
      { until: "get pods -l app=mysql -o name", prints: "pod/mysql-0\npod/mysql-1\npod/mysql-2" },
      { run: "get pvc -l app=mysql -o name", prints: /data-mysql-4\s*$/ },
    ],
  },
];

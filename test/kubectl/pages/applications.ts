/** Pages about applications with several parts. */
import { type Page, ready } from "./page.ts";

const CLAIM = (name: string) => `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: ${name}, labels: { app: wordpress } }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 20Gi } } }
`;

/** The Secret and MySQL of "Deploying WordPress and MySQL with Persistent Volumes". */
const WORDPRESS_MYSQL = `
apiVersion: v1
kind: Secret
metadata: { name: mysql-pass }
stringData: { password: YOUR_PASSWORD }
---
apiVersion: v1
kind: Service
metadata: { name: wordpress-mysql, labels: { app: wordpress } }
spec: { ports: [{ port: 3306 }], selector: { app: wordpress, tier: mysql }, clusterIP: None }
---${CLAIM("mysql-pv-claim")}---
apiVersion: apps/v1
kind: Deployment
metadata: { name: wordpress-mysql, labels: { app: wordpress } }
spec:
  selector: { matchLabels: { app: wordpress, tier: mysql } }
  strategy: { type: Recreate }
  template:
    metadata: { labels: { app: wordpress, tier: mysql } }
    spec:
      containers:
      - image: mysql:8.0
        name: mysql
        env:
        - { name: MYSQL_ROOT_PASSWORD, valueFrom: { secretKeyRef: { name: mysql-pass, key: password } } }
        - { name: MYSQL_DATABASE, value: wordpress }
        - { name: MYSQL_USER, value: wordpress }
        - { name: MYSQL_PASSWORD, valueFrom: { secretKeyRef: { name: mysql-pass, key: password } } }
        ports: [{ containerPort: 3306, name: mysql }]
        volumeMounts: [{ name: mysql-persistent-storage, mountPath: /var/lib/mysql }]
      volumes: [{ name: mysql-persistent-storage, persistentVolumeClaim: { claimName: mysql-pv-claim } }]
`;

const WORDPRESS = `
apiVersion: v1
kind: Service
metadata: { name: wordpress, labels: { app: wordpress } }
spec: { ports: [{ port: 80 }], selector: { app: wordpress, tier: frontend }, type: LoadBalancer }
---${CLAIM("wp-pv-claim")}---
apiVersion: apps/v1
kind: Deployment
metadata: { name: wordpress, labels: { app: wordpress } }
spec:
  selector: { matchLabels: { app: wordpress, tier: frontend } }
  strategy: { type: Recreate }
  template:
    metadata: { labels: { app: wordpress, tier: frontend } }
    spec:
      containers:
      - image: wordpress:6.2.1-apache
        name: wordpress
        env:
        - { name: WORDPRESS_DB_HOST, value: wordpress-mysql }
        - { name: WORDPRESS_DB_PASSWORD, valueFrom: { secretKeyRef: { name: mysql-pass, key: password } } }
        - { name: WORDPRESS_DB_USER, value: wordpress }
        ports: [{ containerPort: 80, name: wordpress }]
        volumeMounts: [{ name: wordpress-persistent-storage, mountPath: /var/www/html }]
      volumes: [{ name: wordpress-persistent-storage, persistentVolumeClaim: { claimName: wp-pv-claim } }]
`;

const CURL = "exec deploy/wordpress -- curl -sL localhost";
const INSTALL = "-d weblog_title=Shop -d user_name=admin -d admin_email=a@example.com";

/** "Running ZooKeeper, A Distributed System Coordinator". */
const ZOOKEEPER = `
apiVersion: v1
kind: Service
metadata: { name: zk-hs, labels: { app: zk } }
spec:
  ports: [{ port: 2888, name: server }, { port: 3888, name: leader-election }]
  clusterIP: None
  selector: { app: zk }
---
apiVersion: v1
kind: Service
metadata: { name: zk-cs, labels: { app: zk } }
spec: { ports: [{ port: 2181, name: client }], selector: { app: zk } }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: zk-pdb }
spec: { selector: { matchLabels: { app: zk } }, maxUnavailable: 1 }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: zk }
spec:
  selector: { matchLabels: { app: zk } }
  serviceName: zk-hs
  replicas: 3
  updateStrategy: { type: RollingUpdate }
  podManagementPolicy: OrderedReady
  template:
    metadata: { labels: { app: zk } }
    spec:
      affinity:
        podAntiAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
          - weight: 1
            podAffinityTerm:
              labelSelector: { matchExpressions: [{ key: app, operator: In, values: [zk] }] }
              topologyKey: kubernetes.io/hostname
      containers:
      - name: kubernetes-zookeeper
        imagePullPolicy: Always
        image: registry.k8s.io/kubernetes-zookeeper:1.0-3.4.10
        resources: { requests: { memory: 100Mi, cpu: "0.1" } }
        ports:
        - { containerPort: 2181, name: client }
        - { containerPort: 2888, name: server }
        - { containerPort: 3888, name: leader-election }
        command:
        - sh
        - -c
        - "start-zookeeper --servers=3 --data_dir=/var/lib/zookeeper/data --data_log_dir=/var/lib/zookeeper/data/log \\
          --conf_dir=/opt/zookeeper/conf --client_port=2181 --election_port=3888 --server_port=2888 --tick_time=2000 \\
          --init_limit=10 --sync_limit=5 --heap=512M --max_client_cnxns=60 --snap_retain_count=3 --purge_interval=12 \\
          --max_session_timeout=40000 --min_session_timeout=4000 --log_level=INFO"
        readinessProbe:
          exec: { command: [sh, -c, "zookeeper-ready 2181"] }
          initialDelaySeconds: 10
          timeoutSeconds: 5
        livenessProbe:
          exec: { command: [sh, -c, "zookeeper-ready 2181"] }
          initialDelaySeconds: 10
          timeoutSeconds: 5
        volumeMounts: [{ name: datadir, mountPath: /var/lib/zookeeper }]
      securityContext: { runAsUser: 1000, fsGroup: 1000 }
  volumeClaimTemplates:
  - metadata: { name: datadir }
    spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 10Gi } } }
`;

const ZK = "exec zk-0 --";

/** "Example: Deploying Cassandra with a StatefulSet". */
const CASSANDRA = `
apiVersion: v1
kind: Service
metadata: { name: cassandra, labels: { app: cassandra } }
spec: { clusterIP: None, ports: [{ port: 9042 }], selector: { app: cassandra } }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: cassandra, labels: { app: cassandra } }
spec:
  serviceName: cassandra
  replicas: 3
  selector: { matchLabels: { app: cassandra } }
  template:
    metadata: { labels: { app: cassandra } }
    spec:
      terminationGracePeriodSeconds: 500
      containers:
      - name: cassandra
        image: gcr.io/google-samples/cassandra:v13
        imagePullPolicy: Always
        ports:
        - { containerPort: 7000, name: intra-node }
        - { containerPort: 7001, name: tls-intra-node }
        - { containerPort: 7199, name: jmx }
        - { containerPort: 9042, name: cql }
        resources: { limits: { cpu: 500m, memory: 1Gi }, requests: { cpu: 100m, memory: 200Mi } }
        securityContext: { capabilities: { add: [IPC_LOCK] } }
        lifecycle: { preStop: { exec: { command: [/bin/sh, -c, nodetool drain] } } }
        env:
        - { name: MAX_HEAP_SIZE, value: 512M }
        - { name: HEAP_NEWSIZE, value: 100M }
        - { name: CASSANDRA_SEEDS, value: cassandra-0.cassandra }
        - { name: CASSANDRA_CLUSTER_NAME, value: K8Demo }
        - { name: CASSANDRA_DC, value: DC1-K8Demo }
        - { name: CASSANDRA_RACK, value: Rack1-K8Demo }
        - { name: POD_IP, valueFrom: { fieldRef: { fieldPath: status.podIP } } }
        readinessProbe:
          exec: { command: [/bin/bash, -c, /ready-probe.sh] }
          initialDelaySeconds: 15
          timeoutSeconds: 5
        volumeMounts: [{ name: cassandra-data, mountPath: /cassandra_data }]
  volumeClaimTemplates:
  - metadata: { name: cassandra-data }
    spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
`;

/** A server of messages, a subscriber and two responders. */
const NATS = `
apiVersion: v1
kind: Service
metadata: { name: nats }
spec: { ports: [{ port: 4222 }], selector: { app: nats } }
---
apiVersion: v1
kind: Pod
metadata: { name: nats, labels: { app: nats } }
spec: { containers: [{ name: nats, image: "nats:2.12-alpine", args: ["-m", "8222"], readinessProbe: { httpGet: { path: /healthz, port: 8222 } } }] }
---
apiVersion: v1
kind: Pod
metadata: { name: box }
spec: { containers: [{ name: box, image: "natsio/nats-box:0.19.0", command: [sleep, infinity], env: [{ name: NATS_URL, value: "nats://nats:4222" }] }] }
---
apiVersion: v1
kind: Pod
metadata: { name: subscriber }
spec: { containers: [{ name: box, image: "natsio/nats-box:0.19.0", command: [sh, -c, "nats -s nats://nats:4222 sub 'orders.>'"] }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: responder }
spec:
  replicas: 2
  selector: { matchLabels: { app: responder } }
  template:
    metadata: { labels: { app: responder } }
    spec: { containers: [{ name: box, image: "natsio/nats-box:0.19.0", command: [sh, -c, "nats -s nats://nats:4222 reply help 'I can'"] }] }
`;

export const applications: readonly Page[] = [
  {
    title: "NATS: subscribers and responders",
    steps: [
      { apply: NATS },
      ready("nats"),
      ready("box"),
      { until: "logs subscriber", prints: /Subscribing on orders\.>$/m },
      { run: "exec box -- nats pub orders.new hello", prints: /Published 5 bytes to "orders\.new"/ },
      { until: "logs subscriber", prints: /\[#1\] Received on "orders\.new"\nhello\n/ },
      { until: "logs -l app=responder", prints: /Listening on "help"[\s\S]*Listening on "help"/ },
      { run: "exec box -- nats req help me", prints: /Received with rtt .*\nI can\n/ },
      { run: "logs -l app=responder", prints: /Received on subject "help":\nme\n/ },
    ],
  },
  {
    title: "deploying Cassandra with a StatefulSet",
    steps: [
      { apply: CASSANDRA },
      ready("cassandra-2"),
      { run: "get pods -l app=cassandra -o name", prints: "pod/cassandra-0\npod/cassandra-1\npod/cassandra-2" },
      {
        run: "exec cassandra-0 -- nodetool status",
        prints: /^Datacenter: DC1-K8Demo\n={22}\nStatus=Up\/Down\n[\s\S]*(UN {2}[\d.]+ .* Rack1-K8Demo\n){3}/,
      },
      {
        run: `exec -i cassandra-0 -- cqlsh`,
        stdin:
          "CREATE KEYSPACE shop WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 3};\nUSE shop;\nCREATE TABLE users (id int PRIMARY KEY, name text);\nINSERT INTO users (id, name) VALUES (1, 'anna');\nINSERT INTO users (id, name) VALUES (2, 'ben');\nSELECT * FROM users WHERE id = 2;\n",
        prints: "\n id | name\n----+------\n  2 |  ben\n\n(1 rows)",
      },
      { run: "exec cassandra-2 -- cqlsh -k shop -e 'SELECT count(*) FROM users'", prints: /^ +2$/m },
      { run: "scale statefulset cassandra --replicas=4" },
      ready("cassandra-3"),
      { run: "get statefulset cassandra", prints: /cassandra +4\/4/ },
      { run: "exec cassandra-3 -- nodetool status", prints: /(UN .*\n){4}/ },
      { run: "exec cassandra-3 -- cqlsh -k shop -e 'SELECT name FROM users WHERE id = 1'", prints: /^ anna$/m },
      { run: "delete statefulset -l app=cassandra" },
      { run: "get pvc -l app=cassandra -o name", prints: /cassandra-data-cassandra-3/ },
    ],
  },
  {
    title: "running ZooKeeper, a distributed system coordinator",
    steps: [
      { apply: ZOOKEEPER },
      ready("zk-2"),
      { run: `${ZK} hostname`, prints: "zk-0" },
      { run: "exec zk-1 -- cat /var/lib/zookeeper/data/myid", prints: "2" },
      { run: `${ZK} hostname -f`, prints: /^zk-0\.zk-hs\.[\w-]+\.svc\.cluster\.local$/m },
      {
        run: `${ZK} cat /opt/zookeeper/conf/zoo.cfg`,
        prints: /clientPort=2181\n[\s\S]*server\.3=zk-2\.zk-hs\.[\w-]+\.svc\.cluster\.local:2888:3888/,
      },
      { run: `${ZK} zkCli.sh create /hello world`, prints: /WatchedEvent state:SyncConnected[\s\S]*Created \/hello$/m },
      {
        run: "exec zk-1 -- zkCli.sh get /hello",
        prints: /\nworld\ncZxid = 0x\w+\n[\s\S]*dataLength = 5\nnumChildren = 0/,
      },
      {
        run: `${ZK} sh -c 'for i in 0 1 2; do echo srvr | nc zk-$i.zk-hs 2181 | grep Mode; done'`,
        prints: /Mode: leader/,
      },
      { run: "delete statefulset zk" },
      { run: "wait --for=delete pod/zk-0 pod/zk-1 pod/zk-2 --timeout=60s" },
      { apply: ZOOKEEPER },
      ready("zk-2"),
      { run: "exec zk-2 -- zkCli.sh get /hello", prints: /\nworld\n/ },
      { run: `${ZK} cat /opt/zookeeper/conf/log4j.properties`, prints: /^zookeeper\.root\.logger=CONSOLE$/m },
      { run: "logs zk-0 --tail 20", prints: /\[myid:1\] - INFO/ },
      {
        run: `${ZK} ls -ld /var/lib/zookeeper/data`,
        prints: /^drwx\S+ .* 1000 .*\/var\/lib\/zookeeper\/data$|^drwx\S+ .*zookeeper/m,
      },
      { run: `${ZK} pkill java` },
      { until: "get pod zk-0 -o jsonpath={.status.containerStatuses[0].restartCount}", prints: "1" },
      ready("zk-0"),
      { run: `${ZK} zkCli.sh get /hello`, prints: /\nworld\n/ },
    ],
  },
  {
    title: "deploying WordPress and MySQL with persistent volumes",
    steps: [
      { apply: WORDPRESS_MYSQL },
      { apply: WORDPRESS },
      { run: "rollout status deploy/wordpress-mysql" },
      { run: "rollout status deploy/wordpress" },
      { run: "get pvc", prints: /mysql-pv-claim +Bound[\s\S]*wp-pv-claim +Bound/ },
      { until: CURL, prints: /WordPress &rsaquo; Installation/ },
      {
        run: `exec deploy/wordpress -- curl -s ${INSTALL} 'localhost/wp-admin/install.php?step=2'`,
        prints: /Success!/,
      },
      { run: CURL, prints: /<title>Shop<\/title>[\s\S]*Hello world!/ },
      { run: "scale deploy wordpress-mysql --replicas=0" },
      { run: "wait --for=delete pod -l tier=mysql --timeout=60s" },
      { run: CURL, prints: /Error establishing a database connection/ },
      { run: "scale deploy wordpress-mysql --replicas=1" },
      { run: "rollout status deploy/wordpress-mysql" },
      { until: CURL, prints: /<title>Shop<\/title>/ },
    ],
  },
];

/** "Deploying PHP Guestbook application with Redis". */
import { available, type Page } from "./page.ts";

const redis = (role: "leader" | "follower", image: string, replicas: number) => `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: redis-${role}
  labels: { app: redis, role: ${role}, tier: backend }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: redis } }
  template:
    metadata: { labels: { app: redis, role: ${role}, tier: backend } }
    spec:
      containers:
        - name: ${role}
          image: "${image}"
          resources: { requests: { cpu: 100m, memory: 100Mi } }
          ports: [{ containerPort: 6379 }]
`;

const redisService = (role: "leader" | "follower") => `
apiVersion: v1
kind: Service
metadata:
  name: redis-${role}
  labels: { app: redis, role: ${role}, tier: backend }
spec:
  ports: [{ port: 6379${role === "leader" ? ", targetPort: 6379" : ""} }]
  selector: { app: redis, role: ${role}, tier: backend }
`;

const FRONTEND = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: frontend }
spec:
  replicas: 3
  selector: { matchLabels: { app: guestbook, tier: frontend } }
  template:
    metadata: { labels: { app: guestbook, tier: frontend } }
    spec:
      containers:
        - name: php-redis
          image: us-docker.pkg.dev/google-samples/containers/gke/gb-frontend:v5
          env: [{ name: GET_HOSTS_FROM, value: "dns" }]
          resources: { requests: { cpu: 100m, memory: 100Mi } }
          ports: [{ containerPort: 80 }]
`;

const FRONTEND_SERVICE = `
apiVersion: v1
kind: Service
metadata:
  name: frontend
  labels: { app: guestbook, tier: frontend }
spec:
  ports: [{ port: 80 }]
  selector: { app: guestbook, tier: frontend }
`;

const FOLLOWER = "us-docker.pkg.dev/google-samples/containers/gke/gb-redis-follower:v2";
const frontend = (path: string) => ({ service: { name: "frontend", port: 80 }, path });
const running = (name: string, count: number) =>
  new RegExp(`(${name}-\\w+-\\w{5} +1/1 +Running +0 [^\\n]*\\n){${count}}`);

export const guestbook: readonly Page[] = [
  {
    title: "Deploying PHP Guestbook application with Redis",
    steps: [
      { apply: redis("leader", "docker.io/redis:6.0.5", 1) },
      available("redis-leader", 1),
      { run: "get pods", prints: running("redis-leader", 1) },
      { run: "logs deployment/redis-leader", prints: /Ready to accept connections/ },
      { apply: redisService("leader") },
      { run: "get service", prints: /redis-leader +ClusterIP +10\.[\d.]+ +<none> +6379\/TCP/ },
      { apply: redis("follower", FOLLOWER, 2) },
      available("redis-follower", 2),
      { apply: redisService("follower") },
      { run: "get service", prints: /redis-follower +ClusterIP +10\.[\d.]+ +<none> +6379\/TCP/ },
      { apply: FRONTEND },
      available("frontend", 3),
      { run: "get pods -l app=guestbook -l tier=frontend", prints: running("frontend", 3) },
      { apply: FRONTEND_SERVICE },
      { run: "get services", prints: /frontend +ClusterIP +10\.[\d.]+ +<none> +80\/TCP/ },
      { request: frontend("/"), shows: /^200\n[\s\S]*<h2>Guestbook<\/h2>/ },
      {
        request: frontend("/guestbook.php?cmd=set&key=guestbook&value=,hello%20world"),
        shows: /^200\n\{"message": "Updated"\}$/,
      },
      { request: frontend("/guestbook.php?cmd=get&key=guestbook"), shows: /^200\n\{"data": ",hello world"\}$/ },
      { run: "get pods -l role=follower -o jsonpath={.items[0].metadata.name}", as: "follower" },
      { run: "exec {{follower}} -- redis-cli get guestbook", prints: ",hello world" },
      { run: "exec {{follower}} -- redis-cli info replication", prints: /role:slave\s+master_host:redis-leader/ },
      { run: 'patch service frontend -p \'{"spec":{"type":"LoadBalancer"}}\'', prints: "service/frontend patched" },
      { until: "get service frontend", prints: /frontend +LoadBalancer +10\.[\d.]+ +\d+\.[\d.]+ +80:\d+\/TCP/ },
      { request: frontend("/guestbook.php?cmd=get&key=guestbook"), shows: /^200\n\{"data": ",hello world"\}$/ },
      { run: "scale deployment frontend --replicas=5", prints: "deployment.apps/frontend scaled" },
      available("frontend", 5),
      { run: "scale deployment frontend --replicas=2" },
      available("frontend", 2),
      // kube-proxy forgets the endpoints of pods that end within a second.
      { advanceSeconds: 2 },
      { run: "delete service redis-leader", prints: /^service "redis-leader" deleted/ },
      {
        request: frontend("/guestbook.php?cmd=set&key=guestbook&value=lost"),
        shows: /getaddrinfo failed: Name or service not known \[tcp:\/\/redis-leader:6379\]/,
      },
      {
        run: "delete deployment -l app=redis",
        prints: /^deployment.apps "redis-follower" deleted.*\ndeployment.apps "redis-leader" deleted/,
      },
      { run: "delete deployment frontend" },
      { until: "get pods", prints: "" },
      { run: "get pods", complains: /^No resources found in {{namespace}} namespace\./ },
    ],
  },
];

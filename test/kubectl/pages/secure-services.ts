/** "Connecting Applications with Services": securing and exposing the Service. */
import { available, type Page, ready } from "./page.ts";

const NGINX_SECRET = `
apiVersion: v1
kind: Secret
metadata: { name: nginxsecret }
type: kubernetes.io/tls
data: { tls.crt: "{{certificate}}", tls.key: "{{key}}" }
`;

const NGINX_CONFIG = `
apiVersion: v1
kind: ConfigMap
metadata: { name: nginxconfigmap }
data:
  default.conf: |
    server {
            listen 80 default_server;
            listen [::]:80 default_server ipv6only=on;

            listen 443 ssl;

            root /usr/share/nginx/html;
            index index.html;

            server_name localhost;
            ssl_certificate /etc/nginx/ssl/tls.crt;
            ssl_certificate_key /etc/nginx/ssl/tls.key;

            location / {
                    try_files $uri $uri/ =404;
            }
    }
`;

const NGINX_SECURE = `
apiVersion: v1
kind: Service
metadata: { name: my-nginx, labels: { run: my-nginx } }
spec:
  type: NodePort
  ports:
    - { port: 8080, targetPort: 80, protocol: TCP, name: http }
    - { port: 443, protocol: TCP, name: https }
  selector: { run: my-nginx }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: my-nginx }
spec:
  selector: { matchLabels: { run: my-nginx } }
  replicas: 1
  template:
    metadata: { labels: { run: my-nginx } }
    spec:
      volumes:
        - { name: secret-volume, secret: { secretName: nginxsecret } }
        - { name: configmap-volume, configMap: { name: nginxconfigmap } }
      containers:
        - name: nginxhttps
          image: bprashanth/nginxhttps:1.0
          ports: [{ containerPort: 443 }, { containerPort: 80 }]
          volumeMounts:
            - { mountPath: /etc/nginx/ssl, name: secret-volume }
            - { mountPath: /etc/nginx/conf.d, name: configmap-volume }
`;

const CURL_POD = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: curl-deployment }
spec:
  selector: { matchLabels: { app: curlpod } }
  replicas: 1
  template:
    metadata: { labels: { app: curlpod } }
    spec:
      volumes: [{ name: secret-volume, secret: { secretName: nginxsecret } }]
      containers:
        - name: curlpod
          command: [sh, -c, while true; do sleep 1; done]
          image: docker.io/curlimages/curl:8.18.0
          volumeMounts: [{ mountPath: /etc/nginx/ssl, name: secret-volume }]
`;

export const secureServices: readonly Page[] = [
  {
    title: "Connecting Applications with Services: securing and exposing",
    steps: [
      { run: "run keys --image=alpine/openssl --restart=Never --command -- sleep 86400" },
      ready("keys"),
      {
        run: "exec keys -- openssl req -x509 -nodes -days 365 -newkey rsa:2048 -keyout /tmp/nginx.key -out /tmp/nginx.crt -subj /CN=my-nginx/O=my-nginx",
      },
      { run: "exec keys -- sh -c 'base64 /tmp/nginx.crt | tr -d \"\\n\"'", as: "certificate" },
      { run: "exec keys -- sh -c 'base64 /tmp/nginx.key | tr -d \"\\n\"'", as: "key" },
      { apply: NGINX_SECRET },
      { run: "get secrets", prints: /nginxsecret +kubernetes\.io\/tls +2 / },
      { apply: NGINX_CONFIG },
      { run: "get configmaps", prints: /nginxconfigmap +1 / },
      {
        run: "describe configmap nginxconfigmap",
        prints:
          /^Name: +nginxconfigmap\nNamespace: +{{namespace}}\n[\s\S]*\nData\n====\ndefault\.conf:\n----\nserver \{\n +listen 80 default_server;\n/,
      },
      { apply: NGINX_SECURE },
      available("my-nginx", 1),
      { run: "get pods -l run=my-nginx -o jsonpath={.items[0].status.podIP}", as: "podIp" },
      { apply: CURL_POD },
      available("curl-deployment", 1),
      { run: "exec deploy/curl-deployment -- curl -sk https://{{podIp}}", prints: /<h1>Welcome to nginx!<\/h1>/ },
      {
        run: "exec deploy/curl-deployment -- curl -s https://my-nginx --cacert /etc/nginx/ssl/tls.crt",
        prints: /<title>Welcome to nginx!<\/title>/,
      },
      {
        run: "exec deploy/curl-deployment -- curl https://my-nginx",
        complains: /curl: \(60\) SSL certificate problem: self-signed certificate\n/,
        exitCode: 60,
      },
      {
        run: "exec deploy/curl-deployment -- curl https://{{podIp}} --cacert /etc/nginx/ssl/tls.crt",
        complains: /curl: \(60\) SSL: .* '{{podIp}}'\n/,
        exitCode: 60,
      },
      { run: "get svc my-nginx -o 'jsonpath={.spec.ports[?(@.name==\"https\")].nodePort}'", as: "httpsPort" },
      {
        request: { nodePort: { port: "{{httpsPort}}" }, scheme: "https" },
        shows: /<h1>Welcome to nginx!<\/h1>/,
      },
      { run: `patch svc my-nginx -p '{"spec":{"type":"LoadBalancer"}}'`, prints: "service/my-nginx patched" },
      {
        until: "get svc my-nginx",
        prints: /my-nginx +LoadBalancer +10\.[\d.]+ +\d+\.[\d.]+ +8080:\d+\/TCP,443:{{httpsPort}}\/TCP/,
      },
      { request: { service: { name: "my-nginx", port: 8080 } }, shows: /Welcome to nginx/ },
    ],
  },
];

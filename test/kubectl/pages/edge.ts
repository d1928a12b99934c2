/** Pages about Ingress. */
import type { Page } from "./page.ts";

/** The parts of minikube's addon `ingress` that serve: no webhook. */
const ADDON = `
apiVersion: v1
kind: Namespace
metadata: { name: ingress-nginx }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: ingress-nginx, namespace: ingress-nginx }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: ingress-nginx }
rules:
  - apiGroups: [""]
    resources: [configmaps, endpoints, nodes, pods, secrets, namespaces, services]
    verbs: [get, list, watch]
  - apiGroups: [networking.k8s.io]
    resources: [ingresses, ingressclasses]
    verbs: [get, list, watch]
  - apiGroups: [networking.k8s.io]
    resources: [ingresses/status]
    verbs: [update]
  - apiGroups: [discovery.k8s.io]
    resources: [endpointslices]
    verbs: [get, list, watch]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: ingress-nginx }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: ingress-nginx }
subjects: [{ kind: ServiceAccount, name: ingress-nginx, namespace: ingress-nginx }]
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: { name: nginx, annotations: { ingressclass.kubernetes.io/is-default-class: "true" } }
spec: { controller: k8s.io/ingress-nginx }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ingress-nginx-controller, namespace: ingress-nginx }
spec:
  selector: { matchLabels: { app.kubernetes.io/name: ingress-nginx } }
  template:
    metadata: { labels: { app.kubernetes.io/name: ingress-nginx } }
    spec:
      serviceAccountName: ingress-nginx
      containers:
        - name: controller
          image: registry.k8s.io/ingress-nginx/controller:v1.14.1
          args:
            - /nginx-ingress-controller
            - --election-id=ingress-nginx-leader
            - --controller-class=k8s.io/ingress-nginx
            - --watch-ingress-without-class=true
            - --report-node-internal-ip-address
            - --configmap=$(POD_NAMESPACE)/ingress-nginx-controller
          env:
            - { name: POD_NAME, valueFrom: { fieldRef: { fieldPath: metadata.name } } }
            - { name: POD_NAMESPACE, valueFrom: { fieldRef: { fieldPath: metadata.namespace } } }
          ports:
            - { name: http, containerPort: 80, hostPort: 80 }
            - { name: https, containerPort: 443, hostPort: 443 }
          readinessProbe: { httpGet: { path: /healthz, port: 10254 }, initialDelaySeconds: 10 }
          lifecycle: { preStop: { exec: { command: [/wait-shutdown] } } }
`;

const path = (route: string, service: string) => `
          - path: ${route}
            pathType: Prefix
            backend:
              service:
                name: ${service}
                port:
                  number: 8080`;

const ingress = (...paths: string[]) => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: example-ingress
spec:
  ingressClassName: nginx
  rules:
    - host: hello-world.example
      http:
        paths:${paths.join("")}
`;

export const edge: readonly Page[] = [
  {
    title: "Set up Ingress on Minikube with the NGINX Ingress Controller",
    steps: [
      { apply: ADDON },
      {
        until: "get pods -n ingress-nginx",
        prints: /^ingress-nginx-controller-\S+ +1\/1 +Running +0 /m,
      },
      {
        run: "create deployment web --image=gcr.io/google-samples/hello-app:1.0",
        prints: "deployment.apps/web created",
      },
      { until: "get deployment web", prints: /^web +1\/1 +1 +1 /m },
      { run: "expose deployment web --type=NodePort --port=8080", prints: "service/web exposed" },
      { run: "get service web", prints: /^web +NodePort +10\.\S+ +<none> +8080:3\d{4}\/TCP /m },
      {
        request: { service: { name: "web" } },
        shows: /^200\nHello, world!\nVersion: 1\.0\.0\nHostname: web-[a-z0-9]+-[a-z0-9]{5}\n$/,
      },
      { apply: ingress(path("/", "web")) },
      {
        until: "get ingress",
        prints: /^example-ingress +nginx +hello-world\.example +192\.168\.0\.\d+ +80 /m,
      },
      {
        run: "describe ingress example-ingress",
        prints:
          /hello-world\.example +\n +\/ +web:8080 \(10\.244\.\d+\.\d+:8080\)\n[\s\S]*Normal +Sync .* nginx-ingress-controller +Scheduled for sync/,
      },
      { request: { ingress: { name: "example-ingress" } }, shows: /^200\nHello, world!\nVersion: 1\.0\.0\n/ },
      {
        run: "create deployment web2 --image=gcr.io/google-samples/hello-app:2.0",
        prints: "deployment.apps/web2 created",
      },
      { until: "get deployment web2", prints: /^web2 +1\/1 +1 +1 /m },
      { run: "expose deployment web2 --port=8080 --type=NodePort", prints: "service/web2 exposed" },
      { apply: ingress(path("/", "web"), path("/v2", "web2")) },
      { request: { ingress: { name: "example-ingress" } }, shows: /^200\nHello, world!\nVersion: 1\.0\.0\n/ },
      {
        request: { ingress: { name: "example-ingress" }, path: "/v2" },
        shows: /^200\nHello, world!\nVersion: 2\.0\.0\nHostname: web2-/,
      },
      {
        request: { ingress: { name: "example-ingress" }, headers: { host: "other.example" } },
        shows: /^404\n<html>\r\n<head><title>404 Not Found<\/title>/,
      },
      {
        until: "logs -n ingress-nginx deployment/ingress-nginx-controller",
        prints: /"GET \/v2 HTTP\/1\.1" 200 .*\[page-\d+-web2-8080\]/,
      },
    ],
  },
];

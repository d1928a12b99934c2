/** Pages about Ingress and the Gateway API. */

import { GATEWAY_CONTROLLER, GATEWAY_DEFINITIONS } from "./gateway-manifests.ts";
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

const GATEWAY = `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: example-gateway
spec:
  gatewayClassName: example-class
  listeners:
  - name: http
    protocol: HTTP
    port: 80
`;

const httpRoute = (backendRefs: string) => `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: example-httproute
spec:
  parentRefs:
  - name: example-gateway
  hostnames:
  - "www.example.com"
  rules:
  - matches:
    - path:
        type: PathPrefix
        value: /login
    backendRefs: ${backendRefs}
`;

const login = (host = "www.example.com") => ({
  gateway: { name: "example-gateway" },
  path: "/login",
  headers: { host },
});

const gatewayPage: Page = {
  title: "Gateway API",
  steps: [
    { apply: GATEWAY_DEFINITIONS },
    { run: "wait --for=condition=Established crd/httproutes.gateway.networking.k8s.io", prints: /condition met/ },
    { apply: GATEWAY_CONTROLLER },
    {
      until: "get gatewayclass example-class",
      prints: /^example-class +gateway\.nginx\.org\/nginx-gateway-controller +True /m,
    },
    { apply: GATEWAY },
    { until: "get gateway example-gateway", prints: /^example-gateway +example-class +198\.51\.100\.\d+ +True /m },
    { run: "create deployment example-svc --image=gcr.io/google-samples/hello-app:1.0", prints: /created/ },
    { run: "expose deployment example-svc --port=8080", prints: /exposed/ },
    { run: "rollout status deployment example-svc", prints: /successfully rolled out/ },
    { apply: httpRoute("[{ name: example-svc, port: 8080 }]") },
    {
      until: "get httproute example-httproute -o jsonpath={.status.parents[0].conditions[*].reason}",
      prints: "Accepted ResolvedRefs",
    },
    { request: login(), shows: /^200\nHello, world!\nVersion: 1\.0\.0\n/ },
    { request: login("other.example.com"), shows: /^404\n/ },
    { request: { ...login(), path: "/logout" }, shows: /^404\n/ },
    { run: "create deployment canary --image=gcr.io/google-samples/hello-app:2.0", prints: /created/ },
    { run: "expose deployment canary --port=8080", prints: /exposed/ },
    { run: "rollout status deployment canary", prints: /successfully rolled out/ },
    { apply: httpRoute("[{ name: example-svc, port: 8080, weight: 1 }, { name: canary, port: 8080, weight: 1 }]") },
    { request: login(), shows: /Version: 1\.0\.0/ },
    { request: login(), shows: /Version: 2\.0\.0/ },
    { request: login(), shows: /Version: 1\.0\.0/ },
    {
      run: "get gateway example-gateway -o jsonpath={.status.listeners[0].attachedRoutes}",
      prints: "1",
    },
  ],
};

const backendOf = (service: string, port: number) => `
            backend:
              service:
                name: ${service}
                port:
                  number: ${port}`;

const FANOUT = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: simple-fanout-example
spec:
  rules:
    - host: foo.bar.com
      http:
        paths:
          - path: /foo
            pathType: Prefix${backendOf("service1", 4200)}
          - path: /bar
            pathType: Prefix${backendOf("service2", 8080)}
`;

const virtualHost = (host: string, service: string, port: number) => `
    - ${host === "" ? "" : `host: ${host}\n      `}http:
        paths:
          - path: "/"
            pathType: Prefix${backendOf(service, port)}`;

const VIRTUAL_HOSTS = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: name-virtual-host-ingress-no-third-host
spec:
  rules:${virtualHost("first.bar.com", "service1", 4200)}${virtualHost("second.bar.com", "service2", 8080)}${virtualHost("", "service3", 80)}
`;

const TLS = `
apiVersion: v1
kind: Secret
metadata:
  name: testsecret-tls
data:
  tls.crt: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUIKLS0tLS1FTkQgQ0VSVElGSUNBVEUtLS0tLQo=
  tls.key: a2V5
type: kubernetes.io/tls
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: tls-example-ingress
spec:
  tls:
    - hosts:
        - https-example.foo.com
      secretName: testsecret-tls
  rules:${virtualHost("https-example.foo.com", "service1", 4200)}
`;

const application = (name: string, version: string, port: number): Page["steps"] => [
  { run: `create deployment ${name} --image=gcr.io/google-samples/hello-app:${version}`, prints: /created/ },
  { run: `expose deployment ${name} --port=${port} --target-port=8080`, prints: /exposed/ },
  { run: `rollout status deployment ${name}`, prints: /successfully rolled out/ },
];

const fanout = (path: string) => ({ ingress: { name: "simple-fanout-example" }, path });
const named = (host: string) => ({ ingress: { name: "name-virtual-host-ingress-no-third-host" }, headers: { host } });

const ingressPage: Page = {
  title: "Ingress: fanout, virtual hosts, TLS",
  steps: [
    { apply: ADDON },
    { until: "get deployment -n ingress-nginx ingress-nginx-controller", prints: / 1\/1 / },
    ...application("service1", "1.0", 4200),
    ...application("service2", "2.0", 8080),
    ...application("service3", "1.0", 80),
    { apply: FANOUT },
    // The class is the default one of the cluster.
    {
      until: "get ingress simple-fanout-example",
      prints: /^simple-fanout-example +nginx +foo\.bar\.com +192\.168\.0\.\d+ +80 /m,
    },
    {
      run: "describe ingress simple-fanout-example",
      prints:
        /foo\.bar\.com +\n +\/foo +service1:4200 \(10\.244\.\d+\.\d+:8080\)\n +\/bar +service2:8080 \(10\.244\.\d+\.\d+:8080\)\n/,
    },
    { request: fanout("/foo"), shows: /^200\n[\s\S]*Hostname: service1-/ },
    { request: fanout("/bar/x"), shows: /^200\n[\s\S]*Hostname: service2-/ },
    { request: fanout("/"), shows: /^404\n/ },
    { apply: VIRTUAL_HOSTS },
    { until: "get ingress name-virtual-host-ingress-no-third-host", prints: / 192\.168\.0\.\d+ +80 / },
    { request: named("first.bar.com"), shows: /Hostname: service1-/ },
    { request: named("second.bar.com"), shows: /Hostname: service2-/ },
    { request: named("third.bar.com"), shows: /Hostname: service3-/ },
    { apply: TLS },
    { until: "get ingress tls-example-ingress", prints: / 192\.168\.0\.\d+ +80, 443 / },
    { request: { ingress: { name: "tls-example-ingress" } }, shows: /^308\n/ },
    { request: { ingress: { name: "tls-example-ingress" }, scheme: "https" }, shows: /^200\n[\s\S]*service1-/ },
  ],
};

export const edge: readonly Page[] = [
  gatewayPage,
  ingressPage,
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

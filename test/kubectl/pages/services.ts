/** Pages about Services: how they are found, reached and debugged. */
import { available, type Page, ready } from "./page.ts";

const MY_NGINX = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: my-nginx }
spec:
  selector: { matchLabels: { run: my-nginx } }
  replicas: 2
  template:
    metadata: { labels: { run: my-nginx } }
    spec:
      containers:
        - name: my-nginx
          image: nginx
          ports: [{ containerPort: 80 }]
`;

const BACKEND = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: backend }
spec:
  selector: { matchLabels: { app: hello, tier: backend, track: stable } }
  replicas: 3
  template:
    metadata: { labels: { app: hello, tier: backend, track: stable } }
    spec:
      containers:
        - name: hello
          image: gcr.io/google-samples/hello-go-gke:1.0
          ports: [{ name: http, containerPort: 80 }]
---
apiVersion: v1
kind: Service
metadata: { name: hello }
spec:
  selector: { app: hello, tier: backend }
  ports: [{ protocol: TCP, port: 80, targetPort: http }]
`;

const FRONTEND = `
apiVersion: v1
kind: Service
metadata: { name: frontend }
spec:
  selector: { app: hello, tier: frontend }
  ports: [{ protocol: TCP, port: 80, targetPort: 80 }]
  type: LoadBalancer
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: frontend }
spec:
  selector: { matchLabels: { app: hello, tier: frontend, track: stable } }
  replicas: 1
  template:
    metadata: { labels: { app: hello, tier: frontend, track: stable } }
    spec:
      containers:
        - name: nginx
          image: gcr.io/google-samples/hello-frontend:1.0
          lifecycle: { preStop: { exec: { command: [/usr/sbin/nginx, -s, quit] } } }
`;

const helloWorld = (replicas: number, label: string) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: hello-world, labels: { ${label} } }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { ${label} } }
  template:
    metadata: { labels: { ${label} } }
    spec:
      containers:
        - name: hello-world
          image: gcr.io/google-samples/hello-app:2.0
          ports: [{ containerPort: 8080, protocol: TCP }]
`;

const nginxDeployment = (version: string, replicas: number) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: nginx-deployment }
spec:
  selector: { matchLabels: { app: nginx } }
  replicas: ${replicas}
  template:
    metadata: { labels: { app: nginx } }
    spec:
      containers:
        - name: nginx
          image: nginx:${version}
          ports: [{ containerPort: 80 }]
`;

const CLIENT = "run client --image=busybox:1.36 --restart=Never -- sleep 86400";

export const services: readonly Page[] = [
  {
    title: "Connecting Applications with Services",
    steps: [
      { apply: MY_NGINX },
      available("my-nginx", 2),
      {
        run: "get pods -l run=my-nginx -o custom-columns=POD_IP:.status.podIPs",
        prints: /^POD_IP\n(\[map\[ip:10\.244\.\d+\.\d+\]\]\n){2}$/,
      },
      { run: "expose deployment/my-nginx", prints: "service/my-nginx exposed" },
      { run: "get svc my-nginx", prints: /my-nginx +ClusterIP +10\.\d+\.\d+\.\d+ +<none> +80\/TCP/ },
      { run: "get svc my-nginx -o jsonpath={.spec.clusterIP}", as: "serviceIp" },
      {
        until: "describe svc my-nginx",
        prints:
          /Selector: +run=my-nginx\nType: +ClusterIP\nIP Family Policy: +SingleStack\nIP Families: +IPv4\nIP: +{{serviceIp}}\nIPs: +{{serviceIp}}\nPort: +<unset> +80\/TCP\nTargetPort: +80\/TCP\nEndpoints: +10\.[\d.]+:80,10\.[\d.]+:80\nSession Affinity: +None\n/,
      },
      {
        run: "get endpointslices -l kubernetes.io/service-name=my-nginx",
        prints: /my-nginx-\w{5} +IPv4 +80 +10\.[\d.]+,10\.[\d.]+ /,
      },
      { run: "get pods -l run=my-nginx -o jsonpath={.items[0].metadata.name}", as: "pod" },
      {
        run: "exec {{pod}} -- sh -c 'printenv | grep SERVICE | sort'",
        prints:
          /^KUBERNETES_SERVICE_HOST=10\.[\d.]+\nKUBERNETES_SERVICE_PORT=443\nKUBERNETES_SERVICE_PORT_HTTPS=443\n$/,
      },
      { run: "scale deployment my-nginx --replicas=0" },
      { run: "scale deployment my-nginx --replicas=2" },
      available("my-nginx", 2),
      {
        run: "get pods -l run=my-nginx --sort-by=.metadata.creationTimestamp -o jsonpath={.items[-1:].metadata.name}",
        as: "pod",
      },
      {
        run: "exec {{pod}} -- sh -c 'printenv | grep SERVICE | sort'",
        prints: /HTTPS=443\nMY_NGINX_SERVICE_HOST={{serviceIp}}\nMY_NGINX_SERVICE_PORT=80\n$/,
      },
      {
        run: "get services kube-dns --namespace=kube-system",
        prints: /kube-dns +ClusterIP +10\.[\d.]+ +<none> +53\/UDP,53\/TCP/,
      },
      { run: "run curl --image=radial/busyboxplus:curl --restart=Never -- sleep 86400" },
      ready("curl"),
      {
        run: "exec curl -- nslookup my-nginx",
        prints: /Server: +10\.[\d.]+\nAddress 1: 10\.[\d.]+ .*\n\nName: +my-nginx\nAddress 1: {{serviceIp}}/,
      },
      { run: "exec curl -- curl -s http://my-nginx", prints: /<title>Welcome to nginx!<\/title>/ },
    ],
  },
  {
    title: "Using Source IP",
    steps: [
      { run: "create deployment source-ip-app --image=registry.k8s.io/echoserver:1.10" },
      available("source-ip-app", 1),
      { run: "get node -o jsonpath={.items[0].metadata.name}", as: "node" },
      {
        run: `run on-node --image=curlimages/curl --restart=Never --overrides='{"spec":{"hostNetwork":true}}' --command -- sleep 86400`,
      },
      ready("on-node"),
      { run: "exec on-node -- curl -s http://localhost:10249/proxyMode", prints: "iptables" },
      {
        run: "expose deployment source-ip-app --name=clusterip --port=80 --target-port=8080",
        prints: "service/clusterip exposed",
      },
      { run: "get svc clusterip -o jsonpath={.spec.clusterIP}", as: "clusterIp" },
      { run: CLIENT },
      ready("client"),
      { run: "get pod client -o jsonpath={.status.podIP}", as: "clientIp" },
      { run: "exec client -- ip addr", prints: /inet {{clientIp}}\/24 .*scope global eth0/ },
      { run: "exec client -- wget -qO - {{clusterIp}}", prints: /client_address={{clientIp}}\n/ },
      {
        run: "expose deployment source-ip-app --name=nodeport --port=80 --target-port=8080 --type=NodePort",
        prints: "service/nodeport exposed",
      },
      { run: "get -o jsonpath={.spec.ports[0].nodePort} services nodeport", as: "nodePort" },
      { run: "get pod -l app=source-ip-app -o jsonpath={.items[0].spec.nodeName}", as: "home" },
      { run: "get nodes --field-selector metadata.name!={{home}} -o jsonpath={.items[0].metadata.name}", as: "other" },
      {
        run: `get node {{other}} -o 'jsonpath={.status.addresses[?(@.type=="InternalIP")].address}'`,
        as: "otherIp",
      },
      {
        request: { nodePort: { port: "{{nodePort}}", node: "{{other}}" }, from: "198.51.100.79" },
        shows: /client_address={{otherIp}}\n/,
      },
      {
        run: `patch svc nodeport -p '{"spec":{"externalTrafficPolicy":"Local"}}'`,
        prints: "service/nodeport patched",
      },
      {
        request: { nodePort: { port: "{{nodePort}}", node: "{{home}}" }, from: "198.51.100.79" },
        shows: /client_address=198\.51\.100\.79\n/,
      },
      {
        request: { nodePort: { port: "{{nodePort}}", node: "{{other}}" }, from: "198.51.100.79" },
        shows: /timed out/,
      },
      {
        run: "expose deployment source-ip-app --name=loadbalancer --port=80 --target-port=8080 --type=LoadBalancer",
        prints: "service/loadbalancer exposed",
      },
      { until: "get svc loadbalancer", prints: /loadbalancer +LoadBalancer +10\.[\d.]+ +\d+\.[\d.]+ +80:\d+\/TCP/ },
      {
        request: { service: { name: "loadbalancer", port: 80 }, from: "198.51.100.79" },
        shows: /client_address=(?!198)/,
      },
      { run: `patch svc loadbalancer -p '{"spec":{"externalTrafficPolicy":"Local"}}'` },
      { run: "get svc loadbalancer -o jsonpath={.spec.healthCheckNodePort}", as: "health", prints: /^3\d{4}$/ },
      {
        request: { service: { name: "loadbalancer", port: 80 }, from: "198.51.100.79" },
        shows: /client_address=198\.51\.100\.79\n/,
      },
      {
        run: "exec on-node -- curl -s {{otherIp}}:{{health}}/healthz",
        prints: /"localEndpoints": 0/,
      },
    ],
  },
  {
    title: "Debug Services",
    steps: [
      { run: "create deployment hostnames --image=registry.k8s.io/serve_hostname" },
      { run: "scale deployment hostnames --replicas=3", prints: "deployment.apps/hostnames scaled" },
      available("hostnames", 3),
      {
        run: "run -i --rm --restart=Never busybox --image=gcr.io/google-containers/busybox -- echo I see a pod",
        prints: /^I see a pod\n/,
      },
      { run: CLIENT },
      ready("client"),
      {
        run: `get pods -l app=hostnames -o 'go-template={{range .items}}{{.status.podIP}}{{":9376 "}}{{end}}'`,
        as: "endpoints",
      },
      {
        run: "exec client -- sh -c 'for ep in {{endpoints}}; do wget -qO- $ep; done'",
        prints: /^(hostnames-\w+-\w{5}\n?){3}$/,
      },
      { run: "exec client -- wget -O- hostnames", complains: /wget: bad address 'hostnames'/, exitCode: 1 },
      {
        run: "get svc hostnames",
        complains: /^Error from server \(NotFound\): services "hostnames" not found/,
        exitCode: 1,
      },
      { run: "expose deployment hostnames --port=80 --target-port=9376", prints: "service/hostnames exposed" },
      { run: "get svc hostnames -o jsonpath={.spec.clusterIP}", as: "serviceIp" },
      { run: "run old --image=busybox:1.28 --restart=Never -- sleep 86400" },
      ready("old"),
      {
        run: "exec old -- nslookup hostnames",
        prints:
          /^Server: +10\.[\d.]+\nAddress 1: 10\.[\d.]+ kube-dns.kube-system.svc.cluster.local\n\nName: +hostnames\nAddress 1: {{serviceIp}} hostnames.{{namespace}}.svc.cluster.local\n$/,
      },
      {
        run: "exec old -- nslookup hostnames.{{namespace}}",
        prints: /Name: +hostnames.{{namespace}}\nAddress 1: {{serviceIp}} /,
      },
      { run: "exec old -- nslookup hostnames.{{namespace}}.svc.cluster.local", prints: /Address 1: {{serviceIp}} / },
      {
        run: "exec client -- cat /etc/resolv.conf",
        prints: /search {{namespace}}.svc.cluster.local svc.cluster.local cluster.local/,
      },
      {
        run: "exec old -- nslookup kubernetes.default",
        prints: /Name: +kubernetes.default\nAddress 1: 10\.[\d.]+ kubernetes.default.svc.cluster.local/,
      },
      {
        run: "exec client -- sh -c 'for i in $(seq 1 3); do wget -qO- {{serviceIp}}:80; echo; done | sort | uniq | wc -l'",
        prints: "3",
      },
      { run: "get endpoints hostnames", prints: /hostnames +10\.[\d.]+:9376,10\.[\d.]+:9376,10\.[\d.]+:9376/ },
      {
        run: `patch service hostnames -p '{"spec":{"selector":{"app":"hostname"}}}'`,
        prints: "service/hostnames patched",
      },
      { until: "get endpoints hostnames", prints: /hostnames +<none>/ },
      {
        run: "exec client -- wget -qO- hostnames",
        complains: /wget: can't connect to remote host \({{serviceIp}}\): Connection refused/,
        exitCode: 1,
      },
    ],
  },
  {
    title: "Exposing an External IP Address to Access an Application in a Cluster",
    steps: [
      { apply: helloWorld(5, "app.kubernetes.io/name: load-balancer-example") },
      available("hello-world", 5),
      {
        run: "expose deployment hello-world --type=LoadBalancer --name=my-service",
        prints: "service/my-service exposed",
      },
      { until: "get services my-service", prints: /my-service +LoadBalancer +10\.[\d.]+ +\d+\.[\d.]+ +8080:\d+\/TCP/ },
      { run: "get services my-service -o jsonpath={.status.loadBalancer.ingress[0].ip}", as: "externalIp" },
      {
        run: "describe services my-service",
        prints:
          /Selector: +app.kubernetes.io\/name=load-balancer-example\nType: +LoadBalancer\n[\s\S]*LoadBalancer Ingress: +{{externalIp}}[\s\S]*Port: +<unset> +8080\/TCP\nTargetPort: +8080\/TCP\nNodePort: +<unset> +\d+\/TCP\nEndpoints: +10[^\n]*( \+ 2 more|...)/,
      },
      {
        request: { service: { name: "my-service", port: 8080 } },
        shows: /^200\nHello, world!\nVersion: 2\.0\.0\nHostname: hello-world-\w+-\w{5}\n$/,
      },
      { run: CLIENT },
      ready("client"),
      { run: "exec client -- wget -qO- http://{{externalIp}}:8080", prints: /^Hello, world!\nVersion: 2\.0\.0\n/ },
    ],
  },
  {
    title: "Connect a Frontend to a Backend Using Services",
    steps: [
      { apply: BACKEND },
      available("backend", 3),
      {
        run: "describe deployment backend",
        prints:
          /Selector: +app=hello,tier=backend,track=stable\nReplicas: +3 desired \| 3 updated \| 3 total \| 3 available \| 0 unavailable/,
      },
      { apply: FRONTEND },
      available("frontend", 1),
      { until: "get service frontend", prints: /frontend +LoadBalancer +10\.[\d.]+ +\d+\.[\d.]+ +80:\d+\/TCP/ },
      {
        request: { service: { name: "frontend", port: 80 } },
        shows: /^200\n\{"message":"Hello"\}\n?$/,
      },
    ],
  },
  {
    title: "Use a Service to Access an Application in a Cluster",
    steps: [
      { apply: helloWorld(2, "run: load-balancer-example") },
      available("hello-world", 2),
      {
        run: "expose deployment hello-world --type=NodePort --name=example-service",
        prints: "service/example-service exposed",
      },
      {
        run: "describe services example-service",
        prints:
          /Selector: +run=load-balancer-example\nType: +NodePort\n[\s\S]*TargetPort: +8080\/TCP\nNodePort: +<unset> +\d+\/TCP\nEndpoints: +10\.[\d.]+:8080,10\.[\d.]+:8080\nSession Affinity: +None/,
      },
      { run: "get services example-service -o jsonpath={.spec.ports[0].nodePort}", as: "nodePort" },
      {
        request: { nodePort: { port: "{{nodePort}}" } },
        shows: /^200\nHello, world!\nVersion: 2\.0\.0\nHostname: hello-world-\w+-\w{5}\n$/,
      },
    ],
  },
  {
    title: "Run a Stateless Application Using a Deployment",
    steps: [
      { apply: nginxDeployment("1.14.2", 2) },
      available("nginx-deployment", 2),
      {
        run: "describe deployment nginx-deployment",
        prints:
          /Annotations: +deployment.kubernetes.io\/revision: 1\nSelector: +app=nginx\nReplicas: +2 desired \| 2 updated \| 2 total \| 2 available \| 0 unavailable\nStrategyType: +RollingUpdate\nMinReadySeconds: +0\nRollingUpdateStrategy: +25% max unavailable, 25% max surge/,
      },
      { run: "get pods -l app=nginx", prints: /(nginx-deployment-\w+-\w{5} +1\/1 +Running +0 [^\n]*\n){2}$/ },
      { apply: nginxDeployment("1.16.1", 2) },
      { until: "rollout status deployment/nginx-deployment --timeout=1s", prints: /successfully rolled out/ },
      { run: "get pods -l app=nginx -o jsonpath={.items[*].spec.containers[*].image}", prints: /nginx:1\.16\.1/ },
      { apply: nginxDeployment("1.14.2", 4) },
      available("nginx-deployment", 4),
      { run: "delete deployment nginx-deployment", prints: /^deployment.apps "nginx-deployment" deleted/ },
    ],
  },
];

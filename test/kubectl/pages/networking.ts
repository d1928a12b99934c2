/** Pages about policies, names and addresses of pods. */
import { available, type Page, phase, ready } from "./page.ts";

const NGINX_POLICY = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: access-nginx }
spec:
  podSelector: { matchLabels: { app: nginx } }
  ingress:
    - from: [{ podSelector: { matchLabels: { access: "true" } } }]
`;

const HOST_ALIASES = `
apiVersion: v1
kind: Pod
metadata: { name: hostaliases-pod }
spec:
  restartPolicy: Never
  hostAliases:
    - { ip: "127.0.0.1", hostnames: [foo.local, bar.local] }
    - { ip: "10.1.2.3", hostnames: [foo.remote, bar.remote] }
  containers:
    - name: cat-hosts
      image: busybox:1.28
      command: [cat]
      args: [/etc/hosts]
`;

const SUBDOMAIN = `
apiVersion: v1
kind: Service
metadata: { name: busybox-subdomain }
spec:
  selector: { name: busybox }
  clusterIP: None
  ports: [{ name: foo, port: 1234 }]
---
apiVersion: v1
kind: Pod
metadata: { name: busybox1, labels: { name: busybox } }
spec:
  hostname: busybox-1
  subdomain: busybox-subdomain
  containers: [{ image: "busybox:1.28", command: [sleep, "3600"], name: busybox }]
---
apiVersion: v1
kind: Pod
metadata: { name: busybox2, labels: { name: busybox } }
spec:
  hostname: busybox-2
  subdomain: busybox-subdomain
  containers: [{ image: "busybox:1.28", command: [sleep, "3600"], name: busybox }]
`;

const FULL_NAME = `
apiVersion: v1
kind: Pod
metadata: { name: fqdn }
spec:
  hostname: busybox-3
  subdomain: busybox-subdomain
  setHostnameAsFQDN: true
  containers: [{ image: "busybox:1.36", command: [sleep, "3600"], name: busybox }]
`;

const DNS_CONFIG = `
apiVersion: v1
kind: Pod
metadata: { name: dns-example }
spec:
  containers: [{ name: test, image: nginx }]
  dnsPolicy: "None"
  dnsConfig:
    nameservers: [192.0.2.1]
    searches: [ns1.svc.cluster-domain.example, my.dns.search.suffix]
    options: [{ name: ndots, value: "2" }, { name: edns0 }]
`;

const HOST_NETWORK = `
apiVersion: v1
kind: Pod
metadata: { name: busybox }
spec:
  containers: [{ image: "busybox:1.28", command: [sleep, "3600"], imagePullPolicy: IfNotPresent, name: busybox }]
  restartPolicy: Always
  hostNetwork: true
  dnsPolicy: ClusterFirstWithHostNet
`;

const EXTERNAL = `
apiVersion: v1
kind: Service
metadata: { name: example-service }
spec:
  selector: { app: example }
  ports: [{ port: 8765, targetPort: 9376 }]
  type: LoadBalancer
`;

const TWO_CONTAINERS = `
apiVersion: v1
kind: Pod
metadata: { name: two-containers }
spec:
  restartPolicy: Never
  volumes: [{ name: shared-data, emptyDir: {} }]
  containers:
    - name: nginx-container
      image: nginx
      volumeMounts: [{ name: shared-data, mountPath: /usr/share/nginx/html }]
    - name: debian-container
      image: debian
      volumeMounts: [{ name: shared-data, mountPath: /pod-data }]
      command: [/bin/sh]
      args: [-c, echo Hello from the debian container > /pod-data/index.html]
`;

export const networking: readonly Page[] = [
  {
    title: "Declare Network Policy",
    steps: [
      { run: "create deployment nginx --image=nginx", prints: "deployment.apps/nginx created" },
      { run: "expose deployment nginx --port=80", prints: "service/nginx exposed" },
      available("nginx", 1),
      {
        run: "get svc,pod",
        prints: /service\/nginx +ClusterIP +10\.[\d.]+ +<none> +80\/TCP [\s\S]*pod\/nginx-\w+-\w{5} +1\/1 +Running/,
      },
      { run: "get svc nginx -o jsonpath={.spec.clusterIP}", as: "serviceIp" },
      {
        run: "run busybox --rm -i --restart=Never --image=busybox:1.28 -- /bin/sh",
        stdin: "wget --spider --timeout=1 nginx\n",
        complains: /Connecting to nginx \({{serviceIp}}:80\)\n/,
      },
      { apply: NGINX_POLICY },
      {
        run: "run busybox --rm -i --restart=Never --image=busybox:1.28 -- /bin/sh",
        stdin: "wget --spider --timeout=1 nginx\n",
        complains: /Connecting to nginx \({{serviceIp}}:80\)\nwget: download timed out\n/,
        exitCode: 1,
      },
      {
        run: "run busybox --rm -i --restart=Never --labels=access=true --image=busybox:1.37 -- /bin/sh",
        stdin: "wget --spider --timeout=1 nginx\n",
        complains: /Connecting to nginx \({{serviceIp}}:80\)\nremote file exists\n/,
      },
    ],
  },
  {
    title: "Adding entries to Pod /etc/hosts with HostAliases",
    steps: [
      { run: "run nginx --image nginx", prints: "pod/nginx created" },
      ready("nginx"),
      { run: "get pods --output=wide", prints: /nginx +1\/1 +Running +0 +\S+ +10\.244\.[\d.]+ / },
      { run: "get pod nginx -o jsonpath={.status.podIP}", as: "podIp" },
      {
        run: "exec nginx -- cat /etc/hosts",
        prints:
          "# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::0\tip6-localnet\nfe00::0\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n{{podIp}}\tnginx",
      },
      { apply: HOST_ALIASES },
      phase("hostaliases-pod", "Succeeded"),
      { run: "get pod hostaliases-pod -o jsonpath={.status.podIP}", as: "podIp" },
      { run: "get pod --output=wide", prints: /hostaliases-pod +0\/1 +Completed +0 / },
      {
        run: "logs hostaliases-pod",
        prints:
          /{{podIp}}\thostaliases-pod\n\n# Entries added by HostAliases\.\n127\.0\.0\.1\tfoo\.local\tbar\.local\n10\.1\.2\.3\tfoo\.remote\tbar\.remote\n$/,
      },
    ],
  },
  {
    title: "DNS for Services and Pods",
    steps: [
      { apply: SUBDOMAIN },
      ready("busybox1"),
      ready("busybox2"),
      { run: "get pod busybox1 -o jsonpath={.status.podIP}", as: "one" },
      { run: "get pod busybox2 -o jsonpath={.status.podIP}", as: "two" },
      {
        run: "exec busybox1 -- nslookup busybox-2.busybox-subdomain",
        prints:
          /Name: +busybox-2\.busybox-subdomain\nAddress 1: {{two}} busybox-2\.busybox-subdomain\.{{namespace}}\.svc\.cluster\.local\n/,
      },
      {
        run: "exec busybox1 -- nslookup busybox-subdomain",
        prints:
          /Address \d: {{one}} busybox-1\.[\s\S]*Address \d: {{two}} busybox-2\.|Address \d: {{two}} busybox-2\.[\s\S]*Address \d: {{one}} busybox-1\./,
      },
      { run: "exec busybox1 -- hostname", prints: "busybox-1" },
      { run: "exec busybox1 -- hostname -f", prints: "busybox-1.busybox-subdomain.{{namespace}}.svc.cluster.local" },
      { apply: FULL_NAME },
      ready("fqdn"),
      { run: "exec fqdn -- hostname", prints: "busybox-3.busybox-subdomain.{{namespace}}.svc.cluster.local" },
      { apply: DNS_CONFIG },
      ready("dns-example"),
      {
        run: "exec -i dns-example -- cat /etc/resolv.conf",
        prints:
          "search ns1.svc.cluster-domain.example my.dns.search.suffix\nnameserver 192.0.2.1\noptions ndots:2 edns0",
      },
      { apply: HOST_NETWORK },
      ready("busybox"),
      {
        run: "exec busybox -- cat /etc/resolv.conf",
        prints:
          "search {{namespace}}.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5",
      },
      {
        run: "exec busybox -- nslookup kubernetes.default",
        prints: /Address 1: 10\.96\.0\.1 kubernetes\.default\.svc\.cluster\.local/,
      },
    ],
  },
  {
    title: "Create an External Load Balancer",
    steps: [
      { run: "create deployment example --image=registry.k8s.io/serve_hostname --replicas=2" },
      available("example", 2),
      { apply: EXTERNAL },
      {
        until: "describe services example-service",
        prints:
          /Name: +example-service\n[\s\S]*Selector: +app=example\nType: +LoadBalancer\nIP Family Policy: +SingleStack\nIP Families: +IPv4\nIP: +10\.[\d.]+\nIPs: +10\.[\d.]+\nLoadBalancer Ingress: +\d+\.[\d.]+ \(VIP\)\nPort: +<unset> +8765\/TCP\nTargetPort: +9376\/TCP\nNodePort: +<unset> +\d+\/TCP\nEndpoints: +10\.[\d.]+:9376,10\.[\d.]+:9376\nSession Affinity: +None\nExternal Traffic Policy: +Cluster\n/,
      },
      { request: { service: { name: "example-service", port: 8765 } }, shows: /^200\nexample-\w+-\w{5}$/ },
      {
        run: "expose deployment example --port=8765 --target-port=9376 --name=example-two --type=LoadBalancer",
        prints: "service/example-two exposed",
      },
      { until: "get service example-two", prints: /example-two +LoadBalancer +10\.[\d.]+ +\d+\.[\d.]+ +8765:\d+\/TCP/ },
      { run: `patch service example-two -p '{"spec":{"externalTrafficPolicy":"Local"}}'` },
      {
        run: "describe service example-two",
        prints: /External Traffic Policy: +Local\nInternal Traffic Policy: +Cluster\nHealthCheck NodePort: +3\d{4}\n/,
      },
      { request: { service: { name: "example-two", port: 8765 } }, shows: /^200\nexample-\w+-\w{5}$/ },
    ],
  },
  {
    title: "Communicate Between Containers in the Same Pod Using a Shared Volume",
    steps: [
      { apply: TWO_CONTAINERS },
      {
        until: "get pod two-containers -o jsonpath={.status.containerStatuses[0].state.terminated.reason}",
        prints: "Completed",
      },
      {
        run: "get pod two-containers --output=yaml",
        prints:
          /name: debian-container\n[\s\S]*state:\n +terminated:[\s\S]*name: nginx-container\n[\s\S]*state:\n +running:/,
      },
      {
        run: "exec -i two-containers -c nginx-container -- /bin/bash -c 'curl -s localhost'",
        prints: "Hello from the debian container",
      },
    ],
  },
  {
    title: "Access Services Running on Clusters",
    steps: [
      {
        run: "cluster-info",
        prints:
          /Kubernetes control plane.* is running at .*https:\/\/[^\n]*\n.*CoreDNS.* is running at .*\/api\/v1\/namespaces\/kube-system\/services\/kube-dns:dns\/proxy/,
      },
      { run: "create deployment web --image=gcr.io/google-samples/hello-app:1.0" },
      { run: "expose deployment web --port=80 --target-port=8080" },
      available("web", 1),
      {
        run: "get --raw /api/v1/namespaces/{{namespace}}/services/web/proxy/",
        prints: /^Hello, world!\nVersion: 1\.0\.0\n/,
      },
      {
        run: "get --raw /api/v1/namespaces/{{namespace}}/services/http:web:80/proxy/x?pretty=true",
        prints: /^Hello, world!\n/,
      },
      { run: "get pod -l app=web -o jsonpath={.items[0].metadata.name}", as: "pod" },
      { run: "get --raw /api/v1/namespaces/{{namespace}}/pods/{{pod}}:8080/proxy/", prints: /Hostname: {{pod}}\n/ },
    ],
  },
];

/** Pages about names: how they are found, and how CoreDNS is configured. */
import { available, type Page, ready, type Step } from "./page.ts";

const DNSUTILS = `
apiVersion: v1
kind: Pod
metadata: { name: dnsutils }
spec:
  containers:
    - name: dnsutils
      image: registry.k8s.io/e2e-test-images/agnhost:2.39
      imagePullPolicy: IfNotPresent
  restartPolicy: Always
`;

/** The Corefile of a fresh cluster, with lines at the head of its block, another resolver, and further blocks. */
const corefile = ({ head = "", forward = "/etc/resolv.conf", blocks = "" } = {}) => `
apiVersion: v1
kind: ConfigMap
metadata: { name: coredns, namespace: kube-system }
data:
  Corefile: |
    .:53 {${head}
        errors
        health {
           lameduck 5s
        }
        ready
        kubernetes cluster.local in-addr.arpa ip6.arpa {
           pods insecure
           fallthrough in-addr.arpa ip6.arpa
           ttl 30
        }
        prometheus :9153
        forward . ${forward}
        cache 30
        loop
        reload
        loadbalance
    }${blocks}
`;

const CONSUL = `
    consul.local:53 {
        errors
        cache 30
        forward . {{resolver}}
    }`;

/** A name server of one's own, behind a Service. */
const RESOLVER = `
apiVersion: v1
kind: ConfigMap
metadata: { name: resolver }
data:
  Corefile: |
    consul.local:5353 {
        hosts {
            10.150.0.7 vault.consul.local
        }
        log
    }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: resolver }
spec:
  selector: { matchLabels: { app: resolver } }
  template:
    metadata: { labels: { app: resolver } }
    spec:
      volumes: [{ name: config, configMap: { name: resolver } }]
      containers:
        - name: coredns
          image: registry.k8s.io/coredns/coredns:v1.14.1
          args: [-conf, /etc/coredns/Corefile]
          volumeMounts: [{ name: config, mountPath: /etc/coredns }]
---
apiVersion: v1
kind: Service
metadata: { name: resolver }
spec:
  selector: { app: resolver }
  ports: [{ name: dns, port: 53, targetPort: 5353, protocol: UDP }]
`;

const COREDNS_LOGS = "logs --namespace=kube-system -l k8s-app=kube-dns --tail=-1";
const restored: Step[] = [
  { apply: corefile() },
  { run: "rollout restart deployment coredns -n kube-system" },
  { until: "rollout status deployment coredns -n kube-system --timeout=1s", prints: /successfully rolled out/ },
];

export const dns: readonly Page[] = [
  {
    title: "Debugging DNS Resolution",
    steps: [
      { apply: DNSUTILS },
      ready("dnsutils"),
      {
        run: "exec -i dnsutils -- nslookup kubernetes.default",
        prints:
          /^Server:\s+10\.96\.0\.10\nAddress:\s+10\.96\.0\.10#53\n\nName:\s+kubernetes\.default\.svc\.cluster\.local\nAddress: 10\.96\.0\.1\n/,
      },
      {
        run: "exec -i dnsutils -- cat /etc/resolv.conf",
        prints:
          "search {{namespace}}.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5",
      },
      {
        run: "get pods --namespace=kube-system -l k8s-app=kube-dns",
        prints: /^NAME .*\n(coredns-\w+-\w{5} +1\/1 +Running +0 .*\n){2}$/,
      },
      {
        run: COREDNS_LOGS,
        prints:
          /^\.:53\n\[INFO\] plugin\/reload: Running configuration SHA512 = [\da-f]{128}\nCoreDNS-1\.14\.1\nlinux\/amd64, /,
      },
      {
        run: "get svc --namespace=kube-system",
        prints: /kube-dns +ClusterIP +10\.96\.0\.10 +<none> +53\/UDP,53\/TCP,9153\/TCP/,
      },
      {
        run: "get endpointslice -l k8s.io/service-name=kube-dns --namespace=kube-system",
        complains: /No resources found/,
      },
      {
        run: "get endpointslice -l kubernetes.io/service-name=kube-dns --namespace=kube-system",
        prints: /kube-dns-\w+ +IPv4 +9153,53,53|kube-dns-\w+ +IPv4 +53,53,9153 +10\.244\.[\d.]+,10\.244\.[\d.]+/,
      },
      {
        run: "describe clusterrole system:coredns",
        prints:
          /PolicyRule:\n +Resources +Non-Resource URLs +Resource Names +Verbs\n +-+ +-+ +-+ +-+\n( +(endpoints|namespaces|pods|services|endpointslices\.discovery\.k8s\.io) +\[\] +\[\] +\[list watch\]\n){5}/,
      },
      { apply: corefile({ head: "\n        log" }) },
      {
        until: COREDNS_LOGS,
        prints:
          /\[INFO\] Reloading\n\[INFO\] plugin\/health: Going into lameduck mode for 5s\n\[INFO\] plugin\/reload: Running configuration SHA512 = [\da-f]{128}\n\[INFO\] Reloading complete\n/,
      },
      { advanceSeconds: 120 },
      { run: "exec -i dnsutils -- nslookup kubernetes.default", prints: /Address: 10\.96\.0\.1\n/ },
      {
        run: COREDNS_LOGS,
        prints:
          /\[INFO\] 10\.244\.[\d.]+:\d+ - \d+ "A IN kubernetes\.default\.svc\.cluster\.local\. udp 54 false 512" NOERROR qr,aa,rd 106 0\.\d{9}s\n/,
      },
      ...restored,
    ],
  },
  {
    title: "Debugging DNS Resolution: a wrong Corefile, a loop, no DNS server",
    steps: [
      { apply: DNSUTILS },
      ready("dnsutils"),
      { apply: corefile({ head: "\n        logs" }) },
      {
        until: COREDNS_LOGS,
        prints:
          /\[INFO\] Reloading\n\[ERROR\] Restart failed: \/etc\/coredns\/Corefile:2 - Error during parsing: Unknown directive 'logs'\n\[ERROR\] plugin\/reload: Corefile changed but reload failed: /,
      },
      { run: "exec -i dnsutils -- nslookup kubernetes.default", prints: /Address: 10\.96\.0\.1\n/ },
      { run: "rollout restart deployment coredns -n kube-system", prints: "deployment.apps/coredns restarted" },
      {
        until: "get pods -n kube-system -l k8s-app=kube-dns",
        prints: /coredns-\w+-\w{5} +0\/1 +(CrashLoopBackOff|Error) /,
      },
      {
        until:
          "get pods -n kube-system -l k8s-app=kube-dns -o 'jsonpath={.items[?(@.status.containerStatuses[0].restartCount>0)].metadata.name}'",
        prints: /^coredns-\w+-\w{5}( |$)/,
        as: "crashed",
      },
      { run: "exec -i dnsutils -- nslookup kubernetes.default", prints: /Address: 10\.96\.0\.1\n/ },
      { apply: corefile({ forward: "127.0.0.1" }) },
      { run: "delete pods -n kube-system -l k8s-app=kube-dns --wait=false", prints: /deleted/ },
      {
        until: COREDNS_LOGS,
        prints:
          /\[FATAL\] plugin\/loop: Loop \(127\.0\.0\.1:\d+ -> :53\) detected for zone "\.", see https:\/\/coredns\.io\/plugins\/loop#troubleshooting\. Query: "HINFO \d+\.\d+\."\n/,
      },
      ...restored,
      { run: "exec -i dnsutils -- nslookup kubernetes.default", prints: /Address: 10\.96\.0\.1\n/ },
      { run: "scale deployment coredns -n kube-system --replicas=0", prints: "deployment.apps/coredns scaled" },
      { until: "get pods -n kube-system -l k8s-app=kube-dns", prints: "" },
      {
        run: "exec -i dnsutils -- nslookup kubernetes.default",
        prints:
          /^(;; communications error to 10\.96\.0\.10#53: connection refused\n){3};; no servers could be reached\n/,
        exitCode: 1,
      },
      { run: "exec -i dnsutils -- dig kubernetes.default", prints: /;; no servers could be reached\n/, exitCode: 9 },
      {
        run: "exec -i dnsutils -- curl -sS http://kubernetes.default",
        complains: /curl: \(6\) Could not resolve host: kubernetes.default/,
        exitCode: 6,
      },
      { run: "scale deployment coredns -n kube-system --replicas=2" },
      { until: "get deployment coredns -n kube-system -o jsonpath={.status.availableReplicas}", prints: "2" },
      { run: "exec -i dnsutils -- nslookup kubernetes.default", prints: /Address: 10\.96\.0\.1\n/ },
    ],
  },
  {
    title: "Customizing DNS Service",
    steps: [
      { run: "get configmap coredns -n kube-system -o yaml", prints: /forward \. \/etc\/resolv\.conf/ },
      { apply: DNSUTILS },
      ready("dnsutils"),
      { apply: RESOLVER },
      available("resolver", 1),
      { run: "get service resolver -o jsonpath={.spec.clusterIP}", as: "resolver" },
      {
        run: "exec -i dnsutils -- nslookup vault.consul.local {{resolver}}",
        prints: /Name:\s+vault.consul.local\nAddress: 10\.150\.0\.7\n/,
      },
      {
        run: "exec -i dnsutils -- nslookup vault.consul.local",
        prints: /\*\* server can't find vault\.consul\.local: NXDOMAIN/,
        exitCode: 1,
      },
      { apply: corefile({ forward: "172.16.0.1", blocks: CONSUL }) },
      ...restored.slice(1),
      {
        run: "exec -i dnsutils -- nslookup vault.consul.local",
        prints:
          /^Server:\s+10\.96\.0\.10\nAddress:\s+10\.96\.0\.10#53\n\nName:\s+vault\.consul\.local\nAddress: 10\.150\.0\.7\n/,
      },
      {
        run: "logs deployment/resolver",
        prints:
          /\[INFO\] 10\.244\.[\d.]+:\d+ - \d+ "A IN vault\.consul\.local\. udp 36 false 512" NOERROR qr,aa,rd 70 /,
      },
      { run: COREDNS_LOGS, prints: /^\.:53\nconsul\.local\.:53\n/m },
      {
        run: "exec -i dnsutils -- nslookup example.com.",
        prints: /\*\* server can't find example\.com: SERVFAIL/,
        exitCode: 1,
      },
      {
        run: COREDNS_LOGS,
        prints:
          /\[ERROR\] plugin\/errors: 2 example\.com\. A: read udp 10\.244\.[\d.]+:\d+->172\.16\.0\.1:53: i\/o timeout\n/,
      },
      { run: "exec -i dnsutils -- nslookup kubernetes.default", prints: /Address: 10\.96\.0\.1\n/ },
      { apply: corefile({ head: "\n        rewrite name shop.example.com resolver.{{namespace}}.svc.cluster.local" }) },
      ...restored.slice(1),
      { run: "exec -i dnsutils -- dig +short shop.example.com", prints: "{{resolver}}" },
      ...restored,
    ],
  },
];

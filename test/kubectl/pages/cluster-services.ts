/** Pages about ranges of Services, and about scaling the DNS server with the cluster. */
import { available, type Page } from "./page.ts";

const NEW_RANGE = `
apiVersion: networking.k8s.io/v1
kind: ServiceCIDR
metadata:
  name: newcidr1
spec:
  cidrs:
  - 10.97.0.0/24
`;

const IN_NEW_RANGE = `
apiVersion: v1
kind: Service
metadata:
  name: in-new-range
spec:
  clusterIP: 10.97.0.20
  ports:
  - port: 80
`;

const DNS_AUTOSCALER = `
kind: ServiceAccount
apiVersion: v1
metadata:
  name: kube-dns-autoscaler
  namespace: kube-system
---
kind: ClusterRole
apiVersion: rbac.authorization.k8s.io/v1
metadata:
  name: system:kube-dns-autoscaler
rules:
  - apiGroups: [""]
    resources: ["nodes"]
    verbs: ["list", "watch"]
  - apiGroups: [""]
    resources: ["replicationcontrollers/scale"]
    verbs: ["get", "update"]
  - apiGroups: ["apps"]
    resources: ["deployments/scale", "replicasets/scale"]
    verbs: ["get", "update"]
  - apiGroups: [""]
    resources: ["configmaps"]
    verbs: ["get", "create"]
---
kind: ClusterRoleBinding
apiVersion: rbac.authorization.k8s.io/v1
metadata:
  name: system:kube-dns-autoscaler
subjects:
  - kind: ServiceAccount
    name: kube-dns-autoscaler
    namespace: kube-system
roleRef:
  kind: ClusterRole
  name: system:kube-dns-autoscaler
  apiGroup: rbac.authorization.k8s.io
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: kube-dns-autoscaler
  namespace: kube-system
  labels:
    k8s-app: kube-dns-autoscaler
spec:
  selector:
    matchLabels:
      k8s-app: kube-dns-autoscaler
  template:
    metadata:
      labels:
        k8s-app: kube-dns-autoscaler
    spec:
      priorityClassName: system-cluster-critical
      securityContext:
        seccompProfile:
          type: RuntimeDefault
        supplementalGroups: [ 65534 ]
        fsGroup: 65534
      nodeSelector:
        kubernetes.io/os: linux
      containers:
      - name: autoscaler
        image: registry.k8s.io/cpa/cluster-proportional-autoscaler:1.8.4
        resources:
            requests:
                cpu: "20m"
                memory: "10Mi"
        command:
          - /cluster-proportional-autoscaler
          - --namespace=kube-system
          - --configmap=kube-dns-autoscaler
          - --target=Deployment/coredns
          - --default-params={"linear":{"coresPerReplica":256,"nodesPerReplica":16,"preventSinglePointFailure":true,"includeUnschedulableNodes":true}}
          - --logtostderr=true
          - --v=2
      tolerations:
      - key: "CriticalAddonsOnly"
        operator: "Exists"
      serviceAccountName: kube-dns-autoscaler
`;

const LINEAR = `{"data":{"linear":"{\\"coresPerReplica\\":256,\\"min\\":1,\\"nodesPerReplica\\":1}"}}`;
const LADDER = `{"data":{"linear":null,"ladder":"{\\"nodesToReplicas\\":[[1,1],[2,4],[50,9]]}"}}`;
const COREDNS = "get deployment coredns --namespace=kube-system -o jsonpath={.status.readyReplicas}/{.spec.replicas}";

export const clusterServices: readonly Page[] = [
  {
    title: "Extend Service IP Ranges",
    steps: [
      { run: "get servicecidr", prints: /^NAME +CIDRS +AGE\nkubernetes +10\.96\.0\.0\/16 / },
      {
        run: "get service kubernetes --namespace=default",
        prints: /kubernetes +ClusterIP +10\.96\.0\.1 +<none> +443\/TCP/,
      },
      { run: "get ipaddress 10.96.0.1", prints: /^NAME +PARENTREF\n10\.96\.0\.1 +services\/default\/kubernetes\n$/ },
      { apply: NEW_RANGE },
      {
        until: "get servicecidr newcidr1 -o jsonpath={.status.conditions[0].message}",
        prints: "Kubernetes Service CIDR is ready",
      },
      { apply: IN_NEW_RANGE },
      { run: "get service in-new-range -o jsonpath={.spec.clusterIP}", prints: "10.97.0.20" },
      {
        run: "delete servicecidr newcidr1 --wait=false",
        prints: /^servicecidr\.networking\.k8s\.io "newcidr1" deleted/,
      },
      {
        until: "get servicecidr newcidr1 -o yaml",
        prints:
          /finalizers:\n +- networking\.k8s\.io\/service-cidr-finalizer\n[\s\S]*There are still IPAddresses referencing the ServiceCIDR, please remove\n +them or create a new ServiceCIDR/,
      },
      { run: "delete service in-new-range" },
      {
        until: "get servicecidr newcidr1 --ignore-not-found -o name",
        prints: "",
      },
    ],
  },
  {
    title: "Autoscale the DNS Service in a Cluster",
    steps: [
      { run: "get deployment -l k8s-app=kube-dns --namespace=kube-system", prints: /coredns +2\/2 +2 +2 / },
      { apply: DNS_AUTOSCALER },
      {
        until: "get deployment kube-dns-autoscaler --namespace=kube-system -o jsonpath={.status.availableReplicas}",
        prints: "1",
      },
      {
        until: "get configmap kube-dns-autoscaler --namespace=kube-system -o jsonpath={.data.linear}",
        prints:
          '{"coresPerReplica":256,"nodesPerReplica":16,"preventSinglePointFailure":true,"includeUnschedulableNodes":true}',
      },
      { run: `patch configmap kube-dns-autoscaler --namespace=kube-system -p '${LINEAR}'` },
      { until: COREDNS, prints: "3/3" },
      { run: `patch configmap kube-dns-autoscaler --namespace=kube-system -p '${LADDER}'` },
      { until: COREDNS, prints: "4/4" },
      // It corrects what others write.
      { run: "scale deployment coredns --replicas=1 --namespace=kube-system" },
      { until: COREDNS, prints: "4/4" },
      {
        run: "scale deployment --replicas=0 kube-dns-autoscaler --namespace=kube-system",
        prints: "deployment.apps/kube-dns-autoscaler scaled",
      },
      { run: "scale deployment coredns --replicas=2 --namespace=kube-system" },
      { until: COREDNS, prints: "2/2" },
    ],
  },
  {
    title: "Validate IPv4/IPv6 dual-stack, in a cluster with one family",
    steps: [
      { run: "create deployment my-app --image=nginx" },
      available("my-app", 1),
      {
        run: 'expose deployment my-app --port=80 --overrides=\'{"spec":{"ipFamilyPolicy":"PreferDualStack"}}\'',
        prints: "service/my-app exposed",
      },
      {
        run: "get service my-app -o 'jsonpath={.spec.ipFamilyPolicy} {.spec.ipFamilies} {.spec.clusterIPs}'",
        prints: /^PreferDualStack \["IPv4"\] \["10\.96\.\d+\.\d+"\]$/,
      },
      {
        run: `expose deployment my-app --name=both --port=80 --overrides='{"spec":{"ipFamilyPolicy":"RequireDualStack"}}'`,
        exitCode: 1,
        complains: /Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services/,
      },
      {
        run: "get endpointslices -l kubernetes.io/service-name=my-app -o jsonpath={.items[*].addressType}",
        prints: "IPv4",
      },
    ],
  },
];

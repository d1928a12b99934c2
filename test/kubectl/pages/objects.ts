/** Pages about changing, composing and deleting objects, and about the API from a pod. */
import { available, type Page, ready } from "./page.ts";

const PATCH_DEMO = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: patch-demo }
spec:
  replicas: 2
  selector: { matchLabels: { app: nginx } }
  template:
    metadata: { labels: { app: nginx } }
    spec:
      containers: [{ name: patch-demo-ctr, image: nginx }]
      tolerations: [{ effect: NoSchedule, key: dedicated, value: test-team }]
`;

const RETAIN_KEYS = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: retainkeys-demo }
spec:
  selector: { matchLabels: { app: retain } }
  strategy: { rollingUpdate: { maxSurge: 30% } }
  template:
    metadata: { labels: { app: retain } }
    spec: { containers: [{ name: retainkeys-demo-ctr, image: nginx }] }
`;

const KUSTOMIZED = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: my-app, labels: { app: my-app } }
spec:
  selector: { matchLabels: { app: my-app } }
  template:
    metadata: { labels: { app: my-app } }
    spec:
      containers:
        - name: app
          image: nginx
          volumeMounts: [{ name: config, mountPath: /config }]
      volumes: [{ name: config, configMap: { name: example-configmap-1 } }]
`;

const KUSTOMIZATION = `
resources: [deployment.yaml]
namePrefix: dev-
configMapGenerator:
  - name: example-configmap-1
    literals: [FOO=Bar]
`;

const VOLUME = `
apiVersion: v1
kind: PersistentVolume
metadata: { name: "pv-{{namespace}}" }
spec:
  capacity: { storage: 1Gi }
  accessModes: [ReadWriteOnce]
  persistentVolumeReclaimPolicy: Delete
  storageClassName: manual
  hostPath: { path: /mnt/data }
`;

const apparmor = (name: string, profile: string) => `
apiVersion: v1
kind: Pod
metadata: { name: ${name} }
spec:
  securityContext: { appArmorProfile: ${profile} }
  containers:
    - { name: hello, image: "busybox:1.28", command: [sh, -c, echo 'Hello AppArmor!' && sleep 1h] }
`;

const memory = (name: string, request: string, limit: string) => `
apiVersion: v1
kind: Pod
metadata: { name: ${name} }
spec:
  containers:
    - name: ${name}-ctr
      image: polinux/stress
      resources: { requests: { memory: ${request} }, limits: { memory: ${limit} } }
      command: [stress]
      args: ["--vm", "1", "--vm-bytes", 150M, "--vm-hang", "1"]
`;

const ACCESS_API =
  "sh -c 'SA=/var/run/secrets/kubernetes.io/serviceaccount; curl -s --cacert $SA/ca.crt --header \"Authorization: Bearer $(cat $SA/token)\" -X GET https://kubernetes.default.svc/api'";

export const objects: readonly Page[] = [
  {
    title: "Update API Objects in Place Using kubectl patch",
    steps: [
      { apply: PATCH_DEMO },
      available("patch-demo", 2),
      { run: "get pods", prints: /^NAME .*\n(patch-demo-\w+-\w{5} +1\/1 +Running +0 .*\n){2}$/ },
      {
        file: "patch-file.yaml",
        text: "spec:\n  template:\n    spec:\n      containers:\n      - name: patch-demo-ctr-2\n        image: redis\n",
      },
      { run: "patch deployment patch-demo --patch-file patch-file.yaml", prints: "deployment.apps/patch-demo patched" },
      {
        run: "get deployment patch-demo --output yaml",
        prints:
          /containers:\n +- image: redis\n[\s\S]*name: patch-demo-ctr-2\n[\s\S]*- image: nginx\n[\s\S]*name: patch-demo-ctr\n/,
      },
      {
        file: "patch-file-tolerations.yaml",
        text: "spec:\n  template:\n    spec:\n      tolerations:\n      - effect: NoSchedule\n        key: disktype\n        value: ssd\n",
      },
      {
        run: "patch deployment patch-demo --patch-file patch-file-tolerations.yaml",
        prints: "deployment.apps/patch-demo patched",
      },
      {
        run: "get deployment patch-demo --output yaml",
        prints: /tolerations:\n +- effect: NoSchedule\n +key: disktype\n +value: ssd\nstatus:/,
      },
      {
        file: "patch-file-2.yaml",
        text: "spec:\n  template:\n    spec:\n      containers:\n      - name: patch-demo-ctr-3\n        image: gcr.io/google-samples/hello-app:2.0\n",
      },
      {
        run: "patch deployment patch-demo --type merge --patch-file patch-file-2.yaml",
        prints: "deployment.apps/patch-demo patched",
      },
      {
        run: "get deployment patch-demo -o jsonpath={.spec.template.spec.containers[*].name}",
        prints: "patch-demo-ctr-3",
      },
      { apply: RETAIN_KEYS },
      { file: "no-retain.yaml", text: "spec:\n  strategy:\n    type: Recreate\n" },
      {
        run: "patch deployment retainkeys-demo --type strategic --patch-file no-retain.yaml",
        complains:
          /The Deployment "retainkeys-demo" is invalid: spec\.strategy\.rollingUpdate: Forbidden: may not be specified when strategy `?type`? is 'Recreate'/,
        exitCode: 1,
      },
      { file: "retain.yaml", text: "spec:\n  strategy:\n    $retainKeys:\n    - type\n    type: Recreate\n" },
      {
        run: "patch deployment retainkeys-demo --type strategic --patch-file retain.yaml",
        prints: "deployment.apps/retainkeys-demo patched",
      },
      {
        run: 'patch deployment patch-demo --subresource=scale --type=merge -p \'{"spec":{"replicas":2}}\'',
        prints: /scale\.autoscaling\/patch-demo patched|deployment\.apps\/patch-demo patched/,
      },
    ],
  },
  {
    title: "Declarative Management of Kubernetes Objects Using Kustomize",
    steps: [
      { file: "kustomized/deployment.yaml", text: KUSTOMIZED },
      { file: "kustomized/kustomization.yaml", text: KUSTOMIZATION },
      {
        run: "kustomize kustomized",
        prints:
          /^apiVersion: v1\ndata:\n {2}FOO: Bar\nkind: ConfigMap\nmetadata:\n {2}name: dev-example-configmap-1-\w{10}\n---\n[\s\S]*name: dev-my-app\n[\s\S]*configMap:\n +name: dev-example-configmap-1-\w{10}\n/,
      },
      {
        run: "apply -k kustomized",
        prints: /^configmap\/dev-example-configmap-1-\w{10} created\ndeployment\.apps\/dev-my-app created\n$/,
      },
      available("dev-my-app", 1),
      { run: "exec deploy/dev-my-app -- cat /config/FOO", prints: "Bar" },
      {
        run: "get -k kustomized",
        prints: /configmap\/dev-example-configmap-1-\w{10} +1 [\s\S]*deployment\.apps\/dev-my-app +1\/1 /,
      },
      {
        run: "delete -k kustomized",
        prints: /^configmap "dev-example-configmap-1-\w{10}" deleted.*\ndeployment\.apps "dev-my-app" deleted/,
      },
    ],
  },
  {
    title: "List All Container Images Running in a Cluster",
    steps: [
      {
        run: "get pods --all-namespaces -o jsonpath={.items[*].spec.containers[*].image}",
        prints: /registry\.k8s\.io\/coredns\/coredns:v[\d.]+ [\s\S]*registry\.k8s\.io\/kube-proxy:v/,
      },
      { run: "run web --image=nginx:1.27 --labels=app=nginx" },
      {
        run: 'get pods -l app=nginx -o \'jsonpath={range .items[*]}{.metadata.name}{":\\t"}{range .spec.containers[*]}{.image}{", "}{end}{end}\'',
        prints: "web:\tnginx:1.27, ",
      },
      {
        run: "get pods -o 'go-template={{range .items}}{{range .spec.containers}}{{.image}} {{end}}{{end}}'",
        prints: "nginx:1.27 ",
      },
    ],
  },
  {
    title: "Change the Reclaim Policy of a PersistentVolume, and the default StorageClass",
    steps: [
      { apply: VOLUME },
      { run: "get pv pv-{{namespace}}", prints: /pv-{{namespace}} +1Gi +RWO +Delete +(Available|Pending) / },
      {
        run: `patch pv pv-{{namespace}} -p '{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}'`,
        prints: "persistentvolume/pv-{{namespace}} patched",
      },
      { run: "get pv pv-{{namespace}}", prints: /pv-{{namespace}} +1Gi +RWO +Retain +Available / },
      { run: "get storageclass", prints: /standard \(default\) +/ },
      {
        run: `patch storageclass standard -p '{"metadata": {"annotations":{"storageclass.kubernetes.io/is-default-class":"false"}}}'`,
        prints: "storageclass.storage.k8s.io/standard patched",
      },
      { run: "get storageclass standard", prints: /standard +(?!\(default\))/ },
      {
        run: `patch storageclass standard -p '{"metadata": {"annotations":{"storageclass.kubernetes.io/is-default-class":"true"}}}'`,
      },
      { run: "delete pv pv-{{namespace}}", prints: /deleted/ },
    ],
  },
  {
    title: "Access the Kubernetes API from a Pod",
    steps: [
      { run: "run client --image=curlimages/curl:8.18.0 --restart=Never --command -- sleep 86400" },
      ready("client"),
      {
        run: `exec client -- ${ACCESS_API}`,
        prints:
          /^\{\n {2}"kind": "APIVersions",\n {2}"versions": \[\n {4}"v1"\n {2}\],\n {2}"serverAddressByClientCIDRs": \[\n {4}\{\n {6}"clientCIDR": "0\.0\.0\.0\/0",\n/,
      },
      { run: "exec client -- curl -sk https://kubernetes.default.svc/api/v1/secrets", prints: /"reason": "Forbidden"/ },
    ],
  },
  {
    title: "Use Cascading Deletion in a Cluster",
    steps: [
      { run: "create deployment nginx-deployment --image=nginx --replicas=2" },
      available("nginx-deployment", 2),
      {
        run: "get pods -l app=nginx-deployment --output=yaml",
        prints:
          /ownerReferences:\n +- apiVersion: apps\/v1\n +blockOwnerDeletion: true\n +controller: true\n +kind: ReplicaSet\n +name: nginx-deployment-/,
      },
      {
        run: "delete deployment nginx-deployment --cascade=orphan",
        prints: /^deployment\.apps "nginx-deployment" deleted/,
      },
      { run: "get pods -l app=nginx-deployment", prints: /(nginx-deployment-\w+-\w{5} +1\/1 +Running .*\n){2}/ },
      { run: "create deployment nginx-deployment --image=nginx --replicas=2" },
      available("nginx-deployment", 2),
      {
        run: "delete deployment nginx-deployment --cascade=foreground",
        prints: /^deployment\.apps "nginx-deployment" deleted/,
      },
      { until: "get pods -l app=nginx-deployment", prints: "" },
    ],
  },
  {
    title: "Restrict a Container's Access to Resources with AppArmor",
    steps: [
      { apply: apparmor("hello-apparmor", "{ type: RuntimeDefault }") },
      ready("hello-apparmor"),
      { run: "logs hello-apparmor", prints: "Hello AppArmor!" },
      { run: "exec hello-apparmor -- cat /proc/1/attr/current", prints: /^cri-containerd\.apparmor\.d \(enforce\)\n$/ },
      {
        apply: apparmor("hello-apparmor-2", "{ type: Localhost, localhostProfile: k8s-apparmor-example-allow-write }"),
      },
      {
        until: "get pod hello-apparmor-2",
        prints: /hello-apparmor-2 +0\/1 +(Blocked|CreateContainerError|RunContainerError|AppArmor) +0 /,
      },
    ],
  },
  {
    title: "Assign Memory Resources to Containers and Pods",
    steps: [
      { apply: memory("memory-demo", "100Mi", "200Mi") },
      ready("memory-demo"),
      {
        run: "get pod memory-demo --output=yaml",
        prints: /resources:\n +limits:\n +memory: 200Mi\n +requests:\n +memory: 100Mi\n/,
      },
      { apply: memory("memory-demo-3", "1000Gi", "1000Gi") },
      {
        until: "describe pod memory-demo-3",
        prints: /Warning +FailedScheduling .*0\/3 nodes are available: .*Insufficient memory/,
      },
      { run: "get pod memory-demo-3", prints: /memory-demo-3 +0\/1 +Pending +0 / },
    ],
  },
];

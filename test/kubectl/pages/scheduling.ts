/** Pages about nodes, daemons, disruptions and resources of one's own kind. */
import { available, type Page, ready } from "./page.ts";

const daemonSet = (image: string) => `
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: fluentd-elasticsearch, labels: { k8s-app: fluentd-logging } }
spec:
  selector: { matchLabels: { name: fluentd-elasticsearch } }
  updateStrategy: { type: RollingUpdate, rollingUpdate: { maxUnavailable: 1 } }
  template:
    metadata: { labels: { name: fluentd-elasticsearch } }
    spec:
      tolerations:
        - { key: node-role.kubernetes.io/control-plane, operator: Exists, effect: NoSchedule }
      containers:
        - name: fluentd-elasticsearch
          image: ${image}
          resources: { limits: { memory: 200Mi }, requests: { cpu: 100m, memory: 200Mi } }
          volumeMounts: [{ name: varlog, mountPath: /var/log }]
      terminationGracePeriodSeconds: 30
      volumes: [{ name: varlog, hostPath: { path: /var/log } }]
`;

const SELECTED = `
apiVersion: v1
kind: Pod
metadata: { name: nginx, labels: { env: test } }
spec:
  containers: [{ name: nginx, image: nginx, imagePullPolicy: IfNotPresent }]
  nodeSelector: { disktype: ssd }
`;

const affine = (name: string, affinity: string) => `
apiVersion: v1
kind: Pod
metadata: { name: ${name} }
spec:
  affinity: { nodeAffinity: ${affinity} }
  containers: [{ name: nginx, image: nginx }]
`;

const TERM = "{ matchExpressions: [{ key: disktype, operator: In, values: [ssd] }] }";
const REQUIRED = `{ requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [${TERM}] } }`;
const PREFERRED = `{ preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference: ${TERM} }] }`;

const dongle = (name: string, count: number) => `
apiVersion: v1
kind: Pod
metadata: { name: ${name} }
spec:
  containers:
    - name: ${name}-ctr
      image: nginx
      resources: { requests: { example.com/dongle: ${count} }, limits: { example.com/dongle: ${count} } }
`;

const BUDGET = `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: zk-pdb }
spec:
  minAvailable: 2
  selector: { matchLabels: { app: zookeeper } }
`;

const CRON_TABS = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: crontabs.stable.example.com }
spec:
  group: stable.example.com
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties:
                cronSpec: { type: string, pattern: '^(\\d+|\\*)(/\\d+)?(\\s+(\\d+|\\*)(/\\d+)?){4}$' }
                image: { type: string }
                replicas: { type: integer, minimum: 1, maximum: 10 }
            status:
              type: object
              properties: { replicas: { type: integer }, labelSelector: { type: string } }
      additionalPrinterColumns:
        - { name: Spec, type: string, description: The cron spec defining the interval, jsonPath: .spec.cronSpec }
        - { name: Replicas, type: integer, description: The number of jobs, jsonPath: .spec.replicas }
        - { name: Age, type: date, jsonPath: .metadata.creationTimestamp }
      subresources:
        status: {}
        scale:
          specReplicasPath: .spec.replicas
          statusReplicasPath: .status.replicas
          labelSelectorPath: .status.labelSelector
  scope: Namespaced
  names: { plural: crontabs, singular: crontab, kind: CronTab, shortNames: [ct], categories: [all] }
`;

const cronTab = (spec: string) => `
apiVersion: stable.example.com/v1
kind: CronTab
metadata: { name: my-new-cron-object }
spec: ${spec}
`;

const POD_INFO = `
apiVersion: v1
kind: Pod
metadata: { name: dapi-envars-fieldref }
spec:
  containers:
    - name: test-container
      image: registry.k8s.io/busybox:1.27.2
      command: [sh, -c]
      args:
        - >-
          while true; do echo -en '\\n'; printenv MY_NODE_NAME MY_POD_NAME MY_POD_NAMESPACE;
          printenv MY_POD_IP MY_POD_SERVICE_ACCOUNT; sleep 10; done;
      env:
        - { name: MY_NODE_NAME, valueFrom: { fieldRef: { fieldPath: spec.nodeName } } }
        - { name: MY_POD_NAME, valueFrom: { fieldRef: { fieldPath: metadata.name } } }
        - { name: MY_POD_NAMESPACE, valueFrom: { fieldRef: { fieldPath: metadata.namespace } } }
        - { name: MY_POD_IP, valueFrom: { fieldRef: { fieldPath: status.podIP } } }
        - { name: MY_POD_SERVICE_ACCOUNT, valueFrom: { fieldRef: { fieldPath: spec.serviceAccountName } } }
  restartPolicy: Never
`;

export const scheduling: readonly Page[] = [
  {
    title: "Perform a Rolling Update on a DaemonSet, and a rollback",
    steps: [
      { apply: daemonSet("quay.io/fluentd_elasticsearch/fluentd:v2.5.2") },
      {
        run: "get ds/fluentd-elasticsearch -o 'go-template={{.spec.updateStrategy.type}}'",
        prints: "RollingUpdate",
      },
      {
        until: "rollout status ds/fluentd-elasticsearch --timeout=1s",
        prints: /^daemon set "fluentd-elasticsearch" successfully rolled out\n$/m,
      },
      {
        run: "set image ds/fluentd-elasticsearch fluentd-elasticsearch=quay.io/fluentd_elasticsearch/fluentd:v2.6.0",
        prints: "daemonset.apps/fluentd-elasticsearch image updated",
      },
      { until: "rollout status ds/fluentd-elasticsearch --timeout=1s", prints: /successfully rolled out/ },
      {
        run: "rollout history daemonset fluentd-elasticsearch",
        prints: /^daemonset\.apps\/fluentd-elasticsearch *\nREVISION +CHANGE-CAUSE\n1 +<none>\n2 +<none>\n/,
      },
      {
        run: "rollout history daemonset fluentd-elasticsearch --revision=1",
        prints:
          /^daemonset\.apps\/fluentd-elasticsearch with revision #1\nPod Template:\n +Labels:\tname=fluentd-elasticsearch\n +Containers:\n +fluentd-elasticsearch:\n +Image:\tquay\.io\/fluentd_elasticsearch\/fluentd:v2\.5\.2\n/,
      },
      {
        run: "rollout undo daemonset fluentd-elasticsearch --to-revision=1",
        prints: "daemonset.apps/fluentd-elasticsearch rolled back",
      },
      { until: "rollout status ds/fluentd-elasticsearch --timeout=1s", prints: /successfully rolled out/ },
      {
        run: "get controllerrevision -l name=fluentd-elasticsearch",
        prints:
          /^NAME +CONTROLLER +REVISION +AGE\n(fluentd-elasticsearch-\w+ +daemonset\.apps\/fluentd-elasticsearch +[23] +\w+\n){2}$/,
      },
    ],
  },
  {
    title: "Assign Pods to Nodes",
    steps: [
      { run: "get nodes --show-labels", prints: /kubernetes\.io\/hostname=node-2/ },
      { run: "label nodes node-2 disktype=ssd", prints: "node/node-2 labeled" },
      { apply: SELECTED },
      ready("nginx"),
      { run: "get pods --output=wide", prints: /nginx +1\/1 +Running +0 +\S+ +10\.244\.[\d.]+ +node-2 / },
      { apply: affine("required", REQUIRED) },
      ready("required"),
      { run: "get pod required --output=wide", prints: / node-2 / },
      { apply: affine("preferred", PREFERRED) },
      ready("preferred"),
      { run: "get pod preferred --output=wide", prints: / node-2 / },
      { run: "label nodes node-2 disktype-", prints: "node/node-2 unlabeled" },
      { run: "delete pod required --now", prints: /deleted/ },
      { apply: affine("required", REQUIRED) },
      {
        until: "get events --field-selector involvedObject.name=required,reason=FailedScheduling",
        prints: /0\/3 nodes are available: 3 node\(s\) didn't match Pod's node affinity\/selector/,
      },
    ],
  },
  {
    title: "Advertise Extended Resources for a Node, and assign them to a container",
    steps: [
      {
        run: `patch node node-3 --subresource=status --type=json -p '[{"op":"add","path":"/status/capacity/example.com~1dongle","value":"4"}]'`,
        prints: "node/node-3 patched",
      },
      {
        until: "describe node node-3",
        prints: /Capacity:\n[\s\S]*example\.com\/dongle: +4\n[\s\S]*Allocatable:\n[\s\S]*example\.com\/dongle: +4\n/,
      },
      { apply: dongle("extended-resource-demo", 3) },
      ready("extended-resource-demo"),
      {
        run: "describe pod extended-resource-demo",
        prints: /Limits:\n +example\.com\/dongle: +3\n +Requests:\n +example\.com\/dongle: +3\n/,
      },
      { apply: dongle("extended-resource-demo-2", 2) },
      {
        until: "describe pod extended-resource-demo-2",
        prints: /PodScheduled +False[\s\S]*FailedScheduling[\s\S]*Insufficient example\.com\/dongle/,
      },
      { run: "get pod extended-resource-demo-2", prints: /extended-resource-demo-2 +0\/1 +Pending +0 / },
      {
        run: `patch node node-3 --subresource=status --type=json -p '[{"op":"remove","path":"/status/capacity/example.com~1dongle"}]'`,
        prints: "node/node-3 patched",
      },
    ],
  },
  {
    title: "Specifying a Disruption Budget for your Application",
    steps: [
      { run: "create deployment zookeeper --image=nginx --replicas=3" },
      available("zookeeper", 3),
      { apply: BUDGET },
      {
        until: "get poddisruptionbudgets",
        prints: /^NAME +MIN AVAILABLE +MAX UNAVAILABLE +ALLOWED DISRUPTIONS +AGE\nzk-pdb +2 +N\/A +1 +\w+\n$/,
      },
      {
        run: "get poddisruptionbudgets zk-pdb -o yaml",
        prints:
          /status:\n +conditions:\n[\s\S]*currentHealthy: 3\n +desiredHealthy: 2\n +disruptionsAllowed: 1\n +expectedPods: 3\n +observedGeneration: 1\n/,
      },
    ],
  },
  {
    title: "Extend the Kubernetes API with CustomResourceDefinitions",
    steps: [
      { apply: CRON_TABS },
      {
        until:
          "get crd crontabs.stable.example.com -o 'jsonpath={.status.conditions[?(@.type==\"Established\")].status}'",
        prints: "True",
      },
      { apply: cronTab('{ cronSpec: "* * * * */5", image: my-awesome-cron-image, replicas: 3 }') },
      { run: "get crontab", prints: /^NAME +SPEC +REPLICAS +AGE\nmy-new-cron-object +\* \* \* \* \*\/5 +3 +\w+\n$/ },
      {
        run: "get ct -o yaml",
        prints: /kind: CronTab\n[\s\S]*cronSpec: '\* \* \* \* \*\/5'\n +image: my-awesome-cron-image\n +replicas: 3\n/,
      },
      { file: "invalid.yaml", text: cronTab('{ cronSpec: "* * * *", image: my-awesome-cron-image, replicas: 15 }') },
      {
        run: "apply -f invalid.yaml",
        complains:
          /The CronTab "my-new-cron-object" is invalid: *\n\* spec\.cronSpec: Invalid value: "\* \* \* \*": spec\.cronSpec in body should match '\^[^\n]*'\n\* spec\.replicas: Invalid value: 15: spec\.replicas in body should be less than or equal to 10\n/,
        exitCode: 1,
      },
      {
        run: "scale --replicas=5 crontabs/my-new-cron-object",
        prints: "crontab.stable.example.com/my-new-cron-object scaled",
      },
      { run: "get crontabs my-new-cron-object -o jsonpath={.spec.replicas}", prints: "5" },
      { run: "get all", prints: /crontab\.stable\.example\.com\/my-new-cron-object/ },
      {
        run: "explain crontab.spec",
        prints: /^GROUP: +stable\.example\.com\nKIND: +CronTab\nVERSION: +v1\n[\s\S]*cronSpec\t<string>/,
      },
      {
        run: "delete crd crontabs.stable.example.com",
        prints: /^customresourcedefinition\.apiextensions\.k8s\.io "crontabs\.stable\.example\.com" deleted/,
      },
      {
        run: "get crontabs",
        complains:
          /^(Error from server \(NotFound\): Unable to list|error: the server doesn't have a resource type "crontabs")/,
        exitCode: 1,
      },
    ],
  },
  {
    title: "Expose Pod Information to Containers Through Environment Variables",
    steps: [
      { apply: POD_INFO },
      ready("dapi-envars-fieldref"),
      { run: "get pod dapi-envars-fieldref -o jsonpath={.spec.nodeName}", as: "node" },
      { run: "get pod dapi-envars-fieldref -o jsonpath={.status.podIP}", as: "ip" },
      {
        until: "logs dapi-envars-fieldref",
        prints: /^\n{{node}}\ndapi-envars-fieldref\n{{namespace}}\n{{ip}}\ndefault\n/,
      },
    ],
  },
];

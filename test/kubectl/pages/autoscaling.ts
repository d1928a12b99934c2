/** Pages about the resource metrics pipeline and autoscaling. */
import type { Page } from "./page.ts";

/** The manifest of a release of metrics-server, as far as it concerns a cluster. */
const METRICS_SERVER = `
apiVersion: v1
kind: ServiceAccount
metadata:
  labels: {k8s-app: metrics-server}
  name: metrics-server
  namespace: kube-system
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  labels: {k8s-app: metrics-server}
  name: system:metrics-server
rules:
- apiGroups: [""]
  resources: [nodes/metrics]
  verbs: [get]
- apiGroups: [""]
  resources: [pods, nodes]
  verbs: [get, list, watch]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  labels: {k8s-app: metrics-server}
  name: system:metrics-server
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: system:metrics-server
subjects:
- kind: ServiceAccount
  name: metrics-server
  namespace: kube-system
---
apiVersion: v1
kind: Service
metadata:
  labels: {k8s-app: metrics-server}
  name: metrics-server
  namespace: kube-system
spec:
  ports:
  - {appProtocol: https, name: https, port: 443, protocol: TCP, targetPort: https}
  selector: {k8s-app: metrics-server}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  labels: {k8s-app: metrics-server}
  name: metrics-server
  namespace: kube-system
spec:
  selector:
    matchLabels: {k8s-app: metrics-server}
  strategy:
    rollingUpdate: {maxUnavailable: 0}
  template:
    metadata:
      labels: {k8s-app: metrics-server}
    spec:
      containers:
      - args:
        - --cert-dir=/tmp
        - --secure-port=10250
        - --kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname
        - --kubelet-use-node-status-port
        - --metric-resolution=15s
        image: registry.k8s.io/metrics-server/metrics-server:v0.8.0
        imagePullPolicy: IfNotPresent
        livenessProbe:
          failureThreshold: 3
          httpGet: {path: /livez, port: https, scheme: HTTPS}
          periodSeconds: 10
        name: metrics-server
        ports:
        - {containerPort: 10250, name: https, protocol: TCP}
        readinessProbe:
          failureThreshold: 3
          httpGet: {path: /readyz, port: https, scheme: HTTPS}
          initialDelaySeconds: 20
          periodSeconds: 10
        resources:
          requests: {cpu: 100m, memory: 200Mi}
        securityContext:
          allowPrivilegeEscalation: false
          capabilities: {drop: [ALL]}
          readOnlyRootFilesystem: true
          runAsNonRoot: true
          runAsUser: 1000
          seccompProfile: {type: RuntimeDefault}
        volumeMounts:
        - {mountPath: /tmp, name: tmp-dir}
      nodeSelector: {kubernetes.io/os: linux}
      priorityClassName: system-cluster-critical
      serviceAccountName: metrics-server
      volumes:
      - {emptyDir: {}, name: tmp-dir}
---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata:
  labels: {k8s-app: metrics-server}
  name: v1beta1.metrics.k8s.io
spec:
  group: metrics.k8s.io
  groupPriorityMinimum: 100
  insecureSkipTLSVerify: true
  service: {name: metrics-server, namespace: kube-system}
  version: v1beta1
  versionPriority: 100
`;

const CONSUMER = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: consumer }
spec:
  selector: { matchLabels: { app: consumer } }
  template:
    metadata: { labels: { app: consumer } }
    spec:
      containers:
        - name: main
          image: polinux/stress
          command: [stress, --cpu, "1", --vm, "1", --vm-bytes, 150M, --vm-hang, "1"]
          resources: { requests: { cpu: 500m, memory: 200Mi }, limits: { cpu: 800m, memory: 300Mi } }
`;

const AUTOSCALER = `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: consumer }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: consumer }
  minReplicas: 1
  maxReplicas: 4
  metrics:
    - type: Resource
      resource: { name: cpu, target: { type: Utilization, averageUtilization: 80 } }
    - type: ContainerResource
      containerResource: { name: memory, container: main, target: { type: AverageValue, averageValue: 400Mi } }
  behavior:
    scaleUp: { policies: [{ type: Pods, value: 1, periodSeconds: 60 }] }
`;

const PHP_APACHE = `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: php-apache
spec:
  selector:
    matchLabels:
      run: php-apache
  template:
    metadata:
      labels:
        run: php-apache
    spec:
      containers:
      - name: php-apache
        image: registry.k8s.io/hpa-example
        ports:
        - containerPort: 80
        resources:
          limits:
            cpu: 500m
          requests:
            cpu: 200m
---
apiVersion: v1
kind: Service
metadata:
  name: php-apache
  labels:
    run: php-apache
spec:
  ports:
  - port: 80
  selector:
    run: php-apache
`;

const LOAD = "while sleep 0.01; do wget -q -O- http://php-apache; done";

export const autoscaling: readonly Page[] = [
  {
    title: "Resource metrics pipeline",
    steps: [
      { run: "top nodes", exitCode: 1, complains: /error: Metrics API not available/ },
      { apply: METRICS_SERVER },
      { apply: CONSUMER },
      { until: "get apiservices v1beta1.metrics.k8s.io", prints: /True/ },
      { until: "top pods", prints: /consumer-\S+ +80\dm +15\dMi/ },
      { run: "top pods --containers -l app=consumer --no-headers", prints: /consumer-\S+ +main +80\dm +15\dMi/ },
      { run: "top nodes --sort-by=cpu", prints: /CPU\(cores\).*\nnode-\d +8\d\dm/ },
      { run: "top pods -A", prints: /kube-system +metrics-server-/ },
      { apply: AUTOSCALER },
      { until: "get hpa consumer", prints: /cpu: 160%\/80%, memory: 15\d+\/400Mi +1 +4 +1/ },
      { until: "get deployment consumer -o jsonpath={.spec.replicas}", prints: /^2$/ },
      { run: "describe hpa consumer", prints: /ScalingLimited +True +ScaleUpLimit|SuccessfulRescale/ },
      { until: "get deployment consumer -o jsonpath={.spec.replicas}", prints: /^4$/ },
      { run: "describe hpa consumer", prints: /New size: 2; reason: cpu resource utilization .* above target/ },
    ],
  },
  {
    title: "HorizontalPodAutoscaler Walkthrough",
    steps: [
      { apply: METRICS_SERVER },
      { apply: PHP_APACHE },
      { until: "get apiservices v1beta1.metrics.k8s.io", prints: /True/ },
      { run: "autoscale deployment php-apache --cpu-percent=50 --min=1 --max=10", prints: /php-apache autoscaled/ },
      { until: "get hpa", prints: /php-apache +Deployment\/php-apache +cpu: 0%\/50% +1 +10 +1/ },
      {
        run: `run load-generator --image=busybox:1.28 --restart=Never -- /bin/sh -c '${LOAD}'`,
        prints: /load-generator created/,
      },
      { until: "get deployment php-apache", prints: /php-apache +7\/7 +7 +7/ },
      { until: "get hpa php-apache", prints: /cpu: [45]\d%\/50% +1 +10 +7/ },
      { run: "delete pod load-generator --now", prints: /deleted/ },
      { until: "get hpa php-apache", prints: /cpu: 0%\/50% +1 +10 +7/ },
      { run: "describe hpa php-apache", prints: /ScaleDownStabilized/ },
      { advanceSeconds: 150 },
      { until: "get deployment php-apache", prints: /php-apache +1\/1 +1 +1/ },
      {
        run: "describe hpa php-apache",
        prints:
          /New size: [2-6]; reason: cpu resource utilization \(percentage of request\) above target[\s\S]*New size: 7/,
      },
    ],
  },
];

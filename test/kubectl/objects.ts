/** Manifests of the kubectl suites. */

/** A Deployment `web` with its Service, as in the recordings of a real control plane. */
export function webManifest({ replicas = 2, image = "nginx:1.25" } = {}): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {app: web}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: nginx
        image: ${image}
        ports: [{containerPort: 80}]
        resources: {requests: {cpu: 50m, memory: 64Mi}, limits: {memory: 128Mi}}
        livenessProbe: {httpGet: {path: /, port: 80}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{port: 80}]
`;
}

export const CONFIGURATION = `apiVersion: v1
kind: ConfigMap
metadata: {name: cfg}
data:
  a: "1"
  file.txt: |
    line1
    line2
---
apiVersion: v1
kind: Secret
metadata: {name: sec}
stringData: {pw: hunter2}
`;

/** A manifest that misspells `replicas`, and whose labels do not match its selector. */
export const BAD_DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: {name: bad}
spec:
  replica: 2
  selector: {matchLabels: {a: b}}
  template: {metadata: {labels: {a: c}}, spec: {containers: [{name: c, image: i}]}}
`;

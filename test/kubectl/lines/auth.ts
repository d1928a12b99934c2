/** `auth reconcile` adds rules and subjects, and removes them with its flags. */
import type { CommandStory } from "./story.ts";

const role = (rules: string, extra = "") => `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: team${extra}}
rules: ${rules}
`;
const binding = (role: string, subjects: readonly string[]) => `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: readers}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: ${role}}
subjects:
${subjects.map((name) => `- {apiGroup: rbac.authorization.k8s.io, kind: User, name: ${name}}\n`).join("")}`;
const PODS = '{apiGroups: [""], resources: [pods], verbs: [get, list]}';
const ALL_PODS = '{apiGroups: [""], resources: [pods, pods/log], verbs: [get, list, watch]}';
const NAMED = "{apiGroups: [apps], resources: [deployments], resourceNames: [a, b], verbs: [get]}";
const WHOLE = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: whole}
aggregationRule: {clusterRoleSelectors: [{matchLabels: {in: whole}}]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: urls, labels: {in: whole}}
rules:
- {nonResourceURLs: [/healthz, /metrics/*], verbs: [get]}
- {apiGroups: ["*"], resources: ["*/scale"], verbs: ["*"]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: passed-over}
`;
const MORE_URLS = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: urls, labels: {in: other, more: "yes"}}
rules:
- {nonResourceURLs: [/metrics/cadvisor, /version], verbs: [get]}
- {apiGroups: [apps], resources: [deployments/scale, deployments], verbs: [update]}
`;

export const AUTH_STORY: CommandStory = {
  title: "auth reconcile",
  files: {
    "pods.yaml": role(`[${PODS}]`),
    "more.yaml": role(`[${ALL_PODS}, ${NAMED}]`, ", labels: {a: b}"),
    "closed.yaml": role(`[${PODS}]`, ', annotations: {rbac.authorization.kubernetes.io/autoupdate: "false"}'),
    "ann.yaml": binding("view", ["ann"]),
    "both.yaml": binding("view", ["bob", "ann"]),
    "edit.yaml": binding("edit", ["bob"]),
    "whole.yaml": WHOLE,
    "urls.yaml": MORE_URLS,
  },
  prepare: [],
  changes: [
    "auth reconcile",
    "auth reconcile -f pods.yaml extra",
    "auth reconcile -f pods.yaml --dry-run=client",
    "auth reconcile -f pods.yaml",
    "get ns team -o name",
    "auth reconcile -f pods.yaml",
    "auth reconcile -f more.yaml --dry-run=client",
    "auth reconcile -f more.yaml",
    "get role reader -n team -o jsonpath={.rules}{.metadata.labels}",
    "auth reconcile -f pods.yaml --remove-extra-permissions",
    "get role reader -n team -o jsonpath={.rules}",
    "auth reconcile -f closed.yaml -o name",
    "auth reconcile -f more.yaml",
    "get role reader -n team -o jsonpath={.rules}",
    "auth reconcile -f ann.yaml",
    "auth reconcile -f both.yaml",
    "get clusterrolebinding readers -o jsonpath={.subjects[*].name}",
    "auth reconcile -f ann.yaml --remove-extra-subjects",
    "auth reconcile -f edit.yaml",
    "get clusterrolebinding readers -o jsonpath={.subjects[*].name}{.roleRef.name}",
    "auth reconcile -f whole.yaml",
    "get clusterrole whole -o jsonpath={.rules}",
    "auth reconcile -f whole.yaml",
    "auth reconcile -f urls.yaml",
    "get clusterrole urls -o jsonpath={.rules}{.metadata.labels}",
    "auth reconcile -f pods.yaml -n other",
    "auth reconcile -f nope.yaml",
  ],
};

/**
 * Roles of credentials: rights that a credential has at once. A role stands for a group. Ordinary RBAC objects of the cluster
 * bind the group; they are created with the first credential of a role that needs them.
 */
import type { KubernetesObject } from "../schema/types.ts";

export { ensureObjects } from "../control-plane/ensure-objects.ts";

export const CREDENTIAL_ROLES = ["student", "viewer", "admin"] as const;

export type CredentialRole = (typeof CREDENTIAL_ROLES)[number];

interface RoleDefinition {
  /** For the API's document. */
  meaning: string;
  /** The group that its credentials have. */
  group: string;
  /** The ClusterRoles to which the group is bound in the whole cluster; `rules` where it is one of our own. */
  clusterRoles: readonly { name: string; rules?: readonly PolicyRule[] }[];
}

interface PolicyRule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

const READ = ["get", "list", "watch"];
const WRITE = ["create", "update", "patch", "delete", "deletecollection"];

/**
 * Read access to the cluster's set-up, which `view` does not include although it holds no secrets. `kubectl describe node`
 * reads Leases besides the node.
 */
const CLUSTER_READER: readonly PolicyRule[] = [
  { apiGroups: [""], resources: ["nodes", "namespaces", "persistentvolumes", "componentstatuses"], verbs: READ },
  {
    apiGroups: ["storage.k8s.io"],
    resources: ["storageclasses", "csidrivers", "csinodes", "csistoragecapacities", "volumeattachments"],
    verbs: READ,
  },
  { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: READ },
  { apiGroups: ["apiextensions.k8s.io"], resources: ["customresourcedefinitions"], verbs: READ },
  { apiGroups: ["networking.k8s.io"], resources: ["ingressclasses"], verbs: READ },
  { apiGroups: ["scheduling.k8s.io"], resources: ["priorityclasses"], verbs: READ },
  { apiGroups: ["node.k8s.io"], resources: ["runtimeclasses"], verbs: READ },
  { apiGroups: ["rbac.authorization.k8s.io"], resources: ["clusterroles", "clusterrolebindings"], verbs: READ },
  { apiGroups: ["metrics.k8s.io"], resources: ["nodes", "pods"], verbs: READ },
];

/** Objects that exercises create, but that `admin` does not include: in a shared cluster only an administrator may. */
const COURSE_WRITER: readonly PolicyRule[] = [
  { apiGroups: [""], resources: ["namespaces", "persistentvolumes"], verbs: WRITE },
  { apiGroups: [""], resources: ["resourcequotas", "limitranges"], verbs: WRITE },
];

export const ROLES: Readonly<Record<CredentialRole, RoleDefinition>> = {
  student: {
    meaning:
      "everything in every namespace (ClusterRole `admin`); namespaces, PersistentVolumes, quotas and limit ranges; read nodes, classes, cluster roles and definitions",
    group: "sandbar:students",
    clusterRoles: [
      { name: "admin" },
      {
        name: "sandbar:student",
        rules: [...CLUSTER_READER, ...COURSE_WRITER],
      },
    ],
  },
  viewer: {
    meaning:
      "read everything but Secrets (ClusterRole `view`), and nodes, volumes, classes, cluster roles and definitions",
    group: "sandbar:viewers",
    clusterRoles: [{ name: "view" }, { name: "sandbar:viewer", rules: CLUSTER_READER }],
  },
  admin: { meaning: "everything (group `system:masters`)", group: "system:masters", clusterRoles: [] },
};

/** The role whose group is among these, the most powerful one if there are several; null without such a group. */
export function roleOfGroups(groups: readonly string[]): CredentialRole | null {
  const strongestFirst: readonly CredentialRole[] = ["admin", "student", "viewer"];
  return strongestFirst.find((role) => groups.includes(ROLES[role].group)) ?? null;
}

/** The RBAC objects that give a role's group its rights, as requests would send them; none for `admin`. */
export function roleObjects(role: CredentialRole): KubernetesObject[] {
  const { group, clusterRoles } = ROLES[role];
  return clusterRoles.flatMap(({ name, rules }) => {
    const apiVersion = "rbac.authorization.k8s.io/v1";
    const binding = {
      apiVersion,
      kind: "ClusterRoleBinding",
      metadata: { name: rules ? name : `${group}:${name}` },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name },
      subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: group }],
    };
    return rules ? [{ apiVersion, kind: "ClusterRole", metadata: { name }, rules }, binding] : [binding];
  });
}

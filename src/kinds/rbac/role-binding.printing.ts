/**
 * The columns of role bindings.
 *
 * Kubernetes: pkg/printers/internalversion/printers.go (printRoleBinding, printClusterRoleBinding)
 */
import type { KubernetesObject, RoleRef, Subject } from "../../schema/index.ts";
import type { ResourceId, TableColumn } from "../kind.ts";
import { ageColumn, columnsFor, nameColumn } from "../printing/columns.ts";

type Binding = KubernetesObject & { roleRef: RoleRef; subjects?: Subject[] };

export function bindingColumns<T extends Binding>(resource: ResourceId): TableColumn<T>[] {
  const column = columnsFor<T>(resource);
  return [
    nameColumn,
    column("Role", ({ roleRef }) => `${roleRef.kind}/${roleRef.name}`),
    ageColumn,
    column("Users", ({ subjects }) => subjectNames(subjects, "User"), { wide: true }),
    column("Groups", ({ subjects }) => subjectNames(subjects, "Group"), { wide: true }),
    column("ServiceAccounts", ({ subjects }) => subjectNames(subjects, "ServiceAccount"), { wide: true }),
  ];
}

function subjectNames(subjects: readonly Subject[] | undefined, kind: string): string {
  return (subjects ?? [])
    .filter((subject) => subject.kind === kind)
    .map(({ namespace, name }) => (kind === "ServiceAccount" ? `${namespace ?? ""}/${name}` : name))
    .join(", ");
}

/** Conflicts of server-side apply: other owners of a field that would change, in the words of the API server. */
import { childOf, type FieldSet, hasElement, pathsOf } from "../field-set.ts";
import type { ManagerEntry } from "../managers.ts";
import { showPath } from "../path-elements.ts";

export interface ApplyConflict {
  owner: ManagerEntry;
  /** Elements of the path. */
  path: string[];
}

/** The message and the causes of a 409, as the server answers. */
export interface ConflictReport {
  message: string;
  causes: { reason: "FieldManagerConflict"; message: string; field: string }[];
}

export function conflictsOf(owner: ManagerEntry, fields: FieldSet): ApplyConflict[] {
  return pathsOf(fields).map((path) => ({ owner, path }));
}

export function isAllowed(conflict: ApplyConflict, allowed: FieldSet): boolean {
  const parents = conflict.path.slice(0, -1);
  let node: FieldSet | undefined = allowed;
  for (const element of parents) node = childOf(node, element);
  return hasElement(node, conflict.path.at(-1)!);
}

export function reportConflicts(conflicts: readonly ApplyConflict[]): ConflictReport {
  const causes = conflicts.map(({ owner, path }) => ({
    reason: "FieldManagerConflict" as const,
    message: `conflict with ${showManager(owner)}`,
    field: showPath(path),
  }));
  const [only] = conflicts;
  if (only && conflicts.length === 1) {
    const what = `conflict with ${showManager(only.owner)}: ${showPath(only.path)}`;
    return { message: `Apply failed with 1 conflict: ${what}`, causes };
  }
  const owners = [...new Set(conflicts.map((conflict) => conflict.owner))];
  const lines = owners.sort(byIdentity).flatMap((owner) => {
    const paths = conflicts.filter((conflict) => conflict.owner === owner).map(({ path }) => `- ${showPath(path)}`);
    return [`conflicts with ${showManager(owner)}:`, ...paths];
  });
  return { message: `Apply failed with ${conflicts.length} conflicts: ${lines.join("\n")}`, causes };
}

function byIdentity(a: ManagerEntry, b: ManagerEntry): number {
  const managerKey = (entry: ManagerEntry) =>
    [entry.manager, entry.operation, entry.apiVersion, entry.subresource].join("\0");
  return managerKey(a) < managerKey(b) ? -1 : 1;
}

function showManager({ manager, operation, apiVersion, subresource }: ManagerEntry): string {
  const name = JSON.stringify(manager ?? "") + (subresource ? ` with subresource ${JSON.stringify(subresource)}` : "");
  return operation === "Update" ? `${name} using ${apiVersion}` : name;
}

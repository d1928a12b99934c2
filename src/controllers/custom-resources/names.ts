/**
 * Accepts the names of CustomResourceDefinitions: within a group the first definition with a name keeps it. A
 * definition with a conflict is not served, and a condition gives the reason.
 * Kubernetes: staging/src/k8s.io/apiextensions-apiserver/pkg/controller/status/naming_controller.go
 */

import type { ObjectChange } from "../../cluster/object-change.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import { conditionOf, isTrue, setCondition } from "../../kinds/apiextensions/conditions.ts";
import { customResourceDefinitionKind } from "../../kinds/apiextensions/custom-resource-definition.ts";
import { type ObjectKey, objectKey, parseKey, resourceId } from "../../kinds/kind.ts";
import { equalJson } from "../../lib/json.ts";
import { formatTime } from "../../lib/time.ts";
import type { CustomResourceDefinition, CustomResourceDefinitionNames } from "../../schema/index.ts";
import type { Controller } from "../controller.ts";

export const customResourceNames: Controller = {
  name: "crd-naming-condition",
  manager: "kube-apiserver",
  watches: [{ resource: resourceId(customResourceDefinitionKind), map: affectedBy }],

  reconcile(tx, key, nowMs) {
    const definition = tx.get(customResourceDefinitionKind, "", parseKey(key).name);
    if (!definition) return;
    const { names, conflict } = acceptable(definition, namesInUse(tx, definition));
    const { status } = definition;
    const next: Pick<CustomResourceDefinition, "status"> = { status: { ...status, acceptedNames: names } };
    const truth = conflict
      ? { status: "False", ...conflict }
      : { status: "True", reason: "NoConflicts", message: "no conflicts found" };
    setCondition(next, { type: "NamesAccepted", ...truth }, formatTime(nowMs));
    if (!isTrue(definition, "Established")) setCondition(next, notYet(definition, !conflict), formatTime(nowMs));
    if (equalJson(next.status, status)) return;
    tx.updateStatus(customResourceDefinitionKind, definition, (draft) => {
      draft.status = next.status;
    });
  },
};

/** The definition itself; if its accepted names change, also the definitions of its group with a conflict. */
function affectedBy({ key, before, after }: ObjectChange, tx: Transaction): Iterable<ObjectKey> {
  const namesOf = (object: ObjectChange["after"]) =>
    (object as CustomResourceDefinition | undefined)?.status?.acceptedNames;
  if (equalJson(namesOf(before), namesOf(after))) return [key];
  const { group } = ((after ?? before) as unknown as CustomResourceDefinition).spec;
  const others = tx
    .list(customResourceDefinitionKind)
    .filter((other) => other.spec.group === group && !isTrue(other, "NamesAccepted"));
  return [key, ...others.map(({ metadata }) => objectKey(customResourceDefinitionKind, "", metadata.name ?? ""))];
}

interface NamesInUse {
  resources: ReadonlySet<string>;
  kinds: ReadonlySet<string>;
}

function namesInUse(tx: Transaction, { spec: { group } }: CustomResourceDefinition): NamesInUse {
  const byGroup = tx.derived("crd-accepted-names", [customResourceDefinitionKind], () =>
    Map.groupBy(tx.list(customResourceDefinitionKind), (definition) => definition.spec.group),
  );
  const accepted = (byGroup.get(group) ?? []).map((other) => other.status.acceptedNames);
  return {
    resources: new Set(
      accepted.flatMap(({ plural, singular, shortNames = [] }) => [plural, singular ?? "", ...shortNames]),
    ),
    kinds: new Set(accepted.flatMap(({ kind, listKind }) => [kind, listKind ?? ""])),
  };
}

interface Conflict {
  reason: string;
  message: string;
}

/** The requested names that are free. Of several conflicts the last one is reported, as Kubernetes does. */
function acceptable(
  { spec: { names: asked }, status: { acceptedNames: had } }: CustomResourceDefinition,
  inUse: NamesInUse,
): { names: CustomResourceDefinitionNames; conflict: Conflict | undefined } {
  const names: CustomResourceDefinitionNames = { ...had };
  let conflict: Conflict | undefined;
  const isTaken = (name: string | undefined, own: string | undefined, used: ReadonlySet<string>) =>
    name !== undefined && name !== own && used.has(name);
  const accept = <F extends "plural" | "singular" | "kind" | "listKind">(field: F, used: ReadonlySet<string>) => {
    if (!isTaken(asked[field], had[field], used)) names[field] = asked[field];
    else conflict = { reason: REASONS[field], message: inUseMessage(asked[field] ?? "") };
  };
  accept("plural", inUse.resources);
  accept("singular", inUse.resources);
  const taken = (asked.shortNames ?? []).filter(
    (name) => !had.shortNames?.includes(name) && isTaken(name, "", inUse.resources),
  );
  if (taken.length > 0) conflict = { reason: "ShortNamesConflict", message: aggregate(taken.map(inUseMessage)) };
  else if (asked.shortNames) names.shortNames = asked.shortNames;
  else delete names.shortNames;
  accept("kind", inUse.kinds);
  accept("listKind", inUse.kinds);
  if (asked.categories) names.categories = asked.categories;
  else delete names.categories;
  return { names, conflict };
}

const REASONS = {
  plural: "PluralConflict",
  singular: "SingularConflict",
  kind: "KindConflict",
  listKind: "ListKindConflict",
};

function inUseMessage(name: string): string {
  return `${JSON.stringify(name)} is already in use`;
}

/** The text of Go's aggregated errors. */
function aggregate(messages: readonly string[]): string {
  return messages.length === 1 ? messages[0]! : `[${messages.join(", ")}]`;
}

/** The Established condition before the definition is served. Another controller sets it to True. */
function notYet(definition: CustomResourceDefinition, isAccepted: boolean) {
  if (isAccepted) {
    const message = "the initial names have been accepted";
    return { type: "Established", status: "False", reason: "Installing", message } as const;
  }
  const { reason = "NotAccepted", message = "not all names are accepted" } =
    conditionOf(definition, "Established") ?? {};
  return { type: "Established", status: "False", reason, message } as const;
}

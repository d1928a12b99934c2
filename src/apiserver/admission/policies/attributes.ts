/** A write as policies and webhooks see it: its resource, name and user. */
import { groupsOf } from "../../../cluster/issuer/service-account-tokens.ts";
import type { User } from "../../../cluster/user.ts";
import type { KindDefinition } from "../../../kinds/kind.ts";
import { resourceId } from "../../../kinds/kind.ts";
import { inFormOf } from "../../../kinds/view.ts";
import type { KubernetesObject } from "../../../schema/types.ts";
import { scaleOf } from "../../subresources/scale.ts";
import type { AdmissionContext } from "../context.ts";

/** One write, of an object or of one of its subresources. */
export interface WriteAttributes {
  operation: AdmissionContext["operation"];
  /** The kind in which the writer sees the object. */
  kind: KindDefinition;
  /** Empty for the main resource. */
  subresource: string;
  /** A namespace's own name for namespaces; empty for other cluster-scoped objects. */
  namespace: string;
  /** Empty where it will be generated. */
  name: string;
  user: User;
  /** Null for deletions. Live: mutations change it. */
  readonly object: KubernetesObject | null;
  readonly old: KubernetesObject | null;
  context: AdmissionContext;
}

const GROUP = "admissionregistration.k8s.io";
const SCALE = "scale";

/** The group, version and kind that an object is presented as. */
export type Form = Pick<KindDefinition, "group" | "version" | "kind" | "schema" | "codec">;

const SCALE_FORM: Form = {
  group: "autoscaling",
  version: "v1",
  kind: "Scale",
  schema: "io.k8s.api.autoscaling.v1.Scale",
};

/** Undefined for writes that policies and webhooks do not see: their own objects, so that mistakes can be repaired. */
export function writeAttributesOf(context: AdmissionContext): WriteAttributes | undefined {
  const { kind, operation, subresource = "", through } = context;
  // The body of a binding is a Binding, not a pod.
  if (kind.group === GROUP || subresource === "binding") return undefined;
  const seen = through ?? kind;
  const { metadata } = context.object;
  const isNamespace = kind.group === "" && kind.plural === "namespaces";
  return {
    operation,
    kind: seen,
    subresource,
    namespace: (isNamespace ? metadata.name : metadata.namespace) ?? "",
    name: metadata.name ?? "",
    user: context.user ?? actingController(context),
    get object() {
      if (operation === "CONNECT") return context.object;
      return operation === "DELETE" ? null : inFormOf(seen, context.object);
    },
    get old() {
      return context.old ? inFormOf(seen, context.old) : null;
    },
    context,
  };
}

/** A stored object as expressions see it: in a kind's version, or as its Scale if that is written. */
export function formOf(
  { subresource, operation }: WriteAttributes,
  kind: KindDefinition,
  stored: KubernetesObject,
): KubernetesObject {
  if (operation === "CONNECT") return { ...stored, metadata: undefined } as unknown as KubernetesObject;
  const object = inFormOf(kind, stored);
  return subresource === SCALE && kind.scale ? scaleOf(kind.scale, object) : object;
}

/** The form in which the request's object is presented. */
export function kindOfForm({ subresource, operation, context }: WriteAttributes, kind: KindDefinition): Form {
  if (operation === "CONNECT") return { ...kind, kind: context.object.kind ?? "" };
  return subresource === SCALE && kind.scale ? SCALE_FORM : kind;
}

/** True for a write to a Namespace. */
export function isNamespaceWrite({ kind }: WriteAttributes): boolean {
  return kind.group === "" && kind.plural === "namespaces";
}

/** All kinds with the same stored objects (other versions and groups), the writer's own kind first. */
export function equivalentKinds({ kind, context }: WriteAttributes): readonly KindDefinition[] {
  const id = resourceId(kind);
  const others = context.tx.kinds.served.filter((other) => other !== kind && resourceId(other) === id);
  return [kind, ...others];
}

/** The user under which a real cluster's component sends the write. */
function actingController({ manager, object, kind, subresource }: AdmissionContext): User {
  switch (manager) {
    case "kube-scheduler":
      return { name: "system:kube-scheduler", groups: ["system:authenticated"] };
    case "kubelet":
      return { name: `system:node:${nodeOf(object)}`, groups: ["system:nodes", "system:authenticated"] };
    default: {
      const owner = object.metadata.ownerReferences?.find(({ controller }) => controller)?.kind;
      const acting = (subresource === undefined && owner) || kind.kind;
      const name = `system:serviceaccount:kube-system:${acting.toLowerCase()}-controller`;
      return { name, groups: groupsOf("kube-system") };
    }
  }
}

function nodeOf(object: KubernetesObject): string {
  const { nodeName } = (object["spec"] ?? {}) as { nodeName?: string };
  return nodeName ?? object.metadata.name ?? "";
}

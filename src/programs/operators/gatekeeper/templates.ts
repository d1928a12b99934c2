/**
 * ConstraintTemplates, and the definitions of the constraints that follow from them.
 * Source: github.com/open-policy-agent/frameworks constraint/pkg/client/crds
 */
import { isJsonObject, type JsonObject } from "../../../lib/json.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import { metadataOf, nameOf } from "../objects.ts";

export const TEMPLATES = "/apis/templates.gatekeeper.sh/v1/constrainttemplates";
export const CONSTRAINT_GROUP = "constraints.gatekeeper.sh";
export const CONSTRAINTS = `/apis/${CONSTRAINT_GROUP}/v1beta1`;

const TARGET = "admission.k8s.gatekeeper.sh";

export interface Template {
  object: JsonObject;
  /** The kind of its constraints. */
  kind: string;
  /** The code of the engine K8sNativeValidation; undefined without it. */
  source: JsonObject | undefined;
  /** The reason for which its constraints are not enforced. */
  problem: { code: string; message: string } | undefined;
}

export function readTemplate(object: JsonObject): Template {
  const kind = String(objectIn(definitionIn(object)["names"])["kind"] ?? "");
  const target = objectsIn(objectIn(object["spec"])["targets"]).find((each) => each["target"] === TARGET);
  const code = objectsIn(target?.["code"]).find(({ engine }) => engine === "K8sNativeValidation");
  const source = isJsonObject(code?.["source"]) ? code["source"] : undefined;
  return { object, kind, source, problem: problemOf(object, kind, source) };
}

const definitionIn = (object: JsonObject) => objectIn(objectIn(objectIn(object["spec"])["crd"])["spec"]);

function problemOf(object: JsonObject, kind: string, source: JsonObject | undefined): Template["problem"] {
  if (nameOf(object) !== kind.toLowerCase()) {
    const message = `template's name ${nameOf(object)} is not equal to the lowercase of CRD's Kind: ${kind.toLowerCase()}`;
    return { code: "create_error", message };
  }
  if (source) return undefined;
  const message = "Rego is not simulated: only code of the engine K8sNativeValidation is enforced";
  return { code: "ingest_error", message };
}

const COLUMNS = [
  {
    ...{ name: "enforcement-action", type: "string", jsonPath: ".spec.enforcementAction" },
    description: "Type of enforcement action",
  },
  {
    ...{ name: "total-violations", type: "integer", jsonPath: ".status.totalViolations" },
    description: "Total number of violations",
  },
];

const TEXTS = { type: "array", items: { type: "string" } };
const SELECTOR = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
const MATCH = {
  type: "object",
  properties: {
    kinds: {
      type: "array",
      items: { type: "object", properties: { apiGroups: TEXTS, kinds: TEXTS } },
    },
    ...{ namespaces: TEXTS, excludedNamespaces: TEXTS, labelSelector: SELECTOR, namespaceSelector: SELECTOR },
    ...{ name: { type: "string" }, source: { type: "string", enum: ["All", "Generated", "Original"] } },
    scope: { type: "string", enum: ["*", "Cluster", "Namespaced"] },
  },
};
const SCOPED_ACTIONS = {
  type: "array",
  items: {
    type: "object",
    properties: {
      action: { type: "string" },
      enforcementPoints: { type: "array", items: { type: "object", properties: { name: { type: "string" } } } },
    },
  },
};

/** The CustomResourceDefinition of a template's constraints. */
export function constraintDefinition({ object, kind }: Template): JsonObject {
  const { names, validation } = definitionIn(object);
  const { openAPIV3Schema: parameters, legacySchema } = objectIn(validation);
  const plural = kind.toLowerCase();
  const schema = {
    type: "object",
    properties: {
      metadata: { type: "object", properties: { name: { type: "string", maxLength: 63 } } },
      spec: {
        type: "object",
        properties: {
          ...{ match: MATCH, enforcementAction: { type: "string", default: "deny" } },
          scopedEnforcementActions: SCOPED_ACTIONS,
          ...(isJsonObject(parameters) && {
            parameters: legacySchema === true ? { ...parameters, ...SELECTOR } : { type: "object", ...parameters },
          }),
        },
      },
      status: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
    },
  };
  const version = { served: true, schema: { openAPIV3Schema: schema }, subresources: { status: {} } };
  const { uid = "" } = metadataOf(object);
  const owner = {
    ...{ apiVersion: "templates.gatekeeper.sh/v1beta1", kind: "ConstraintTemplate", name: nameOf(object), uid },
    ...{ controller: true, blockOwnerDeletion: true },
  };
  return {
    ...{ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" },
    metadata: {
      name: `${plural}.${CONSTRAINT_GROUP}`,
      labels: { ...objectIn(metadataOf(object)["labels"]), "gatekeeper.sh/constraint": "yes" },
      ownerReferences: [owner],
    },
    spec: {
      ...{ group: CONSTRAINT_GROUP, scope: "Cluster" },
      names: {
        ...{ kind, listKind: `${kind}List`, plural, singular: plural, categories: ["constraint", "constraints"] },
        ...(Array.isArray(objectIn(names)["shortNames"]) && { shortNames: objectIn(names)["shortNames"] ?? [] }),
      },
      versions: [
        { name: "v1beta1", storage: true, ...version, additionalPrinterColumns: COLUMNS },
        { name: "v1alpha1", storage: false, ...version, additionalPrinterColumns: COLUMNS },
      ],
    },
  };
}

/**
 * sample-apiserver: the groups of an aggregated API server, with its objects in an etcd beside it.
 * Kubernetes: staging/src/k8s.io/sample-apiserver
 */
import { isJsonObject, type JsonObject } from "../../lib/json.ts";
import { schemaReference } from "../../schema/index.ts";
import { answerGroups } from "./api-group/api-group.ts";
import { ALL_VERBS, type ApiGroup } from "./api-group/resources.ts";
import { etcdStore, type ObjectStore } from "./api-group/store.ts";
import { klog } from "./log.ts";
import { contentOf, flagOf, portOf, server } from "./server.ts";

const FLUNDERS = {
  ...{ name: "flunders", singularName: "flunder", kind: "Flunder", namespaced: true, verbs: ALL_VERBS },
  forbids: banFlunder,
};
const FISCHERS = { name: "fischers", singularName: "fischer", kind: "Fischer", namespaced: false, verbs: ALL_VERBS };

const TYPES = "io.k8s.sample-apiserver.pkg.apis.wardle";
const REFERENCE_TYPE = {
  description: "ReferenceType says what the reference names: Flunder or Fischer.",
  type: "string",
};

/** The schemas of a version in which a flunder has these fields below `spec`. */
function schemasOf(version: string, specFields: JsonObject): Record<string, JsonObject> {
  const nameOf = (type: string) => `${TYPES}.${version}.${type}`;
  const part = (type: string) => ({ allOf: [schemaReference(nameOf(type))], default: {} });
  return {
    [nameOf("Flunder")]: {
      description: "Flunder is an object in a namespace that can refer to another one.",
      properties: { spec: part("FlunderSpec"), status: part("FlunderStatus") },
    },
    [nameOf("FlunderSpec")]: {
      description: "FlunderSpec is what a flunder refers to.",
      type: "object",
      properties: specFields,
    },
    [nameOf("FlunderStatus")]: { description: "FlunderStatus has no fields.", type: "object" },
  };
}

const FISCHER: JsonObject = {
  description: "Fischer forbids names of flunders.",
  properties: {
    disallowedFlunders: {
      description: "DisallowedFlunders are the names that no new flunder may have.",
      type: "array",
      items: { type: "string", default: "" },
    },
  },
};

const GROUP: ApiGroup = {
  name: "wardle.example.com",
  versions: [
    {
      name: "v1beta1",
      package: `${TYPES}.v1beta1`,
      schemas: schemasOf("v1beta1", {
        flunderReference: { description: "The name of a flunder. It excludes fischerReference.", type: "string" },
        fischerReference: { description: "The name of a fischer. It excludes flunderReference.", type: "string" },
        referenceType: REFERENCE_TYPE,
      }),
      resources: [{ ...FLUNDERS, toStored: withStatus, problems: problemsOf }],
    },
    {
      name: "v1alpha1",
      package: `${TYPES}.v1alpha1`,
      schemas: {
        ...schemasOf("v1alpha1", {
          reference: { description: "The name of another flunder, or of a fischer.", type: "string" },
          referenceType: REFERENCE_TYPE,
        }),
        [`${TYPES}.v1alpha1.Fischer`]: FISCHER,
      },
      resources: [{ ...FISCHERS }, { ...FLUNDERS, toStored: fromAlpha, fromStored: toAlpha, problems: problemsOf }],
    },
  ],
};

/** Kubernetes: staging/src/k8s.io/sample-apiserver/pkg/admission/plugin/banflunder/admission.go */
function banFlunder(name: string, store: ObjectStore): string | undefined {
  const fischers = store.range("/registry/wardle.example.com/fischers/")?.objects ?? [];
  const isBanned = fischers.some(
    ({ disallowedFlunders }) => Array.isArray(disallowedFlunders) && disallowedFlunders.includes(name),
  );
  return isBanned ? "this name may not be used, please change the resource name" : undefined;
}

function specOf({ spec }: JsonObject): JsonObject {
  return isJsonObject(spec) ? spec : {};
}

function withStatus(object: JsonObject): JsonObject {
  return { ...object, spec: specOf(object), status: object["status"] ?? {} };
}

/** v1alpha1 has one reference with a type; the stored form has one field for each type. */
function fromAlpha(object: JsonObject): JsonObject {
  const { reference, referenceType, ...rest } = specOf(object);
  const type = referenceType ?? (reference ? "Flunder" : undefined);
  const field = type === "Fischer" ? "fischerReference" : "flunderReference";
  const spec = {
    ...rest,
    ...(reference && { [field]: reference }),
    ...(type !== undefined && { referenceType: type }),
  };
  return withStatus({ ...object, spec });
}

function toAlpha(object: JsonObject): JsonObject {
  const { flunderReference, fischerReference, ...rest } = specOf(object);
  const reference = flunderReference ?? fischerReference;
  return { ...object, spec: { ...(reference !== undefined && { reference }), ...rest } };
}

function problemsOf(object: JsonObject): string[] {
  const { flunderReference, fischerReference } = specOf(object);
  if (!flunderReference || !fischerReference) return [];
  const value = JSON.stringify(fischerReference);
  return [`spec.fischerReference: Invalid value: ${value}: cannot be set with flunderReference at the same time`];
}

export const sampleApiserver = server({
  ports: ({ argv }) => [portOf(flagOf(argv, "secure-port"), 443)],
  startMs: 1500,
  certificate: (process) => contentOf(process, flagOf(process.argv, "tls-cert-file")),
  ready: (process) => [
    ...GROUP.versions.map(({ name }) =>
      klog(process, "handler.go:142", `Adding GroupVersion wardle.example.com ${name} to ResourceManager`),
    ),
    klog(
      process,
      "secure_serving.go:211",
      `Serving securely on [::]:${portOf(flagOf(process.argv, "secure-port"), 443)}`,
    ),
  ],
  http: (process, request) =>
    answerGroups({ groups: [GROUP], store: (view) => etcdStore(view, etcdOf(view.argv)) }, process, request),
});

function etcdOf(argv: readonly string[]): { host: string; port: number } {
  const [, host = "localhost", port = "2379"] =
    /^https?:\/\/([^:/]+):?(\d+)?/.exec(flagOf(argv, "etcd-servers") ?? "") ?? [];
  return { host, port: Number(port) };
}

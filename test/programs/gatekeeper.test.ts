/** Gatekeeper in pods: constraints of templates in CEL deny, warn and are audited. */
import { beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { validatingWebhookConfigurationKind } from "../../src/kinds/admissionregistration/validating-webhook-configuration.ts";
import { customResourceDefinitionKind } from "../../src/kinds/apiextensions/custom-resource-definition.ts";
import { namespaceKind } from "../../src/kinds/core/namespace.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { secretKind } from "../../src/kinds/core/secret.ts";
import { serviceKind } from "../../src/kinds/core/service.ts";
import { podWith } from "../kubelet/clusters.ts";
import { type Cluster, define, type Free, kindOf as kindIn, operatorCluster, restMs } from "./operator-cluster.ts";

let cluster: Cluster;

const kindOf = (resource: `${string}/${string}`) => kindIn(cluster, resource);
const IMAGE = "openpolicyagent/gatekeeper:v3.20.0";
const SECRET = "gatekeeper-webhook-server-cert";

const webhookAt = (path: string, name: string, resources: readonly string[]) => ({
  ...{ name, failurePolicy: "Ignore", sideEffects: "None", admissionReviewVersions: ["v1"] },
  rules: [{ apiGroups: ["*"], apiVersions: ["*"], operations: ["CREATE", "UPDATE"], resources }],
  clientConfig: { service: { name: "gatekeeper-webhook-service", namespace: "default", path } },
});

beforeEach(() => {
  cluster = operatorCluster();
  define(cluster, "templates.gatekeeper.sh/v1", "ConstraintTemplate", "Cluster");
  define(cluster, "config.gatekeeper.sh/v1alpha1", "Config");
  cluster.advance(5000);
  const metadata = { namespace: "default" };
  cluster.create(secretKind, { metadata: { ...metadata, name: SECRET } } as never);
  const webhook = podWith("webhook", {
    image: IMAGE,
    args: ["--port=8443", "--operation=webhook", "--exempt-namespace=free"],
  }) as Free;
  webhook.metadata.labels = { app: "webhook" };
  webhook.spec.volumes = [{ name: "cert", secret: { secretName: SECRET } }];
  webhook.spec.containers[0].volumeMounts = [{ name: "cert", mountPath: "/certs", readOnly: true }];
  cluster.create(podKind, webhook);
  cluster.create(podKind, podWith("audit", { image: IMAGE, args: ["--operation=audit", "--operation=status"] }));
  const service = { selector: { app: "webhook" }, ports: [{ port: 443, targetPort: 8443 }] };
  cluster.create(serviceKind, {
    metadata: { ...metadata, name: "gatekeeper-webhook-service" },
    spec: service,
  } as never);
  cluster.create(validatingWebhookConfigurationKind, {
    metadata: { name: "gatekeeper-validating-webhook-configuration" },
    webhooks: [
      webhookAt("/v1/admit", "validation.gatekeeper.sh", ["*"]),
      webhookAt("/v1/admitlabel", "check-ignore-label.gatekeeper.sh", ["namespaces"]),
    ],
  } as never);
  cluster.advance(120_000);
});

const REQUIRED_LABELS = `
crd:
  spec:
    names: { kind: K8sRequiredLabels }
    validation:
      openAPIV3Schema: { type: object, properties: { labels: { type: array, items: { type: string } } } }
targets:
- target: admission.k8s.gatekeeper.sh
  code:
  - engine: K8sNativeValidation
    source:
      variables:
      - name: missing
        expression: "variables.params.labels.filter(l, !(has(variables.anyObject.metadata.labels) && l in variables.anyObject.metadata.labels))"
      validations:
      - expression: "variables.missing.size() == 0"
        messageExpression: "'you must provide labels: ' + variables.missing.join(', ')"
`;

function template(name: string, spec: string): void {
  const object = { apiVersion: "templates.gatekeeper.sh/v1", kind: "ConstraintTemplate", metadata: { name } };
  cluster.create(kindOf("templates.gatekeeper.sh/constrainttemplates"), { ...object, spec: parse(spec) });
  cluster.advance(5000);
}

function constraint(name: string, spec: string): void {
  const kind = kindOf("constraints.gatekeeper.sh/k8srequiredlabels");
  const object = { apiVersion: "constraints.gatekeeper.sh/v1beta1", kind: "K8sRequiredLabels", metadata: { name } };
  cluster.create(kind, { ...object, spec: parse(spec) });
  cluster.advance(70_000);
}

const constraintNamed = (name: string) =>
  cluster.get(kindOf("constraints.gatekeeper.sh/k8srequiredlabels"), name, "") as Free;

function namespaceProblem(name: string, labels?: Record<string, string>): string {
  try {
    cluster.create(namespaceKind, { metadata: { name, ...(labels && { labels }) } } as never);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

const NAMESPACES =
  'match: { kinds: [{ apiGroups: [""], kinds: [Namespace] }], excludedNamespaces: ["kube-*", default] }';
const OWNED = `{ ${NAMESPACES}, parameters: { labels: [owner] } }`;

describe("a ConstraintTemplate in CEL", () => {
  it("defines its constraints, with columns", () => {
    template("k8srequiredlabels", REQUIRED_LABELS);
    const { spec } = cluster.get(
      customResourceDefinitionKind,
      "k8srequiredlabels.constraints.gatekeeper.sh",
      "",
    ) as Free;
    expect(spec.names.categories).toEqual(["constraint", "constraints"]);
    const [{ additionalPrinterColumns: columns }] = spec.versions;
    expect(columns.map(({ name }: Free) => name)).toEqual(["enforcement-action", "total-violations"]);
    const { status } = cluster.get(
      kindOf("templates.gatekeeper.sh/constrainttemplates"),
      "k8srequiredlabels",
      "",
    ) as Free;
    expect(status).toMatchObject({
      created: true,
      byPod: [
        { id: "audit", observedGeneration: 1, operations: ["audit", "status"] },
        { id: "webhook", observedGeneration: 1, operations: ["webhook"] },
      ],
    });
  });

  it("denies by its constraints, in Gatekeeper's words", () => {
    template("k8srequiredlabels", REQUIRED_LABELS);
    constraint("ns-must-have-owner", OWNED);
    expect(namespaceProblem("shop")).toBe(
      'admission webhook "validation.gatekeeper.sh" denied the request: ' +
        "[ns-must-have-owner] you must provide labels: owner",
    );
    expect(namespaceProblem("shop", { owner: "me" })).toBe("");
    expect(namespaceProblem("kube-extra")).toBe("");
    expect(constraintNamed("ns-must-have-owner").status.byPod).toMatchObject([
      { id: "audit", enforced: true },
      { id: "webhook", enforced: true },
    ]);
  });

  it("only records violations of constraints with dryrun and warn", () => {
    cluster.create(namespaceKind, { metadata: { name: "old" } } as never);
    template("k8srequiredlabels", REQUIRED_LABELS);
    constraint("dry", `{ enforcementAction: dryrun, ${OWNED.slice(1)}`);
    constraint("soft", `{ enforcementAction: warn, ${OWNED.slice(1)}`);
    expect(namespaceProblem("new")).toBe("");
    cluster.advance(70_000);
    const violation = { group: "", version: "v1", kind: "Namespace", message: "you must provide labels: owner" };
    for (const [name, enforcementAction] of [
      ["dry", "dryrun"],
      ["soft", "warn"],
    ] as const) {
      const { status } = constraintNamed(name);
      expect(status.totalViolations).toBe(2);
      expect(status.violations).toEqual([
        { ...violation, enforcementAction, name: "new" },
        { ...violation, enforcementAction, name: "old" },
      ]);
    }
    cluster.advance(300_000);
    expect(restMs(cluster)).toBeGreaterThan(60_000);
  });
});

describe("a ConstraintTemplate in Rego", () => {
  it("says that it is not enforced", () => {
    const code = "[{ target: admission.k8s.gatekeeper.sh, rego: 'package k8srequiredlabels' }]";
    template("k8srequiredlabels", `{ crd: { spec: { names: { kind: K8sRequiredLabels } } }, targets: ${code} }`);
    constraint("c", `{ ${NAMESPACES} }`);
    const { status } = cluster.get(
      kindOf("templates.gatekeeper.sh/constrainttemplates"),
      "k8srequiredlabels",
      "",
    ) as Free;
    expect(status.byPod[0].errors).toEqual([
      {
        code: "ingest_error",
        message: "Rego is not simulated: only code of the engine K8sNativeValidation is enforced",
      },
    ]);
    expect(constraintNamed("c").status.byPod[0].enforced).toBe(false);
    expect(namespaceProblem("shop")).toBe("");
  });
});

describe("the label that a namespace escapes by", () => {
  it("is for exempt namespaces only", () => {
    const labels = { "admission.gatekeeper.sh/ignore": "true" };
    expect(namespaceProblem("shop", labels)).toBe(
      'admission webhook "check-ignore-label.gatekeeper.sh" denied the request: ' +
        "Only exempt namespace can have the admission.gatekeeper.sh/ignore label",
    );
    expect(namespaceProblem("free", labels)).toBe("");
  });
});

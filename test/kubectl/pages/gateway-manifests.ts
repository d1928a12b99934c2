/** The definitions of the Gateway API and a controller, for the pages about them. */

/** The definitions of the Gateway API with open schemas, and the columns of the published ones. */
const gatewayDefinition = (
  kind: string,
  plural: string,
  scope: string,
  columns: readonly (readonly [string, string])[],
) => `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: ${plural}.gateway.networking.k8s.io
  annotations: { api-approved.kubernetes.io: "https://github.com/kubernetes-sigs/gateway-api/pull/2997" }
spec:
  group: gateway.networking.k8s.io
  scope: ${scope}
  names: { kind: ${kind}, plural: ${plural} }
  versions:
    - name: v1
      served: true
      storage: true
      subresources: { status: {} }
      additionalPrinterColumns:
${columns.map(([name, path]) => `        - { name: ${name}, type: string, jsonPath: '${path}' }`).join("\n")}
        - { name: Age, type: date, jsonPath: .metadata.creationTimestamp }
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec: { type: object, x-kubernetes-preserve-unknown-fields: true }
            status: { type: object, x-kubernetes-preserve-unknown-fields: true }
`;

export const GATEWAY_DEFINITIONS = [
  gatewayDefinition("GatewayClass", "gatewayclasses", "Cluster", [
    ["Controller", ".spec.controllerName"],
    ["Accepted", '.status.conditions[?(@.type=="Accepted")].status'],
  ]),
  gatewayDefinition("Gateway", "gateways", "Namespaced", [
    ["Class", ".spec.gatewayClassName"],
    ["Address", ".status.addresses[*].value"],
    ["Programmed", '.status.conditions[?(@.type=="Programmed")].status'],
  ]),
  gatewayDefinition("HTTPRoute", "httproutes", "Namespaced", [["Hostnames", ".spec.hostnames"]]),
  gatewayDefinition("ReferenceGrant", "referencegrants", "Namespaced", [["Names", ".spec.to[*].name"]]),
].join("---");

/** The controller is installed by its Deployment; the page's own class names one that does not exist. */
export const GATEWAY_CONTROLLER = `
apiVersion: v1
kind: ServiceAccount
metadata: { name: ngf, namespace: default }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: ngf }
rules:
  - apiGroups: [gateway.networking.k8s.io]
    resources: [gatewayclasses, gateways, httproutes, referencegrants]
    verbs: [get, list, watch]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: ngf }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: ngf }
subjects: [{ kind: ServiceAccount, name: ngf, namespace: default }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ngf, namespace: default }
spec:
  selector: { matchLabels: { app: ngf } }
  template:
    metadata: { labels: { app: ngf } }
    spec:
      serviceAccountName: ngf
      containers:
        - name: controller
          image: ghcr.io/nginx/nginx-gateway-fabric:2.2.1
          args: [controller, --gatewayclass=example-class]
---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: example-class }
spec: { controllerName: gateway.nginx.org/nginx-gateway-controller }
`;

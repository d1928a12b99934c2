/**
 * The rules of an Ingress controller's proxy, which follow from the cluster's Ingresses, Services and Secrets. The network
 * computes them from the cluster's state, and the program in the controller's pod follows them. JSON.
 */

/** Which Ingresses a controller serves. It follows from the flags of its process. */
export interface IngressScope {
  /** `spec.controller` of its IngressClasses. */
  controllerClass: string;
  /** The value of the annotation `kubernetes.io/ingress.class` that it serves. */
  annotationClass: string;
  /** It serves Ingresses without a class. */
  servesWithoutClass: boolean;
  /** It serves Ingresses whose class has the name `annotationClass`. */
  servesByName: boolean;
  /** Absent: all namespaces. */
  namespace?: string;
  /** `namespace/name` of the ConfigMap with its options. */
  configMap?: string;
  /** `namespace/name` of the Service for requests that no rule matches. */
  defaultService?: string;
  /** Annotations `<prefix>/<name>` change its behaviour. */
  annotationPrefix: string;
}

export interface IngressRules {
  /** The data of the controller's ConfigMap. */
  options: Readonly<Record<string, string>>;
  /** By host; `*.example.com` for one more label, and "" for all other hosts. */
  hosts: Readonly<Record<string, IngressHost>>;
  /** The Service of the controller's own flag, for requests that no rule matches. */
  fallback?: IngressPath;
  /** Data of Secrets that annotations name, as byte strings, by `namespace/name`. */
  secrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface IngressHost {
  /** Of the oldest Ingress first. */
  paths: readonly IngressPath[];
  /** `spec.defaultBackend` of the oldest Ingress with this host that has one. */
  fallback?: IngressPath;
  tls?: IngressTls;
}

/** The certificate in a Secret. Absent data: the Secret is missing, so the controller shows a certificate of its own. */
export interface IngressTls {
  secret: string;
  /** Certificates in PEM. */
  certificates?: string;
}

export interface IngressPath {
  path: string;
  type: "Exact" | "Prefix" | "ImplementationSpecific";
  namespace: string;
  ingress: string;
  /** Without their prefix. */
  annotations: Readonly<Record<string, string>>;
  /** Absent: the backend is a resource. */
  backend?: IngressBackend;
}

/** A port of a Service. */
export interface IngressBackend {
  namespace: string;
  service: string;
  /** As the Ingress names it: a number or a name. */
  port: string;
  /** Ready endpoints. */
  endpoints: readonly { address: string; port: number }[];
  /** The Service's own address; absent for headless and missing Services. */
  virtual?: { address: string; port: number };
  /** The name behind a Service of the type ExternalName. */
  external?: { host: string; port: number };
  isMissing?: boolean;
}

/** The protocol by which a controller's program asks for its rules. */
export const INGRESS_RULES = "ingress-rules";

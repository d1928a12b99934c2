/**
 * Recipes of network policies: those of the documentation
 * (https://kubernetes.io/docs/concepts/services-networking/network-policies/) and of the well-known collection
 * (https://github.com/ahmetb/kubernetes-network-policy-recipes), with pods of our own.
 */
import type { NetworkPolicyEgressRule, NetworkPolicySpec } from "../../src/schema/index.ts";

/** Policies of the namespace `shop`. A connection is `from > to[:port][/udp]`, its ends are pods, names or `outside`. */
export interface Recipe {
  name: string;
  policies: readonly Partial<NetworkPolicySpec>[];
  allowed: readonly string[];
  denied: readonly string[];
}

const WEB = { podSelector: { matchLabels: { app: "web" } } };
const API = { podSelector: { matchLabels: { app: "bookstore", role: "api" } } };
const EVERYTHING = { podSelector: {} };
const DNS: NetworkPolicyEgressRule = {
  ports: [
    { port: 53, protocol: "UDP" },
    { port: 53, protocol: "TCP" },
  ],
};

export const INGRESS: readonly Recipe[] = [
  { name: "no policy", policies: [], allowed: ["dev/client > shop/web", "outside > shop/web"], denied: [] },
  {
    name: "deny all traffic to an application",
    policies: [{ ...WEB, ingress: [] }],
    allowed: ["shop/web > shop/api", "shop/web > dev/client", "dev/client > shop/api", "shop/web > shop/web"],
    denied: ["shop/api > shop/web", "dev/client > shop/web", "outside > shop/web", "shop/api > web"],
  },
  {
    name: "limit traffic to an application",
    policies: [{ ...API, ingress: [{ from: [{ podSelector: { matchLabels: { app: "bookstore" } } }] }] }],
    allowed: ["shop/search > shop/api", "shop/db > shop/api", "dev/client > shop/web"],
    denied: ["shop/other > shop/api", "prod/client > shop/api", "outside > shop/api"],
  },
  {
    name: "allow all traffic to an application, besides a denial",
    policies: [
      { ...EVERYTHING, policyTypes: ["Ingress"] },
      { ...WEB, ingress: [{}] },
    ],
    allowed: ["shop/api > shop/web", "dev/client > shop/web", "outside > shop/web"],
    denied: ["shop/web > shop/api", "dev/client > shop/api"],
  },
  {
    name: "deny all traffic of a namespace by default",
    policies: [{ ...EVERYTHING, policyTypes: ["Ingress"] }],
    allowed: ["shop/web > dev/client", "dev/client > prod/client"],
    denied: ["shop/api > shop/web", "dev/client > shop/web", "outside > shop/db"],
  },
  {
    name: "deny traffic from other namespaces",
    policies: [{ ...EVERYTHING, ingress: [{ from: [{ podSelector: {} }] }] }],
    allowed: ["shop/api > shop/web", "shop/web > dev/client"],
    denied: ["dev/client > shop/web", "prod/client > shop/web", "outside > shop/web"],
  },
  {
    name: "allow traffic from all namespaces",
    policies: [{ ...WEB, ingress: [{ from: [{ namespaceSelector: {} }] }] }],
    allowed: ["shop/api > shop/web", "dev/client > shop/web", "prod/client > shop/web"],
    denied: ["outside > shop/web"],
  },
  {
    name: "allow all traffic from a namespace",
    policies: [{ ...WEB, ingress: [{ from: [{ namespaceSelector: { matchLabels: { purpose: "production" } } }] }] }],
    allowed: ["prod/client > shop/web"],
    denied: ["dev/client > shop/web", "shop/api > shop/web", "outside > shop/web"],
  },
  {
    name: "allow a namespace by its name",
    policies: [
      {
        ...WEB,
        ingress: [{ from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "dev" } } }] }],
      },
    ],
    allowed: ["dev/client > shop/web"],
    denied: ["prod/client > shop/web"],
  },
  {
    name: "allow some pods of some namespaces: both selectors in one peer",
    policies: [
      {
        ...WEB,
        ingress: [
          {
            from: [
              {
                namespaceSelector: { matchLabels: { team: "operations" } },
                podSelector: { matchLabels: { type: "monitoring" } },
              },
            ],
          },
        ],
      },
    ],
    allowed: ["prod/client > shop/web"],
    denied: ["dev/monitor > shop/web", "dev/client > shop/web", "shop/api > shop/web"],
  },
  {
    name: "either selector: two peers",
    policies: [
      {
        ...WEB,
        ingress: [
          {
            from: [
              { namespaceSelector: { matchLabels: { purpose: "testing" } } },
              { podSelector: { matchLabels: { role: "api" } } },
            ],
          },
        ],
      },
    ],
    allowed: ["dev/client > shop/web", "dev/monitor > shop/web", "shop/api > shop/web"],
    denied: ["prod/client > shop/web", "shop/db > shop/web"],
  },
  {
    name: "allow traffic from outside of the cluster",
    policies: [
      { ...EVERYTHING, policyTypes: ["Ingress"] },
      { ...WEB, ingress: [{ from: [] }] },
    ],
    allowed: ["outside > shop/web", "dev/client > shop/web"],
    denied: ["outside > shop/api"],
  },
  {
    name: "allow one port of an application",
    policies: [
      {
        ...API,
        ingress: [{ ports: [{ port: 5000 }], from: [{ podSelector: { matchLabels: { role: "search" } } }] }],
      },
    ],
    allowed: ["shop/search > shop/api:5000"],
    denied: ["shop/search > shop/api:80", "shop/other > shop/api:5000", "shop/search > shop/api:5000/udp"],
  },
  {
    name: "several selectors add up",
    policies: [
      {
        ...API,
        ingress: [
          {
            from: [
              { podSelector: { matchLabels: { role: "search" } } },
              { podSelector: { matchLabels: { app: "other" } } },
              { podSelector: { matchExpressions: [{ key: "role", operator: "In", values: ["db", "inventory"] }] } },
            ],
          },
        ],
      },
    ],
    allowed: ["shop/search > shop/api", "shop/other > shop/api", "shop/db > shop/api"],
    denied: ["shop/web > shop/api", "dev/client > shop/api"],
  },
  {
    name: "several policies add up",
    policies: [
      { ...WEB, ingress: [{ from: [{ podSelector: { matchLabels: { role: "db" } } }] }] },
      { ...WEB, ingress: [{ ports: [{ port: 8080 }] }] },
    ],
    allowed: ["shop/db > shop/web", "shop/api > shop/web:8080", "outside > shop/web:8080"],
    denied: ["shop/api > shop/web"],
  },
  {
    name: "a port by its name is the one that the destination declares",
    policies: [{ ...WEB, ingress: [{ ports: [{ port: "http" }] }] }],
    allowed: ["shop/api > shop/web:80", "shop/api > web"],
    denied: ["shop/api > shop/web:8080"],
  },
  {
    name: "a block of addresses without a part of it",
    policies: [{ ...WEB, ingress: [{ from: [{ ipBlock: { cidr: "203.0.0.0/16", except: ["203.0.114.0/24"] } }] }] }],
    allowed: ["outside > shop/web"],
    denied: ["shop/api > shop/web", "dev/client > shop/web"],
  },
  {
    name: "an exception of a block",
    policies: [{ ...WEB, ingress: [{ from: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["203.0.113.0/24"] } }] }] }],
    allowed: ["shop/api > shop/web"],
    denied: ["outside > shop/web"],
  },
];

export const EGRESS: readonly Recipe[] = [
  {
    name: "deny all that an application sends",
    policies: [{ ...WEB, policyTypes: ["Egress"] }],
    allowed: ["shop/api > shop/web", "outside > shop/web", "shop/api > dev/client"],
    denied: ["shop/web > shop/api", "shop/web > dev/client", "shop/web > kubernetes.default:443", "shop/web > web"],
  },
  {
    name: "allow DNS only",
    policies: [{ ...WEB, policyTypes: ["Egress"], egress: [{ ...DNS, to: [{ namespaceSelector: {} }] }] }],
    allowed: ["shop/web > 10.96.0.10:53/udp"],
    denied: ["shop/web > shop/api", "shop/web > 10.96.0.10:9153"],
  },
  {
    name: "deny all that a namespace sends by default",
    policies: [{ ...EVERYTHING, policyTypes: ["Egress"] }],
    allowed: ["dev/client > shop/web", "dev/client > prod/client"],
    denied: ["shop/web > shop/api", "shop/db > dev/client"],
  },
  {
    name: "egress rules without policyTypes restrict both directions",
    policies: [{ ...WEB, egress: [{ to: [{ podSelector: { matchLabels: { role: "db" } } }] }] }],
    allowed: ["shop/web > shop/db", "shop/db > shop/api"],
    denied: ["shop/web > shop/api", "shop/api > shop/web", "outside > shop/web"],
  },
  {
    name: "deny egress out of the cluster",
    policies: [{ ...WEB, policyTypes: ["Egress"], egress: [DNS, { to: [{ namespaceSelector: {} }] }] }],
    allowed: ["shop/web > shop/api", "shop/web > dev/client", "shop/api > web"],
    denied: ["shop/web > 198.51.100.1"],
  },
  {
    name: "a range of ports",
    policies: [
      {
        ...WEB,
        policyTypes: ["Egress"],
        egress: [
          { to: [{ ipBlock: { cidr: "10.0.0.0/8" } }], ports: [{ port: 32000, endPort: 32768, protocol: "TCP" }] },
        ],
      },
    ],
    allowed: ["shop/web > shop/api:32000", "shop/web > shop/api:32500", "shop/web > shop/api:32768"],
    denied: ["shop/web > shop/api:31999", "shop/web > shop/api:32769", "shop/web > shop/api:32500/udp"],
  },
  {
    name: "allow all that is sent, besides a denial",
    policies: [
      { ...EVERYTHING, policyTypes: ["Egress"] },
      { ...WEB, policyTypes: ["Egress"], egress: [{}] },
    ],
    allowed: ["shop/web > shop/api", "shop/web > dev/client"],
    denied: ["shop/api > shop/web"],
  },
];

export const BOTH: readonly Recipe[] = [
  {
    name: "deny all in both directions",
    policies: [{ ...EVERYTHING, policyTypes: ["Ingress", "Egress"] }],
    allowed: ["dev/client > prod/client"],
    denied: ["dev/client > shop/web", "shop/web > dev/client", "shop/web > shop/api"],
  },
  {
    name: "both ends must allow a connection",
    policies: [
      { ...EVERYTHING, policyTypes: ["Ingress", "Egress"] },
      { ...WEB, policyTypes: ["Ingress"], ingress: [{ from: [{ podSelector: {} }] }] },
      { ...API, policyTypes: ["Egress"], egress: [{ to: [{ podSelector: { matchLabels: { app: "web" } } }] }] },
    ],
    allowed: ["shop/api > shop/web"],
    denied: ["shop/search > shop/web", "shop/api > shop/db", "dev/client > shop/web"],
  },
  {
    name: "the example of the documentation",
    policies: [
      {
        podSelector: { matchLabels: { role: "db" } },
        policyTypes: ["Ingress", "Egress"],
        ingress: [
          {
            from: [
              { ipBlock: { cidr: "203.0.0.0/16", except: ["203.0.1.0/24"] } },
              { namespaceSelector: { matchLabels: { purpose: "production" } } },
              { podSelector: { matchLabels: { role: "api" } } },
            ],
            ports: [{ protocol: "TCP", port: 6379 }],
          },
        ],
        egress: [{ to: [{ ipBlock: { cidr: "10.0.0.0/8" } }], ports: [{ protocol: "TCP", port: 5978 }] }],
      },
    ],
    allowed: [
      "outside > shop/db:6379",
      "prod/client > shop/db:6379",
      "shop/api > shop/db:6379",
      "shop/db > dev/client:5978",
    ],
    denied: [
      "shop/web > shop/db:6379",
      "dev/client > shop/db:6379",
      "shop/api > shop/db:80",
      "shop/db > dev/client:80",
    ],
  },
];

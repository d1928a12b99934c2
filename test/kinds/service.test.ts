/** Cluster IPs and node ports: allocated, requested, kept and released. */
import { describe, expect, test } from "vitest";
import { serviceKind } from "../../src/kinds/core/service.ts";
import type { KindDefinition } from "../../src/kinds/kind.ts";
import type { Service, ServiceSpec } from "../../src/schema/index.ts";
import { contextOver, create, lines, update } from "./strategies.ts";

const kind = serviceKind as unknown as KindDefinition;

describe("addresses", () => {
  test("come from the range's dynamic part, and no two services share one", () => {
    const services: Service[] = [];
    for (let i = 0; i < 20; i++) services.push(service(`s-${i}`, { ports: [{ port: 80 }] }, services));
    const addresses = services.map(({ spec }) => spec.clusterIP ?? "");
    expect(new Set(addresses).size).toBe(20);
    for (const address of addresses) {
      const [, , third] = address.split(".").map(Number);
      expect(address).toMatch(/^10\.96\./);
      expect(third).toBeGreaterThan(0);
    }
  });

  test("that are taken or out of range are refused as in Kubernetes", () => {
    const holder = service("holder", { clusterIP: "10.96.0.10", ports: [{ port: 53 }] });
    const { errors } = attempt("other", { clusterIP: "10.96.0.10", ports: [{ port: 53 }] }, [holder]);
    expect(lines(errors)).toEqual([
      'spec.clusterIPs: Invalid value: ["10.96.0.10"]: failed to allocate IP 10.96.0.10: provided IP is already allocated',
    ]);
  });

  test("stay when an update leaves them out, and cannot be changed", () => {
    const before = service("web", { type: "NodePort", ports: [{ port: 80 }] });
    const replaced = update(serviceKind, before, (draft) => {
      draft.spec = { type: "NodePort", ports: [{ port: 80 }, { port: 81, name: "b" }] };
      draft.spec.ports![0]!.name = "a";
    });
    expect(replaced.errors).toEqual([]);
    expect(replaced.object.spec.clusterIP).toBe(before.spec.clusterIP);
    expect(replaced.object.spec.ports?.[0]?.nodePort).toBe(before.spec.ports?.[0]?.nodePort);
    expect(replaced.object.spec.ports?.[1]?.nodePort).toBeGreaterThanOrEqual(30_000);

    const moved = update(serviceKind, before, (draft) => {
      draft.spec.clusterIP = "10.96.99.99";
      draft.spec.clusterIPs = ["10.96.99.99"];
    });
    expect(lines(moved.errors)).toEqual([
      'spec.clusterIPs[0]: Invalid value: ["10.96.99.99"]: may not change once set',
    ]);
  });
});

describe("node ports", () => {
  test("that are taken are refused; two protocols may share one", () => {
    const holder = service("a", { type: "NodePort", ports: [{ port: 80, nodePort: 30_080 }] });
    const taken = attempt("b", { type: "NodePort", ports: [{ port: 80, nodePort: 30_080 }] }, [holder]);
    expect(lines(taken.errors)).toEqual([
      "spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated",
    ]);
    const udp = attempt("b", { type: "NodePort", ports: [{ port: 80, nodePort: 30_080, protocol: "UDP" }] }, [holder]);
    expect(udp.errors).toEqual([]);
  });

  test("are released with the type that needed them", () => {
    const before = service("web", { type: "NodePort", ports: [{ port: 80 }] });
    const { object, errors } = update(serviceKind, before, (draft) => {
      draft.spec.type = "ClusterIP";
    });
    expect(errors).toEqual([]);
    expect(object.spec.ports?.[0]).not.toHaveProperty("nodePort");
    expect(object.spec).not.toHaveProperty("externalTrafficPolicy");
    expect(object.spec.clusterIP).toBe(before.spec.clusterIP);
  });
});

test("a service of type ExternalName releases its address", () => {
  const before = service("web", { ports: [{ port: 80 }] });
  const { object, errors } = update(serviceKind, before, (draft) => {
    draft.spec.type = "ExternalName";
    draft.spec.externalName = "shop.example.com";
  });
  expect(errors).toEqual([]);
  expect(object.spec).not.toHaveProperty("clusterIP");
  expect(object.spec).not.toHaveProperty("ipFamilies");
});

type PartialSpec = Omit<ServiceSpec, "ports"> & { ports?: { port: number; [field: string]: unknown }[] };

function attempt(name: string, spec: PartialSpec, others: readonly Service[] = []) {
  return create(kind, { metadata: { name }, spec }, { namespace: "shop", context: contextOver(others) });
}

function service(name: string, spec: PartialSpec, others: readonly Service[] = []): Service {
  const { object, errors } = attempt(name, spec, others);
  expect(errors).toEqual([]);
  return object as unknown as Service;
}

describe("a Service is refused", () => {
  const port = [{ port: 80 }];
  test.each<[string, ServiceSpec, string[]]>([
    [
      "when only the list of addresses is set",
      { clusterIPs: ["10.96.0.9"], ports: port },
      ['spec.clusterIPs: Invalid value: ["10.96.0.9"]: must be empty when `clusterIP` is not specified'],
    ],
    [
      "for its addresses alone, whatever else is wrong",
      { clusterIP: "1.2.3.x", ports: [{ port: 0 }] },
      ['spec.clusterIPs[0]: Invalid value: "1.2.3.x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'],
    ],
    [
      "for an address that is out of range alone",
      { clusterIP: "1.2.3.4", ports: [{ port: 0 }] },
      [
        'spec.clusterIPs: Invalid value: ["1.2.3.4"]: failed to allocate IP 1.2.3.4: the provided network does not match the current range',
      ],
    ],
    [
      "when a family comes twice",
      { ipFamilies: ["IPv4", "IPv4"], ports: port },
      ['spec.ipFamilies[1]: Duplicate value: "IPv4"'],
    ],
    [
      "when it asks for two families",
      { ipFamilies: ["IPv4", "IPv6"], ports: port },
      [
        'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
        'spec.ipFamilies[1]: Invalid value: "IPv6": not configured on this cluster',
      ],
    ],
    [
      "when one stack has two families",
      { ipFamilies: ["IPv4", "IPv6"], ipFamilyPolicy: "SingleStack", ports: port },
      [
        "spec.ipFamilyPolicy: Invalid value: \"SingleStack\": must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified",
      ],
    ],
    [
      "when an address is of another family",
      { clusterIP: "fd00::1", ipFamilies: ["IPv4"], ports: port },
      ['spec.clusterIPs[0]: Invalid value: "fd00::1": expected an IPv4 value as indicated by `ipFamilies[0]`'],
    ],
    [
      "when the address' family is not configured",
      { clusterIP: "fd00::1", ports: port },
      ['spec.clusterIPs[0]: Invalid value: ["fd00::1"]: IPv6 is not configured on this cluster'],
    ],
    [
      "when external addresses cannot be reached",
      { externalIPs: ["127.0.0.1", "0.0.0.0", "169.254.1.1"], ports: port },
      [
        'spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
        'spec.externalIPs[1]: Invalid value: "0.0.0.0": may not be unspecified (0.0.0.0)',
        'spec.externalIPs[2]: Invalid value: "169.254.1.1": may not be in the link-local range (169.254.0.0/16, fe80::/10)',
      ],
    ],
    [
      "when names of classes and protocols are malformed",
      { type: "LoadBalancer", loadBalancerClass: "a b", ports: [{ port: 80, appProtocol: "" }] },
      [
        expect.stringMatching(/^spec.ports\[0\].appProtocol: Invalid value: "": name part must be non-empty/),
        expect.stringMatching(/^spec.ports\[0\].appProtocol: Invalid value: "": name part must consist/),
        expect.stringMatching(/^spec.loadBalancerClass: Invalid value: "a b": name part must consist/),
      ],
    ],
  ])("%s", (_, spec, problems) => {
    expect(lines(attempt("s", spec, []).errors)).toEqual(problems);
  });

  test("for annotations that contradict each other or the type", () => {
    const { errors } = create(kind, {
      kind: "Service",
      apiVersion: "v1",
      metadata: {
        name: "s",
        namespace: "default",
        annotations: {
          "service.kubernetes.io/topology-mode": "Auto",
          "service.kubernetes.io/topology-aware-hints": "disabled",
          "service.beta.kubernetes.io/load-balancer-source-ranges": "10.0.0.0/8, x",
        },
      },
      spec: { ports: port },
    });
    const ranges = "metadata.annotations[service.beta.kubernetes.io/load-balancer-source-ranges]";
    expect(lines(errors)).toEqual([
      'metadata.annotations[service.kubernetes.io/topology-mode]: Invalid value: "Auto": must match annotations[service.kubernetes.io/topology-aware-hints] when both are specified',
      `${ranges}: Forbidden: may only be used when \`type\` is 'LoadBalancer'`,
      `${ranges}: Invalid value: "x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)`,
    ]);
  });
});

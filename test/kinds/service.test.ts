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

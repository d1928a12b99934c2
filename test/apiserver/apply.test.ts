import { describe, expect, it } from "vitest";
import { CONFIG_MAPS, configMap, Server } from "./server.ts";

const APPLY = "application/apply-patch+yaml";

function apply(server: Server, data: Record<string, string>, manager: string, query = "") {
  return server.patch(`${CONFIG_MAPS}/cm?fieldManager=${manager}${query}`, configMap("cm", data), APPLY);
}

describe("server-side apply", () => {
  it("creates, then merges the fields of several managers", () => {
    const server = new Server();
    expect(apply(server, { a: "1", b: "2" }, "m1").status).toBe(201);
    const { revision } = server.tx;
    expect(apply(server, { a: "1", b: "2" }, "m1").status).toBe(200);
    expect(server.tx.revision).toBe(revision);
    expect(apply(server, { c: "3" }, "m2").body.data).toEqual({ a: "1", b: "2", c: "3" });
    expect(apply(server, { b: "2" }, "m1").body.data).toEqual({ b: "2", c: "3" });
  });

  it("names the owner of a conflicting field, unless it is forced", () => {
    const server = new Server();
    apply(server, { a: "1", b: "2" }, "m1");
    expect(apply(server, { a: "9", b: "8" }, "m2").body).toMatchObject({
      code: 409,
      reason: "Conflict",
      message: 'Apply failed with 2 conflicts: conflicts with "m1":\n- .data.a\n- .data.b',
      details: { causes: [{ reason: "FieldManagerConflict", message: 'conflict with "m1"', field: ".data.a" }, {}] },
    });
    const forced = apply(server, { a: "9" }, "m2", "&force=true");
    expect(forced.body.data).toEqual({ a: "9", b: "2" });
    const managers = forced.body.metadata.managedFields.map((entry: { manager: string }) => entry.manager);
    expect(managers.sort()).toEqual(["m1", "m2"]);
  });

  it("refuses a body that is not an apply configuration", () => {
    const server = new Server();
    const target = `${CONFIG_MAPS}/cm`;
    const unnamed = server.patch(target, configMap("cm"), APPLY);
    expect(unnamed.body.message).toBe(
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    );
    const odd = { ...configMap("cm"), spec: { replica: 2 } };
    expect(server.patch(`${target}?fieldManager=m`, odd, APPLY).body).toMatchObject({
      code: 500,
      message: "failed to create typed patch object (/cm; /v1, Kind=ConfigMap): .spec: field not declared in schema",
    });
    expect(server.patch(`${target}?fieldManager=m`, { metadata: { name: "cm" } }, APPLY).body.message).toBe(
      "invalid object type: /, Kind=",
    );
    const tooLong = "m".repeat(129);
    expect(server.patch(`${target}?fieldManager=${tooLong}`, configMap("cm"), APPLY).body.message).toBe(
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Too long: may not be more than 128 bytes',
    );
  });
});

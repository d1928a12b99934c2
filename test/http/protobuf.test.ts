/** Protobuf bodies reach the API server as bytes, in chunks of any size. */
import { expect, test } from "vitest";
import { encodeProtobuf } from "../support/protobuf-encoder.ts";
import { TestSandbar } from "./sandbar.ts";

const TYPE = "application/vnd.kubernetes.protobuf";

async function sandbarWithCluster() {
  const sandbar = new TestSandbar();
  const key = await sandbar.organization();
  const id = await sandbar.cluster(key, { seed: "seed" });
  const token = await sandbar.adminOf(key, id);
  const app = sandbar.newIsolate();
  const post = (resource: string, body: BodyInit, contentType = TYPE) =>
    app.request(
      new Request(`https://sandbar.test/clusters/${id}${resource}`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": contentType },
        body,
        ...({ duplex: "half" } as object),
      }),
    );
  return { sandbar, post };
}

/** Chunks of one byte, so that no multi-byte character is in one chunk. */
function bytewise(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at < bytes.length) controller.enqueue(bytes.slice(at, ++at));
      else controller.close();
    },
  });
}

test.each([TYPE, `${TYPE}; charset=utf-8`, TYPE.toUpperCase()])(
  "%s: an object with texts and bytes of every kind",
  async (type) => {
    const { post } = await sandbarWithCluster();
    const data = { a: "AP+A/8Of", "b.c": "" };
    const secret = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "s", annotations: { x: "é😀" } },
      type: "Opaque",
      data,
    };
    const response = await post("/api/v1/namespaces/default/secrets", bytewise(encodeProtobuf(secret)), type);
    const created = (await response.json()) as { data: object; metadata: { annotations: object } };
    expect([response.status, created.data, created.metadata.annotations]).toEqual([201, data, { x: "é😀" }]);
  },
);

test("a definition, as the typed Go client sends it", async () => {
  const { post } = await sandbarWithCluster();
  const schema = { type: "object", properties: { spec: { type: "object", additionalProperties: true } } };
  const definition = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "widgets.example.com" },
    spec: {
      group: "example.com",
      names: { plural: "widgets", kind: "Widget" },
      scope: "Namespaced",
      versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: schema } }],
    },
  };
  const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  const response = await post(path, bytewise(encodeProtobuf(definition)));
  const created = (await response.json()) as typeof definition;
  expect([response.status, created.spec.versions[0]?.schema.openAPIV3Schema]).toEqual([201, schema]);
});

test("an invalid message is refused", async () => {
  const { post } = await sandbarWithCluster();
  const response = await post("/api/v1/namespaces/default/secrets", new Uint8Array([0xff, 0xfe, 0x00]));
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    message: "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]",
  });
});

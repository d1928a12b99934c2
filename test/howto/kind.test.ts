/** Follows ARCHITECTURE.md's "How to add a kind" in a scratch copy: one file and one line of the registry. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { Scratch } from "./scratch.ts";

/** A kind that is only stored. Its group is new, its fields are those of a type that the schema knows. */
const KIND = `
import type { ConfigMap } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, nameColumn } from "../printing/columns.ts";
import { EVERY_VERB } from "../verbs.ts";

export const noticeKind: KindDefinition<ConfigMap> = {
  group: "howto.k8s.io",
  version: "v1",
  kind: "Notice",
  plural: "notices",
  singular: "notice",
  shortNames: ["nt"],
  namespaced: true,
  schema: "io.k8s.api.core.v1.ConfigMap",
  verbs: EVERY_VERB,
  columns: [nameColumn, ageColumn],
};
`;

const REQUESTS = `
import { Server } from "./apiserver/server.ts";

const server = new Server();
const notices = "/apis/howto.k8s.io/v1/namespaces/default/notices";
const object = { apiVersion: "howto.k8s.io/v1", kind: "Notice", metadata: { name: "first" }, data: { text: "a" } };
const watch = server.watch(notices + "?watch=true");
const answers = {
  groups: server.get("/apis").body.groups.map(({ name }) => name),
  resources: server.get("/apis/howto.k8s.io/v1").body.resources,
  created: server.post(notices, object),
  read: server.get(notices + "/first"),
  listed: server.get(notices),
  table: server.get(notices, { accept: "application/json;as=Table;g=meta.k8s.io;v=v1" }),
  patched: server.patch(notices + "/first", { data: { text: "b" } }),
  unknownField: server.post(notices + "?fieldValidation=Strict", { ...object, metadata: { name: "second" }, other: 1 }),
  deleted: server.delete(notices + "/first"),
  gone: server.get(notices + "/first"),
  watched: server.seen(watch).map(({ type, object }) => [type, object.metadata.name]),
};
console.log(JSON.stringify(answers));
`;

let scratch: Scratch;

beforeAll(async () => {
  scratch = await Scratch.create("test/apiserver/server.ts");
});
afterAll(() => scratch?.remove());

test("a kind is one file and one line: discovery, storage, tables and watches follow", async () => {
  await scratch.write("src/kinds/howto/notice.ts", KIND);
  await scratch.register({
    registry: "src/kinds/registry.ts",
    list: "kinds",
    name: "noticeKind",
    from: "./howto/notice.ts",
  });

  const answers = await scratch.run(REQUESTS);

  expect(answers).toMatchObject({
    groups: expect.arrayContaining(["howto.k8s.io"]),
    resources: [{ name: "notices", singularName: "notice", kind: "Notice", namespaced: true, shortNames: ["nt"] }],
    created: { status: 201, body: { apiVersion: "howto.k8s.io/v1", kind: "Notice", data: { text: "a" } } },
    read: { status: 200, body: { metadata: { name: "first", uid: expect.any(String) }, data: { text: "a" } } },
    listed: { status: 200, body: { kind: "NoticeList", items: [{ metadata: { name: "first" } }] } },
    table: { status: 200, body: { kind: "Table", rows: [{ cells: ["first", "0s"] }] } },
    patched: { status: 200, body: { data: { text: "b" } } },
    unknownField: { status: 400, body: { message: expect.stringContaining('unknown field "other"') } },
    deleted: { status: 200 },
    gone: { status: 404, body: { message: 'notices.howto.k8s.io "first" not found' } },
    watched: [
      ["ADDED", "first"],
      ["MODIFIED", "first"],
      ["DELETED", "first"],
    ],
  });
});

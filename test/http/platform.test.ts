/** The platform's API as a learning platform uses it. */
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { ADMIN_TOKEN, CA, TestSandbar } from "./sandbar.ts";

describe("organizations and API keys", () => {
  test("the operator creates an organization and gets its first key once", async () => {
    const sandbar = new TestSandbar();

    const { status, body, headers } = await sandbar.call("/v1/organizations", {
      method: "POST",
      token: ADMIN_TOKEN,
      body: { name: "School" },
    });

    expect(status).toBe(201);
    expect(body).toMatchObject({ name: "School", id: expect.stringMatching(/^org-/) });
    expect(body.apiKey.key).toMatch(/^sbk_[A-Za-z0-9]{43}$/);
    expect(headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    const keys = await sandbar.call("/v1/api-keys", { token: body.apiKey.key });
    expect(keys.body.items).toEqual([{ ...body.apiKey, key: undefined }].map(({ key: _key, ...rest }) => rest));
    const organization = await sandbar.call("/v1/organization", { token: body.apiKey.key });
    expect(organization.body).toEqual({ id: body.id, name: "School", createdAt: body.createdAt });
  });

  test("keys are added and revoked at once", async () => {
    const sandbar = new TestSandbar();
    const first = await sandbar.organization();
    const { body: second } = await sandbar.call("/v1/api-keys", { method: "POST", token: first, body: { name: "ci" } });
    expect((await sandbar.call("/v1/clusters", { token: second.key })).status).toBe(200);

    const gone = await sandbar.call(`/v1/api-keys/${second.id}`, { method: "DELETE", token: first });

    expect(gone.status).toBe(204);
    expect((await sandbar.call("/v1/clusters", { token: second.key })).status).toBe(401);
    expect((await sandbar.call(`/v1/api-keys/${second.id}`, { method: "DELETE", token: first })).status).toBe(404);
  });
});

test("the last API key of an organization is kept", async () => {
  const sandbar = new TestSandbar();
  const key = await sandbar.organization();
  const { body } = await sandbar.call("/v1/api-keys", { token: key });
  const kept = await sandbar.call(`/v1/api-keys/${body.items[0].id}`, { method: "DELETE", token: key });
  expect([kept.status, kept.body.code]).toEqual([409, "last_api_key"]);
  expect((await sandbar.call("/v1/clusters", { token: key })).status).toBe(200);
});

describe("clusters", () => {
  test("a cluster is ready when its creation is answered, with the requested number of nodes", async () => {
    const sandbar = new TestSandbar();
    const key = await sandbar.organization();

    const { status, body } = await sandbar.call("/v1/clusters", {
      method: "POST",
      token: key,
      body: {
        name: "Exercise 1",
        labels: { course: "k8s-101" },
        nodes: [{ name: "big", capacity: { cpu: "32" }, labels: { disk: "ssd" } }, {}],
        latency: "instant",
      },
    });

    expect(status).toBe(201);
    expect(body).toMatchObject({ name: "Exercise 1", labels: { course: "k8s-101" }, nodes: 2, latency: "instant" });
    expect(body.server).toBe(`https://sandbar.test/clusters/${body.id}`);
    const token = await sandbar.adminOf(key, body.id);
    const nodes = await sandbar.call(`/clusters/${body.id}/api/v1/nodes`, { token });
    expect(nodes.body.items.map((node: { metadata: { name: string } }) => node.metadata.name)).toEqual([
      "big",
      "node-2",
    ]);
    expect((await sandbar.call(`/v1/clusters/${body.id}`, { token: key })).body).toEqual(body);
  });

  test("clusters are listed in pages and by label", async () => {
    const sandbar = new TestSandbar();
    const key = await sandbar.organization();
    const ids = [];
    for (let i = 0; i < 5; i++) {
      ids.push(await sandbar.cluster(key, { nodes: 1, labels: { cohort: i % 2 === 0 ? "a" : "b" } }));
    }

    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page = await sandbar.call(`/v1/clusters?limit=2${cursor && `&cursor=${cursor}`}`, { token: key });
      expect(page.body.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.body.items.map(({ id }: { id: string }) => id));
      cursor = page.body.nextCursor;
    }
    expect(seen).toEqual(ids.toSorted());
    const some = await sandbar.call("/v1/clusters?labelSelector=cohort!%3Da", { token: key });
    expect(some.body.items.map(({ id }: { id: string }) => id)).toEqual([ids[1], ids[3]].toSorted());
  });

  test("API keys and credentials come in pages; a foreign cursor is refused", async () => {
    const sandbar = new TestSandbar();
    const key = await sandbar.organization();
    const id = await sandbar.cluster(key);
    for (const user of ["anna", "ben", "cleo"]) {
      await sandbar.call(`/v1/clusters/${id}/credentials`, { method: "POST", token: key, body: { user } });
      await sandbar.call("/v1/api-keys", { method: "POST", token: key, body: { name: user } });
    }
    for (const [path, field, first] of [
      [`/v1/clusters/${id}/credentials`, "user", []],
      ["/v1/api-keys", "name", ["first key"]],
    ] as const) {
      const seen: string[] = [];
      let cursor: string | null = "";
      while (cursor !== null) {
        const page = await sandbar.call(`${path}?limit=2${cursor && `&cursor=${cursor}`}`, { token: key });
        expect(page.body.items.length).toBeLessThanOrEqual(2);
        seen.push(...page.body.items.map((item: Record<string, string>) => item[field]));
        cursor = page.body.nextCursor;
      }
      expect(seen.toSorted()).toEqual([...first, "anna", "ben", "cleo"].toSorted());
      expect(new Set(seen).size).toBe(seen.length);
      for (const foreign of ["x", btoa("c1"), btoa("1:A B"), "%25"]) {
        const reply = await sandbar.call(`${path}?cursor=${foreign}`, { token: key });
        expect([reply.status, reply.body.code]).toEqual([400, "invalid_parameter"]);
      }
      expect((await sandbar.call(`${path}?limit=501`, { token: key })).status).toBe(400);
    }
  });

  test("a kubeconfig is complete and opens its cluster only", async () => {
    const sandbar = new TestSandbar();
    const key = await sandbar.organization();
    const [one, two] = [await sandbar.cluster(key), await sandbar.cluster(key)];

    const { text, headers } = await sandbar.call(`/v1/clusters/${one}/kubeconfig`, { token: key });

    expect(headers.get("content-type")).toBe("application/yaml");
    const config = parse(text);
    expect(config["current-context"]).toBe(config.contexts[0].name);
    expect(config.clusters[0].cluster).toEqual({
      server: `https://sandbar.test/clusters/${one}`,
      "certificate-authority-data": btoa(CA),
    });
    const { token } = config.users[0].user;
    expect((await sandbar.call(`/clusters/${one}/api/v1/namespaces/default`, { token })).status).toBe(200);
    // The same at the root, for clients that drop the path.
    expect((await sandbar.call("/api/v1/namespaces/default", { token })).status).toBe(200);
    expect((await sandbar.call(`/clusters/${two}/api/v1/namespaces/default`, { token })).status).toBe(401);
  });

  test("a deleted cluster is not found, and its credentials open nothing", async () => {
    const sandbar = new TestSandbar();
    const key = await sandbar.organization();
    const id = await sandbar.cluster(key);
    const token = await sandbar.adminOf(key, id);

    expect((await sandbar.call(`/v1/clusters/${id}`, { method: "DELETE", token: key })).status).toBe(204);

    expect((await sandbar.call(`/v1/clusters/${id}`, { token: key })).status).toBe(404);
    expect((await sandbar.call(`/clusters/${id}/api/v1/pods`, { token })).status).toBe(401);
    expect((await sandbar.call(`/v1/clusters/${id}`, { method: "DELETE", token: key })).status).toBe(404);
  });
});

describe("credentials", () => {
  test("a credential is a user of the cluster, with the permissions of its groups", async () => {
    const sandbar = new TestSandbar();
    const key = await sandbar.organization();
    const id = await sandbar.cluster(key);

    const { status, body } = await sandbar.call(`/v1/clusters/${id}/credentials`, {
      method: "POST",
      token: key,
      body: { user: "jane", groups: ["developers"] },
    });

    expect(status).toBe(201);
    expect(body.token).toMatch(new RegExp(`^sbx_${id}_[A-Za-z0-9]{43}$`));
    expect(parse(body.kubeconfig).users[0].user.token).toBe(body.token);
    const pods = await sandbar.call(`/clusters/${id}/api/v1/namespaces/default/pods`, { token: body.token });
    expect(pods.status).toBe(403);
    expect(pods.body.message).toBe(
      'pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "default"',
    );
    const listed = await sandbar.call(`/v1/clusters/${id}/credentials`, { token: key });
    const { token: _token, kubeconfig: _kubeconfig, ...shown } = body;
    expect(listed.body.items).toEqual([shown]);
  });

  test("revocation and expiry are effective at once", async () => {
    const sandbar = new TestSandbar();
    const key = await sandbar.organization();
    const id = await sandbar.cluster(key);
    const credential = async (more: object) => {
      const body = { user: "ada", groups: ["system:masters"], ...more };
      return (await sandbar.call(`/v1/clusters/${id}/credentials`, { method: "POST", token: key, body })).body;
    };
    const revoked = await credential({});
    const expiring = await credential({ expiresAt: new Date(sandbar.clock.now() + 60_000).toISOString() });
    const status = async (token: string) => (await sandbar.call(`/clusters/${id}/api/v1/pods`, { token })).status;
    expect([await status(revoked.token), await status(expiring.token)]).toEqual([200, 200]);

    const path = `/v1/clusters/${id}/credentials/${revoked.id}`;
    expect((await sandbar.call(path, { method: "DELETE", token: key })).status).toBe(204);
    expect([await status(revoked.token), await status(expiring.token)]).toEqual([401, 200]);
    await sandbar.clock.pass(60_000);
    expect(await status(expiring.token)).toBe(401);
  });
});

describe("retried creations (Idempotency-Key)", () => {
  const headers = { "idempotency-key": "first try" };

  test("a retry has the first answer, including the secret, and creates nothing", async () => {
    const sandbar = new TestSandbar();
    const create = { method: "POST", token: ADMIN_TOKEN, headers, body: { name: "School" } };
    const first = await sandbar.call("/v1/organizations", create);
    const again = await sandbar.call("/v1/organizations", create);
    expect(again.body).toEqual(first.body);

    const key = first.body.apiKey.key;
    const cluster = { method: "POST", token: key, headers, body: { name: "one" } };
    const ids = [await sandbar.call("/v1/clusters", cluster), await sandbar.call("/v1/clusters", cluster)];
    expect(ids[0]!.body).toEqual(ids[1]!.body);
    expect((await sandbar.call("/v1/clusters", { token: key })).body.items).toHaveLength(1);

    const path = `/v1/clusters/${ids[0]!.body.id}/credentials`;
    const credential = { method: "POST", token: key, headers: { "idempotency-key": "c" }, body: { user: "ada" } };
    const one = await sandbar.call(path, credential);
    const two = await sandbar.call(path, credential);
    expect(two.body.token).toBe(one.body.token);
    expect(two.body.id).toBe(one.body.id);
  });

  test("a retry after the deletion is refused, and creates nothing", async () => {
    const sandbar = new TestSandbar();
    const key = await sandbar.organization();
    const create = { method: "POST", token: key, headers, body: { name: "one" } };
    const { body } = await sandbar.call("/v1/clusters", create);
    await sandbar.call(`/v1/clusters/${body.id}`, { method: "DELETE", token: key });
    const again = await sandbar.call("/v1/clusters", create);
    expect([again.status, again.body.code]).toEqual([410, "gone"]);
    expect(again.body.detail).toContain(body.id);
    expect((await sandbar.call("/v1/clusters", { token: key })).body.items).toEqual([]);
  });

  test("the same key for another request is refused", async () => {
    const sandbar = new TestSandbar();
    const key = await sandbar.organization();
    await sandbar.call("/v1/clusters", { method: "POST", token: key, headers, body: { name: "one" } });
    const other = await sandbar.call("/v1/clusters", { method: "POST", token: key, headers, body: { name: "two" } });
    expect(other.status).toBe(422);
  });

  test("no stored row holds a secret", async () => {
    const stored: string[] = [];
    const sandbar = new TestSandbar((stores) => ({
      ...stores,
      organization: (keyHash) => {
        const store = stores.organization(keyHash);
        return {
          ...store,
          createCredential(...parameters) {
            stored.push(JSON.stringify(parameters));
            return store.createCredential(...parameters);
          },
          createApiKey(...parameters) {
            stored.push(JSON.stringify(parameters));
            return store.createApiKey(...parameters);
          },
        };
      },
    }));
    const key = await sandbar.organization();
    const id = await sandbar.cluster(key);
    const post = { method: "POST", token: key, headers };
    const credential = await sandbar.call(`/v1/clusters/${id}/credentials`, { ...post, body: { user: "ada" } });
    const second = await sandbar.call("/v1/api-keys", {
      ...post,
      headers: { "idempotency-key": "k" },
      body: { name: "x" },
    });

    expect(stored).toHaveLength(2);
    const secretOf = (text: string) => text.slice(-30);
    expect(stored.join()).not.toContain(secretOf(credential.body.token));
    expect(stored.join()).not.toContain(secretOf(second.body.key));
  });
});

test("health says whether the database answers, without a key", async () => {
  expect((await new TestSandbar().call("/v1/health")).body).toEqual({ status: "ok", database: true });
  const away = new TestSandbar((stores) => ({ ...stores, ping: async () => false }));
  const { status, body } = await away.call("/v1/health");
  expect([status, body]).toEqual([503, { status: "unavailable", database: false }]);
});

test("the document of the API names every endpoint", async () => {
  const { body } = await new TestSandbar().call("/v1/openapi.json");
  expect(body.openapi).toBe("3.1.0");
  const operations = Object.values(body.paths as Record<string, Record<string, { operationId: string }>>)
    .flatMap((path) => Object.values(path).map(({ operationId }) => operationId))
    .sort();
  expect(operations).toEqual(
    expect.arrayContaining([
      "advanceCluster",
      "beginFault",
      "checkCluster",
      "createApiKey",
      "createCluster",
      "createCredential",
      "createOrganization",
      "deleteApiKey",
      "deleteCluster",
      "endFault",
      "getCluster",
      "getHealth",
      "getKubeconfig",
      "getOrganization",
      "listApiKeys",
      "listClusters",
      "listCredentials",
      "listFaults",
      "queryClusters",
      "revokeCredential",
    ]),
  );
  expect(new Set(operations).size).toBe(operations.length);
});

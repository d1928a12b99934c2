/** The organization and the cluster of a first start, created through the HTTP API, as a platform creates them. */
import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { z } from "zod";
import type { ApiClient } from "./client.ts";
import { type Credentials, type Home, writeCredentials } from "./home.ts";
import { writePrivateFile } from "./private-files.ts";

const CreatedOrganization = z.object({ apiKey: z.object({ key: z.string() }) });
const CreatedCluster = z.object({ id: z.string() });
const Kubeconfig = z.object({
  clusters: z.array(z.object({ cluster: z.object({ server: z.string() }) })).min(1),
  users: z.array(z.object({ user: z.object({ token: z.string() }) })).min(1),
});

/**
 * Creates organization, cluster and kubeconfig where they are missing or do not work. Returns the complete
 * credentials.
 */
export async function ensureDemo(client: ApiClient, home: Home, known: Credentials): Promise<Required<Credentials>> {
  const organization = await ensureOrganization(client, home, known);
  const complete = await ensureCluster(client, home, organization);
  await ensureKubeconfig(client, home, complete);
  return complete;
}

async function ensureOrganization(
  client: ApiClient,
  home: Home,
  known: Credentials,
): Promise<Credentials & { apiKey: string }> {
  if (known.apiKey !== undefined) {
    const { status } = await client.call("/v1/clusters?limit=1", { token: known.apiKey });
    if (status === 200) return { ...known, apiKey: known.apiKey };
  }
  const answer = await client.expectOk("/v1/organizations", {
    method: "POST",
    token: known.adminToken,
    body: { name: "demo" },
  });
  const { apiKey } = CreatedOrganization.parse(JSON.parse(answer));
  const credentials = { ...known, apiKey: apiKey.key, clusterId: undefined };
  await writeCredentials(home, credentials);
  return credentials;
}

async function ensureCluster(
  client: ApiClient,
  home: Home,
  known: Credentials & { apiKey: string },
): Promise<Required<Credentials>> {
  if (known.clusterId !== undefined) {
    const { status } = await client.call(`/v1/clusters/${known.clusterId}`, { token: known.apiKey });
    if (status === 200) return { ...known, clusterId: known.clusterId };
  }
  const answer = await client.expectOk("/v1/clusters", { method: "POST", token: known.apiKey, body: { name: "demo" } });
  const credentials = { ...known, clusterId: CreatedCluster.parse(JSON.parse(answer)).id };
  await writeCredentials(home, credentials);
  return credentials;
}

/** A file that still works is kept: `kubectl config` may have set a namespace in it. */
async function ensureKubeconfig(
  client: ApiClient,
  home: Home,
  { apiKey, clusterId }: Required<Credentials>,
): Promise<void> {
  const stored = await readFile(home.kubeconfigPath, "utf8").catch(() => null);
  if (stored !== null && (await works(client, stored, clusterId))) return;
  const text = await client.expectOk(`/v1/clusters/${clusterId}/kubeconfig`, { token: apiKey });
  Kubeconfig.parse(parse(text));
  await writePrivateFile(home.kubeconfigPath, text);
}

async function works(client: ApiClient, kubeconfig: string, clusterId: string): Promise<boolean> {
  const parsed = Kubeconfig.safeParse(parse(kubeconfig));
  const server = parsed.data?.clusters[0]?.cluster.server;
  const token = parsed.data?.users[0]?.user.token;
  if (server !== `${client.url}/clusters/${clusterId}` || token === undefined) return false;
  const { status } = await client.call(`/clusters/${clusterId}/api/v1/namespaces/default`, { token });
  return status === 200;
}

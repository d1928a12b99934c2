/** The initial cluster of every run: a fresh one with another namespace and the recorded examples. */
import { FuzzCluster, type FuzzRequest } from "./cluster.ts";
import { discoveredRoutes } from "./requests.ts";
import { examples } from "./vocabulary.ts";

let peopled: FuzzCluster | undefined;

/** Made once; take a `copy`. Throws if any of the requests that make it already has a problem. */
export function peopledCluster(): FuzzCluster {
  if (peopled) return peopled;
  const cluster = new FuzzCluster();
  // Twice: resources that the first round defines have routes in the second.
  for (let round = 0; round < 2; round++) {
    for (const request of population(cluster)) {
      const { problems } = cluster.send(request);
      if (problems.length > 0) throw new Error(`${problems.join("\n")}\n${JSON.stringify(request)}`);
    }
  }
  peopled = cluster;
  return cluster;
}

function population(cluster: FuzzCluster): FuzzRequest[] {
  const namespaces = ["other", "gone"].map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } }));
  const post = (target: string, body: unknown) => ({ method: "POST", target, body: JSON.stringify(body) });
  const routes = new Map(
    discoveredRoutes(cluster).map((route) => [`${route.group}/${route.version}/${route.name}`, route]),
  );
  const recorded = examples.flatMap(({ resource, input }, i) => {
    const route = routes.get(resource);
    if (!route) return [];
    const { group, version, name, namespaced } = route;
    const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
    const place = namespaced ? `/namespaces/${i % 2 ? "default" : "other"}` : "";
    return [post(`${root}${place}/${name}`, input)];
  });
  // The first token creates the cluster's key, so that no later request does.
  const token = post("/api/v1/namespaces/default/serviceaccounts/default/token", {});
  return [...namespaces.map((namespace) => post("/api/v1/namespaces", namespace)), token, ...recorded];
}

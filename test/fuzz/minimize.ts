/** Shortens a finding: removes unnecessary requests, one by one. */
import type { FuzzCluster, FuzzRequest } from "./cluster.ts";

/** The shortest list of requests found that still ends in a problem, with that problem, as text. */
export function shortest(story: readonly FuzzRequest[], problems: readonly string[], start: FuzzCluster): string {
  let requests = [...story];
  let found = problems;
  for (let i = requests.length - 2; i >= 0; i--) {
    const fewer = requests.toSpliced(i, 1);
    const still = problemsOf(fewer, start);
    if (still.length === 0) continue;
    requests = fewer;
    found = still;
  }
  return `${found.join("\n")}\n${requests.map((request) => JSON.stringify(request)).join(",\n")}`;
}

/** The problem that the requests cause in a cluster with the state of `start`; undefined if there is none. */
export function problemsOf(requests: readonly FuzzRequest[], start: FuzzCluster): string[] {
  const cluster = start.cached();
  for (const request of requests) {
    const { problems } = cluster.send(request);
    if (problems.length > 0) return problems;
  }
  return [];
}

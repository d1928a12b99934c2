/** The API server as a program in a pod finds it: by variables, with the token of its ServiceAccount. */
import { bytesOfText } from "../../lib/bytes.ts";
import type { Target } from "../kubectl/core/config.ts";
import type { Session } from "../kubectl/core/session.ts";
import { contentOf } from "../servers/server.ts";

const ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/** Undefined outside of a cluster, or without a token. */
export function podTarget(session: Session, agent: string): Target | undefined {
  const [host, port] = [session.env("KUBERNETES_SERVICE_HOST"), session.env("KUBERNETES_SERVICE_PORT")];
  const read = (name: string) => contentOf(session.process, `${ACCOUNT}/${name}`);
  const token = read("token");
  if (!host || !port || token === undefined) return undefined;
  return {
    ...{ scheme: "https", host, port: Number(port), basePath: "", agent, isInCluster: true },
    ...{ token: bytesOfText(token.trim()), trusts: read("ca.crt"), namespace: read("namespace")?.trim() ?? "default" },
    impersonate: { user: "", groups: [] },
  };
}

/** The caller of a request, from the store's answer and the credential that the request carries. */
import type { RequestCaller, User } from "../apiserver/request.ts";
import { unreachable } from "../lib/assert.ts";
import type { Caller } from "../storage/store.ts";

/** The credential with which a client authenticates. */
export type ShownSecret =
  /** The secret that the access was made of. */
  | { type: "secret" }
  /** A token of a ServiceAccount; the access was made of the id of its signing key. */
  | { type: "serviceAccountToken"; token: string };

/** The user as which the platform acts in the clusters of its organization. */
const PLATFORM_USER: User = { name: "kubernetes-admin", groups: ["system:masters", "system:authenticated"] };

/** The user of requests without a credential. */
export const ANONYMOUS: RequestCaller = {
  type: "user",
  user: { name: "system:anonymous", groups: ["system:unauthenticated"] },
};

/**
 * The caller of a request whose secret fits the store's answer. A signing key opens nothing without a token, and a
 * token opens nothing without its signing key. Null: unauthorized.
 */
export function requestCaller(caller: Caller, shown: ShownSecret): RequestCaller | null {
  switch (caller.type) {
    case "platform":
      return shown.type === "secret" ? { type: "user", user: PLATFORM_USER } : null;
    case "user": {
      const groups = [...new Set([...caller.groups, "system:authenticated"])];
      // Kubernetes: the uid column of token files. A user with a new credential has a new uid.
      const user = { name: caller.user, uid: caller.credentialId, groups };
      return shown.type === "secret" ? { type: "user", user } : null;
    }
    case "issuer":
      return shown.type === "serviceAccountToken" ? { type: "bearer", token: shown.token } : null;
    default:
      return unreachable(caller, "a caller");
  }
}

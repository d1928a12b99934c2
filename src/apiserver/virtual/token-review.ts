/** TokenReview: another server asks for the user of a token. */
import { API_AUDIENCES, verifyToken } from "../../cluster/issuer/service-account-tokens.ts";
import { inOrder } from "../../kinds/codec.ts";
import { ApiError } from "../../lib/api-error.ts";
import { parseToken } from "../../lib/signing/jwt.ts";
import type { TokenReview, TokenReviewStatus } from "../../schema/index.ts";
import { applyStructDefaults } from "../../schema/index.ts";
import type { KubernetesObject } from "../../schema/types.ts";
import { identityNeeded } from "../needs.ts";
import { userInfo } from "./authentication.ts";
import { withManagers } from "./managed-fields.ts";
import type { VirtualContext, VirtualKind } from "./virtual-kind.ts";

const SCHEMA = "io.k8s.api.authentication.v1.TokenReview";

export const tokenReview: VirtualKind = {
  group: "authentication.k8s.io",
  version: "v1",
  namespaced: false,
  verbs: ["create"],
  isRead: true,
  kind: "TokenReview",
  plural: "tokenreviews",
  singular: "tokenreview",
  schema: SCHEMA,

  create(context, object) {
    const { token, audiences } = (object as KubernetesObject & TokenReview).spec ?? {};
    if (!token) throw new ApiError("BadRequest", "token is required for TokenReview in authentication");
    const status = tokenStatusOf(context, token, audiences?.length ? audiences : API_AUDIENCES);
    return inOrder(applyStructDefaults(SCHEMA, { ...withManagers(context, SCHEMA, object), status }));
  },
};

function tokenStatusOf(context: VirtualContext, token: string, audiences: readonly string[]): TokenReviewStatus {
  if (!parseToken(token)) return credentialStatus(context, token, audiences);
  const verdict = verifyToken(context.tx, token, audiences);
  if ("error" in verdict) return refused(verdict.error ?? undefined);
  return { authenticated: true, user: userInfo(verdict.user), audiences: [...verdict.audiences] };
}

/** A cluster's credentials are valid for the audiences of its own API only. */
function credentialStatus(
  { provided }: VirtualContext,
  token: string,
  audiences: readonly string[],
): TokenReviewStatus {
  const user = identityNeeded(provided, token);
  const shared = audiences.filter((audience) => API_AUDIENCES.includes(audience));
  if (!user || shared.length === 0) return refused();
  return { authenticated: true, user: userInfo(user), audiences: shared };
}

function refused(error = "invalid bearer token"): TokenReviewStatus {
  return { user: {}, error };
}

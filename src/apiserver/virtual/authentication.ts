/** `kubectl auth whoami`, and reviews of tokens. */
import { formatTime } from "../../lib/time.ts";
import type { User } from "../request.ts";
import type { VirtualKind } from "./virtual-kind.ts";

const shared = {
  group: "authentication.k8s.io",
  version: "v1",
  namespaced: false,
  verbs: ["create"],
  isRead: true,
} satisfies Partial<VirtualKind>;

export const selfSubjectReview: VirtualKind = {
  ...shared,
  kind: "SelfSubjectReview",
  plural: "selfsubjectreviews",
  singular: "selfsubjectreview",
  schema: "io.k8s.api.authentication.v1.SelfSubjectReview",

  create: ({ tx, user }, object) => ({
    kind: object.kind,
    apiVersion: object.apiVersion,
    metadata: { creationTimestamp: formatTime(tx.nowMs) },
    status: { userInfo: userInfo(user) },
  }),
};

function userInfo({ name, uid, groups, extra }: User) {
  return { username: name, ...(uid && { uid }), groups, ...(extra && { extra }) };
}

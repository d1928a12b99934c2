/** `kubectl auth whoami`. */
import { formatTime } from "../../lib/time.ts";
import type { UserInfo } from "../../schema/index.ts";
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

/** A user as reviews show it. Empty fields are omitted. */
export function userInfo({ name, uid, groups, extra }: User): UserInfo {
  return {
    username: name,
    ...(uid && { uid }),
    ...(groups.length > 0 && { groups: [...groups] }),
    ...(extra && { extra: Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, [...values]])) }),
  };
}

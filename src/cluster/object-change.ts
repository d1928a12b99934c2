import type { ObjectKey } from "../kinds/kind.ts";
import type { KubernetesObject } from "../schema/types.ts";

/** One object's change within one instant. `before` is absent for creations, `after` for removals. */
export interface ObjectChange {
  key: ObjectKey;
  before: KubernetesObject | undefined;
  after: KubernetesObject | undefined;
}

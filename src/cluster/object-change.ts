import type { ObjectKey } from "../kinds/kind.ts";
import type { KubernetesObject } from "../schema/types.ts";
import type { LoggedChange } from "./recent-log.ts";

/** One object's change within one instant. `before` is absent for creations, `after` for removals. */
export interface ObjectChange {
  key: ObjectKey;
  before: KubernetesObject | undefined;
  after: KubernetesObject | undefined;
}

/** A change that has its revision. */
export interface RecordedChange extends ObjectChange {
  logged: LoggedChange;
}

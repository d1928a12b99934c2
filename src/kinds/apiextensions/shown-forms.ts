/**
 * Stored objects in the form of one version, computed once for each state. An object that was written in this instant
 * gets its resourceVersion in place at the end of the instant, so a form is good for one resourceVersion only.
 */
import type { KubernetesObject } from "../../schema/types.ts";

interface Form {
  resourceVersion: string | undefined;
  object: KubernetesObject;
}

export class ShownForms {
  readonly #forms = new WeakMap<KubernetesObject, Form>();

  get(stored: KubernetesObject): KubernetesObject | undefined {
    const form = this.#forms.get(stored);
    return form?.resourceVersion === stored.metadata.resourceVersion ? form?.object : undefined;
  }

  set(stored: KubernetesObject, object: KubernetesObject): void {
    this.#forms.set(stored, { resourceVersion: stored.metadata.resourceVersion, object });
  }
}

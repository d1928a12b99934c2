/**
 * The codec of a version whose objects a webhook converts from and to the other versions.
 *
 * Kubernetes: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/conversion/converter.go
 */
import type { KubernetesObject } from "../../schema/types.ts";
import type { Codec } from "../kind.ts";
import { ShownForms } from "./shown-forms.ts";
import type { Structure } from "./structure.ts";
import { inNameOrder } from "./unstructured.ts";

interface Version {
  apiVersion: string;
  structure: Structure;
}

interface Conversion {
  convert(objects: readonly KubernetesObject[], apiVersion: string): readonly KubernetesObject[];
  own: Version;
  stored: Version;
}

/** `plain` reads and writes objects of the same version. */
export function convertingCodec(plain: Codec, { convert, own, stored }: Conversion): Codec {
  const shown = new ShownForms();
  const prefetch = (objects: readonly KubernetesObject[]): void => {
    const foreign = objects.filter((object) => object.apiVersion !== own.apiVersion && !shown.get(object));
    if (foreign.length === 0) return;
    const converted = convert(foreign, own.apiVersion);
    for (const [i, object] of foreign.entries()) shown.set(object, inNameOrder(own.structure.read(converted[i]!)));
  };
  return {
    ...plain,
    prefetch,
    fromStored(object) {
      if (object.apiVersion === own.apiVersion) return plain.fromStored(object);
      prefetch([object]);
      return shown.get(object)!;
    },
    toStored(schema, object) {
      if (own.apiVersion === stored.apiVersion) return plain.toStored(schema, object);
      const [converted] = convert([object], stored.apiVersion);
      return inNameOrder(stored.structure.read(converted!));
    },
  };
}

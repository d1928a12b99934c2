/** Instructions of modules. */

import { objectOf, toText } from "../conversions.ts";
import { importModule, namespaceOf } from "../modules.ts";
import type { JsObject } from "../objects.ts";
import { enumerableKeys, get, has, set } from "../properties.ts";
import type { Operation } from "../vm.ts";
import { pop, push, top } from "./stack.ts";

export const MODULES: Record<string, Operation> = {
  /** specifier → a promise of the namespace */
  import(vm, frame, from: string) {
    push(frame, importModule(vm, toText(vm, pop(frame)), from));
  },
  importDynamic(vm, frame, from: string) {
    push(frame, importModule(vm, toText(vm, pop(frame)), from));
  },
  checkImports(vm, frame, names: [string, string][]) {
    const namespace = top(frame) as JsObject;
    for (const [name, module] of names) {
      if (!has(vm, namespace, name))
        vm.fail("SyntaxError", `The requested module '${module}' does not provide an export named '${name}'`);
    }
  },
  export(vm, frame, names: string[]) {
    const namespace = namespaceOf(vm, frame.code.source.file);
    const value = pop(frame);
    for (const name of names) set(vm, namespace, name, value);
  },
  exportAll(vm, frame, name: string | undefined) {
    const from = pop(frame) as JsObject;
    const namespace = namespaceOf(vm, frame.code.source.file);
    if (name !== undefined) return set(vm, namespace, name, from);
    for (const key of enumerableKeys(vm, from)) if (key !== "default") set(vm, namespace, key, get(vm, from, key));
  },
  exportFrom(vm, frame, names: [string, string][]) {
    const from = pop(frame);
    const namespace = namespaceOf(vm, frame.code.source.file);
    for (const [local, exported] of names) set(vm, namespace, exported, get(vm, from, local));
  },
  importMeta(vm, frame) {
    const { file } = frame.code.source;
    push(frame, objectOf(vm, { dirname: file.replace(/\/[^/]*$/, "") || "/", filename: file, url: `file://${file}` }));
  },
};

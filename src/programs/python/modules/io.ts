/** Buffers of `io`. */

import { bytesOfText } from "../../../lib/bytes.ts";
import { register } from "../builtins/registry.ts";
import { defineClass } from "../classes.ts";
import { memoryFile } from "../files.ts";
import { Bytes, type Module } from "../objects.ts";
import type { Interpreter } from "../vm.ts";
import { define } from "./define.ts";

const BytesIo = defineClass("BytesIO", "TextIOWrapper");
const StringIo = defineClass("StringIO", "TextIOWrapper");

register({
  "new:BytesIO": (_vm, [data]) => memoryFile(data instanceof Bytes ? data.data : "", true),
  "new:StringIO": (_vm, [data]) => memoryFile(typeof data === "string" ? bytesOfText(data) : "", false),
});

export function fillIo(_vm: Interpreter, module: Module): void {
  define(module, { BytesIO: BytesIo, StringIO: StringIo });
}

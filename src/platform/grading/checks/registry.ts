/** Every kind of check. A new kind is one file and one line here: the request schema and the document are built from this list. */
import type { CheckKind } from "../check.ts";
import { absentCheck } from "./absent.ts";
import { celCheck } from "./cel.ts";
import { objectCheck } from "./object.ts";

export const checkKinds: readonly CheckKind[] = [objectCheck, absentCheck, celCheck];

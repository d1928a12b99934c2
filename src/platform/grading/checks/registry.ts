/** Every kind of check. A new one is one file and one line here; requests, documentation and limits follow. */
import type { CheckKind } from "../check.ts";
import { absentCheck } from "./absent.ts";
import { celCheck } from "./cel.ts";
import { objectCheck } from "./object.ts";

export const checkKinds: readonly CheckKind[] = [objectCheck, absentCheck, celCheck];

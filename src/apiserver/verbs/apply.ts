/** Server-side apply: a PATCH with everything that its manager has an opinion on. */
import { ApiError } from "../../lib/api-error.ts";
import type { VerbContext } from "../context.ts";
import { writeOptions } from "../options.ts";
import type { ApiOutcome } from "../request.ts";

export function apply(context: VerbContext, _subresource?: string): ApiOutcome {
  writeOptions(context.request, "PatchOptions", true);
  throw new ApiError("NotImplemented", "server-side apply is not supported yet");
}

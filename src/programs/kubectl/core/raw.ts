/**
 * `--raw`: a request whose answer is printed as it is.
 * Source: k8s.io/kubectl pkg/rawhttp/raw.go
 */
import { serverError } from "./client.ts";
import type { Call } from "./command.ts";
import { readText } from "./objects.ts";
import { Failure, type Steps } from "./session.ts";

/** Sends the only file of `-f`, or nothing, to the path of `--raw`. Throws Failure. */
export function* rawRequest(call: Call, method: "POST" | "PUT" | "DELETE"): Steps<number> {
  const { client, flags, session } = call;
  checkRaw(call, method);
  const [file = ""] = flags.list("filename");
  const body = file === "" ? "" : file === "-" ? String(yield { type: "input" }) : readText(session, file);
  const reply = yield* client.fetch(flags.text("raw"), { method, body });
  if (reply.status >= 400) throw serverError(reply);
  session.print(reply.text);
  return 0;
}

/** Throws Failure for flags that do not fit to `--raw`. */
function checkRaw({ flags }: Call, method: string): void {
  const files = flags.list("filename");
  const [file = ""] = files;
  const isOptional = method === "DELETE";
  if (files.length > 1 || (files.length === 0 && !isOptional)) {
    throw new Failure("error: --raw can only use a single local file or stdin");
  }
  if (/^https?:\/\//.test(file)) throw new Failure("error: --raw cannot read from a url");
  if (flags.is("recursive")) throw new Failure("error: --raw and --recursive are mutually exclusive");
  if (method === "POST" && flags.text("selector") !== "") {
    throw new Failure("error: --raw and --selector (-l) are mutually exclusive");
  }
  if (flags.text("output") !== "") throw new Failure("error: --raw and --output are mutually exclusive");
  const raw = flags.text("raw");
  if (/^(\/|[A-Za-z][\w+.-]*:)/.test(raw)) return;
  const why = `parse ${JSON.stringify(raw)}: invalid URI for request`;
  throw new Failure(`error: --raw must be a valid URL path: ${why}`);
}

/** Parts of controllers that run while their server answers a request. Their questions are answered at once. */
import { textOfBytes } from "../../lib/bytes.ts";
import type { JsonObject } from "../../lib/json.ts";
import type { ProcessView } from "../../shell/program.ts";
import { Failure, type HttpResult, Session, type Steps } from "../kubectl/core/session.ts";

const REFUSED = { type: "failed", why: "reset", afterMs: 0 };

/** Runs the steps to their end. Throws Failure if they wait for something else than answers. */
export function runNow<R>(process: ProcessView, main: (session: Session) => Steps<R>): R {
  const steps = main(new Session(process, {}));
  let next = steps.next();
  while (!next.done) {
    const effect = next.value;
    if (effect.type === "ask") {
      next = steps.next((process.ask(effect.question) ?? REFUSED) as unknown as JsonObject);
      continue;
    }
    if (effect.type !== "http") throw new Failure(`error: a server cannot wait for ${effect.type}`);
    const answer = process.ask(effect.question);
    const result: HttpResult =
      answer?.type === "http"
        ? { type: "answer", status: answer.status, headers: { ...answer.headers }, body: textOfBytes(answer.body) }
        : { type: "failed", why: answer?.type === "failed" ? answer.why : "reset" };
    next = steps.next(result as unknown as JsonObject);
  }
  return next.value;
}

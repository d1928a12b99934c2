/** Errors in `util.inspect`: the trace, then further properties. */
import { errorText } from "../errors.ts";
import { JsError, Property } from "../objects.ts";
import { get, ownProperty } from "../properties.ts";
import { type Context, classNameOf } from "./context.ts";

export function formatError(context: Context, error: JsError) {
  const { vm, indentation } = context;
  const stack = get(vm, error, "stack");
  let text = typeof stack === "string" && stack !== "" ? improved(context, error, stack) : errorText(vm, error);
  text = withoutFramesOfCause(context, error, text);
  const message = get(vm, error, "message");
  const from = typeof message === "string" && message !== "" ? text.indexOf(message) : -1;
  // Without lines of a trace it stands in brackets.
  const hasTrace = text.indexOf("\n    at", from >= 0 ? from + (message as string).length : 0) >= 0;
  if (!hasTrace) text = `[${text}]`;
  if (indentation > 0) text = text.replaceAll("\n", `\n${" ".repeat(indentation)}`);
  const errors = ownProperty(vm, error, "errors");
  const isAggregate = errors instanceof Property && !errors.enumerable;
  const entries = (inner: Context, depth: number) => (isAggregate ? [inner.property(error, "errors", depth)] : []);
  return { base: text, entries, ...(!isAggregate && { empty: text }) };
}

/** The name of the class stands in the first line, also if the error has the name of its parent. */
function improved({ vm }: Context, error: JsError, stack: string): string {
  const own = get(vm, error, "name");
  const name = typeof own === "string" ? own : "Error";
  const type = classNameOf(vm, error);
  const isRegular = name.endsWith("Error") && new RegExp(`^${name.replace(/\W/g, "")}(?:$|[:\n])`).test(stack);
  if (!isRegular || type === null || type === name) return stack;
  const rest = stack.slice(name.length);
  return type.includes(name) ? type + rest : `${type} [${name}]${rest}`;
}

/** Frames that the cause has too are left out, if they are many. */
function withoutFramesOfCause({ vm }: Context, error: JsError, text: string): string {
  const cause = get(vm, error, "cause");
  const causeStack = cause instanceof JsError ? get(vm, cause, "stack") : undefined;
  if (typeof causeStack !== "string" || !causeStack.includes("\n    at")) return text;
  const frames = text.split("\n");
  const others = causeStack.slice(causeStack.indexOf("\n    at") + 1).split("\n");
  for (let i = 0; i < frames.length; i++) {
    const at = others.indexOf(frames[i]!);
    if (at < 0) continue;
    let length = 1;
    while (i + length < frames.length && frames[i + length] === others[at + length]) length++;
    if (length <= 3) continue;
    frames.splice(i + 1, length - 2, `    ... ${length - 2} lines matching cause stack trace ...`);
    break;
  }
  return frames.join("\n");
}

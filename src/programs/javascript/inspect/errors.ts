/** Errors in `util.inspect`: the trace, then further properties. */
import { errorText } from "../errors.ts";
import { type JsError, Property } from "../objects.ts";
import { get, ownProperty } from "../properties.ts";
import { type Context, classNameOf } from "./context.ts";

export function formatError(context: Context, error: JsError) {
  const { vm, indentation } = context;
  const stack = get(vm, error, "stack");
  let text = typeof stack === "string" && stack !== "" ? improved(context, error, stack) : errorText(vm, error);
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

/** The name of the class stands in the first line, also if it was not known when the trace was made. */
function improved({ vm }: Context, error: JsError, stack: string): string {
  const own = get(vm, error, "name");
  const name = classNameOf(vm, error) ?? "Error";
  const shown = typeof own === "string" && own !== "" && own !== "Error" ? own : name;
  const first = stack.split("\n")[0]!;
  if (first.includes(name) || (first.includes(shown) && shown !== name && !stack.startsWith("Error"))) return stack;
  const [, head] = /^([A-Z][a-z_A-Z0-9[\]()-]*)(?::|\n\s+at|$)/.exec(stack) ?? [];
  if (head !== undefined && head !== name) {
    return name.includes(head) || head === "Error"
      ? name + stack.slice(head.length)
      : `${head} [${name}]${stack.slice(head.length)}`;
  }
  return stack;
}

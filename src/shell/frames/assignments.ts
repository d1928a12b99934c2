/** Expands the values of assignments. */
import type { Assignment } from "unbash";
import type { AssignmentValue } from "../frame.ts";
import { variableOf } from "../variables.ts";
import type { WordExpander } from "../words/expand.ts";

/** `isAssociative`: the declaration that contains it makes an associative array. */
export function expandAssignment(x: WordExpander, node: Assignment, isAssociative = false): AssignmentValue {
  const { name, value, index, append } = node;
  const hasTextKeys = isAssociative || variableOf(x.context, name)?.flags.includes("A") === true;
  const result: AssignmentValue = { name, appends: append === true };
  if (index) result.key = hasTextKeys ? x.text(index) : x.rawText(index.text);
  if (value.type === "Word") result.value = x.assigned(value);
  else result.items = value.elements.flatMap((element) => expandElement(x, element, hasTextKeys));
  return result;
}

type Element = { key?: string; value: string; appends: boolean };

/** An element of `(…)`: words, or `[key]=value`, which is parsed as an assignment. */
function expandElement(
  x: WordExpander,
  element: Parameters<WordExpander["fields"]>[0],
  hasTextKeys: boolean,
): Element[] {
  if (element.text.startsWith("[") && /\]\+?=/.test(element.text)) {
    const parsed = x.inScript(`_${element.text}`, (script) => {
      const command = script.root.commands[0]?.command;
      const assignment = command?.type === "Command" ? command.prefix[0] : undefined;
      if (assignment?.type !== "Assignment" || !assignment.index || assignment.value.type !== "Word") return undefined;
      const key = hasTextKeys ? x.text(assignment.index) : x.rawText(assignment.index.text);
      return { key, value: x.assigned(assignment.value), appends: assignment.append === true };
    });
    if (parsed) return [parsed];
  }
  return x.fields(element).map((value) => ({ value, appends: false }));
}

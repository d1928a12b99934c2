/** History expansion of bash: `!!`, `!5`, `!-2`, `!ls`, `!?text?`, `^old^new`, and words of such lines (`!$`, `!!:1`). */

export type HistoryExpansion =
  | { type: "same" }
  | { type: "expanded"; text: string; printsOnly: boolean }
  /** No line of the history matches. */
  | { type: "missing"; event: string };

const EVENT = /^!(?:(!)|(-?\d+)|\?([^?]*)\??|([$^*])|([^\s=(;&|<>"'`$^*!:?-][^\s:;&|<>"'`]*)|(#))/;
const WORDS = /^(?::?([$^*]|-\d+)|:(\d+)(?:-(\d+|\$)?)?|:(\d+)\*)/;

/** The line that a typed line stands for. */
export function expandHistory(typed: string, history: readonly string[]): HistoryExpansion {
  const [, from, to] = /^\^([^^]+)\^([^^]*)\^?$/.exec(typed) ?? [];
  if (from !== undefined && to !== undefined) {
    const last = history.at(-1);
    if (last === undefined || !last.includes(from)) return { type: "missing", event: `:s${typed}` };
    return { type: "expanded", text: last.replace(from, () => to), printsOnly: false };
  }
  let text = "";
  let isExpanded = false;
  let printsOnly = false;
  for (let at = 0; at < typed.length; ) {
    const character = typed[at]!;
    if (character === "\\" && at + 1 < typed.length) {
      text += typed.slice(at, at + 2);
      at += 2;
    } else if (character === "'" && !isWithinQuotes(typed, at)) {
      const end = typed.indexOf("'", at + 1);
      const next = end < 0 ? typed.length : end + 1;
      text += typed.slice(at, next);
      at = next;
    } else if (character === "!") {
      const rest = typed.slice(at);
      const event = EVENT.exec(rest);
      if (!event) {
        text += character;
        at++;
        continue;
      }
      const line = event[6] === undefined ? lineOf(event, history) : text;
      if (line === undefined) return { type: "missing", event: event[0] };
      at += event[0].length;
      const shorthand = event[4];
      const designator = shorthand === undefined ? WORDS.exec(typed.slice(at)) : null;
      if (designator) at += designator[0].length;
      const words = selectWords(line, shorthand, designator);
      if (words === undefined) return { type: "missing", event: event[0] + (designator?.[0] ?? "") };
      const modifier = /^:p/.exec(typed.slice(at))?.[0] ?? "";
      at += modifier.length;
      printsOnly ||= modifier !== "";
      text += words;
      isExpanded = true;
    } else {
      text += character;
      at++;
    }
  }
  return isExpanded ? { type: "expanded", text, printsOnly } : { type: "same" };
}

function isWithinQuotes(text: string, at: number): boolean {
  return (text.slice(0, at).replace(/\\./gs, "").split('"').length - 1) % 2 === 1;
}

function lineOf([, bang, number, part, shorthand, start]: RegExpExecArray, history: readonly string[]) {
  if (bang !== undefined || shorthand !== undefined) return history.at(-1);
  if (number !== undefined) {
    const index = Number(number);
    return index < 0 ? history.at(index) : history[index - 1];
  }
  return history.findLast((line) => (part !== undefined ? line.includes(part) : line.startsWith(start ?? "")));
}

/** `$` is the last word, `^` the first argument, `*` all arguments, `1-2` a range. */
function selectWords(line: string, shorthand: string | undefined, designator: RegExpExecArray | null) {
  const chosen = shorthand ?? designator?.[1];
  if (chosen === undefined && !designator) return line;
  const words = line.match(/(?:"(?:\\.|[^"])*"|'[^']*'|\\.|[^\s"'\\])+/g) ?? [];
  if (chosen === "$") return words.at(-1);
  if (chosen === "^") return words[1];
  if (chosen === "*") return words.slice(1).join(" ");
  const first = Number(designator?.[2] ?? designator?.[4] ?? 0);
  const last = designator?.[3];
  if (words[first] === undefined) return undefined;
  if (designator?.[4] !== undefined || last === "$") return words.slice(first).join(" ");
  if (chosen?.startsWith("-")) return words.slice(0, Number(chosen.slice(1)) + 1).join(" ");
  return words.slice(first, (last === undefined ? first : Number(last)) + 1).join(" ");
}

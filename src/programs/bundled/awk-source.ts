/** Programs of awk in the form that the bundled awk understands: it lacks two forms of the language. */

/**
 * A bare `length` becomes `length($0)`, and a statement `a[x]`, which creates the element, becomes `a[x]=a[x]`. Texts and
 * regular expressions stay as they are. Places are marked with `@`, which has no meaning in awk.
 */
export function adaptAwk(source: string): string {
  const kept: string[] = [];
  const keep = (text: string) => `@${kept.push(text) - 1}@`;
  let code = "";
  let isOperand = true;
  for (let at = 0; at < source.length; ) {
    const rest = source.slice(at);
    const text = /^"(?:\\.|[^"\\])*"|^#[^\n]*/s.exec(rest)?.[0];
    const regex: string | undefined = isOperand
      ? /^\/(?:\\.|\[\^?\]?[^\]\n]*\]|[^\n/\\[])*\//.exec(rest)?.[0]
      : undefined;
    const token: string = text ?? regex ?? /^(?:[A-Za-z_]\w*|\d[\w.]*|\s+|.)/s.exec(rest)![0];
    code += text !== undefined || regex !== undefined ? keep(token) : token;
    at += token.length;
    // A slash behind a value divides; elsewhere it begins a regular expression.
    if (token.trim() !== "") isOperand = !/[\w)\]"$]$/.test(token);
  }
  return code
    .replace(/\blength\b(?!\s*\()/g, "length($0)")
    .replace(/([;{]\s*)([A-Za-z_]\w*\[[^\][]*\])(?=\s*[;}])/g, "$1$2=$2")
    .replace(/@(\d+)@/g, (_all, index: string) => kept[Number(index)]!);
}

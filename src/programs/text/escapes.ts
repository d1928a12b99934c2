/** Backslash sequences of echo -e and printf. */

const LETTERS: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  e: "\x1b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
};

/** Expands the sequences. `\c` cuts the text. In echo octal digits follow `\0`, in printf a backslash. */
export function expandEscapes(text: string, kind: "echo" | "printf"): { result: string; isCut: boolean } {
  let result = "";
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== "\\" || i + 1 >= text.length) {
      result += text[i];
      continue;
    }
    const letter = text[i + 1]!;
    if (letter === "c") return { result, isCut: true };
    const octal = (kind === "echo" ? /^0([0-7]{1,3})/ : /^0?([0-7]{1,3})/).exec(text.slice(i + 1));
    const hex = /^x([0-9a-fA-F]{1,2})/.exec(text.slice(i + 1));
    if (octal) {
      result += String.fromCharCode(Number.parseInt(octal[1]!, 8) & 255);
      i += octal[0].length;
    } else if (hex) {
      result += String.fromCharCode(Number.parseInt(hex[1]!, 16));
      i += hex[0].length;
    } else if (kind === "echo" && letter === "0") {
      result += "\0";
      i++;
    } else if (LETTERS[letter] !== undefined || (kind === "printf" && letter === '"')) {
      result += LETTERS[letter] ?? letter;
      i++;
    } else {
      result += `\\${letter}`;
      i++;
    }
  }
  return { result, isCut: false };
}

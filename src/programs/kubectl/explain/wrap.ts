/** Line breaks of `kubectl explain`. */

/** Breaks lines at blanks. Source: github.com/mitchellh/go-wordwrap */
export function wrapWords(text: string, limit: number): string {
  const wrapper = new Wrapper(limit);
  for (const character of text) wrapper.add(character);
  return wrapper.end();
}

class Wrapper {
  readonly #limit: number;
  #out = "";
  #column = 0;
  #word = "";
  #wordLength = 0;
  #space = "";

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(character: string): void {
    if (character === "\n") {
      this.#lineBreak();
      return;
    }
    if (/\s/.test(character) && character !== "\u00a0") {
      if (this.#space === "" || this.#word !== "") this.#flush();
      this.#space += character;
      return;
    }
    this.#word += character;
    this.#wordLength++;
    if (this.#column + this.#wordLength + this.#space.length > this.#limit && this.#wordLength < this.#limit) {
      this.#out += "\n";
      this.#column = 0;
      this.#space = "";
    }
  }

  end(): string {
    if (this.#word !== "") return this.#out + this.#space + this.#word;
    return this.#column + this.#space.length <= this.#limit ? this.#out + this.#space : this.#out;
  }

  #lineBreak(): void {
    if (this.#word !== "" || this.#column + this.#space.length <= this.#limit) this.#flush();
    this.#space = "";
    this.#out += "\n";
    this.#column = 0;
  }

  #flush(): void {
    this.#column += this.#space.length + this.#wordLength;
    this.#out += this.#space + this.#word;
    this.#space = "";
    this.#word = "";
    this.#wordLength = 0;
  }
}

/** All lines behind as many blanks, empty ones too. */
export function indented(text: string, blanks: number): string {
  const pad = " ".repeat(blanks);
  return pad + text.replaceAll("\n", `\n${pad}`);
}

const BULLET = /^(\d+\.?|-|\*)\s/;

/** Joins and breaks lines; lists and indented lines stay. Source: k8s.io/kubectl pkg/explain/formatter.go */
export function refilled(text: string, limit: number): string[] {
  const lines: string[] = [];
  let words: string[] = [];
  const flush = () => {
    if (words.length > 0) lines.push(words.join(" "));
    words = [];
  };
  for (const line of text.split("\n")) {
    const isBlank = line.trim() === "";
    if (line.startsWith("    ") || (isBlank && lines.length > 0)) {
      flush();
      lines.push(isBlank && !line.startsWith("    ") ? "" : line);
      continue;
    }
    if (words.at(-1)?.endsWith(":") || isBlank || BULLET.test(line.trim())) flush();
    for (const word of line.split(/\s+/).filter((one) => one !== "")) {
      if (words.length > 0 && [...words, word].join(" ").length > limit) flush();
      words.push(word);
    }
  }
  flush();
  return lines;
}

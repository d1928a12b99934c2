/** Random scripts that end, print, and touch only files of their own folder. The same seed gives the same script. */
import { Random } from "../../../src/lib/prng.ts";
import type { ShellFlavour } from "../../../src/shell/contract.ts";

export function generateScript(seed: number, flavour: ShellFlavour): string {
  return new Generator(seed, flavour).script();
}

const NAMES = ["x", "y", "z", "long_name", "N"];
const VALUES = [
  "",
  "a",
  "abc",
  "a b",
  " lead",
  "trail ",
  "a:b:c",
  "*",
  "[a]",
  "x=y",
  "10",
  "-3",
  "0",
  "foo.tar.gz",
  "/a/b/c.d",
  "é",
  "a\\b",
  "it's",
];
const PATTERNS = ["*", "a*", "*b", "?", "[a-c]", "*.*", "[!a]*", "a|b", "", "*/", "*:*", "\\*"];
const FLAGS = ["set -e", "set -u", "set -f", "IFS=:", "IFS=", "trap 'echo bye $?' EXIT"];

class Generator {
  readonly #random: Random;
  readonly #isBash: boolean;
  #depth = 0;
  #functions = 0;

  constructor(seed: number, flavour: ShellFlavour) {
    this.#random = new Random(`fuzz ${seed}`);
    this.#isBash = flavour === "bash";
  }

  script(): string {
    const lines = NAMES.map((name) => `${name}=${this.#quoted(this.#pick(VALUES))}`);
    if (this.#chance(3)) lines.push(this.#pick(FLAGS));
    if (this.#chance(2)) lines.push(`set -- ${[1, 2, 3].map(() => this.#quoted(this.#pick(VALUES))).join(" ")}`);
    const count = 3 + this.#below(6);
    for (let i = 0; i < count; i++) lines.push(this.#statement());
    return `${lines.join("\n")}\n`;
  }

  #below(bound: number): number {
    return this.#random.below(bound);
  }

  #chance(oneIn: number): boolean {
    return this.#below(oneIn) === 0;
  }

  #pick<T>(values: readonly T[]): T {
    return values[this.#below(values.length)]!;
  }

  #quoted(text: string): string {
    return `'${text.replaceAll("'", "'\\''")}'`;
  }

  #name(): string {
    return this.#pick(NAMES);
  }

  #statement(): string {
    const simple = [() => this.#echo(), () => this.#assignment(), () => this.#test(), () => this.#arithmetic()];
    if (this.#depth > 2) return this.#pick(simple)();
    this.#depth++;
    const compound = [
      () => `if ${this.#condition()}; then\n${this.#block()}\nelse\n${this.#block()}\nfi`,
      () =>
        `for i in ${this.#word()} ${this.#word()}; do\n${this.#block()}\n${this.#pick(["", "break", "continue", ":"])}\ndone`,
      () => this.#loop(),
      () =>
        `case ${this.#word()} in ${this.#pick(PATTERNS)}) ${this.#echo()};; ${this.#pick(PATTERNS) || "b"}) ${this.#echo()};; *) echo other;; esac`,
      () => `( ${this.#statement()}\n${this.#statement()}\n)`,
      () =>
        `{ ${this.#statement()}\n} ${this.#pick(["", "> out; cat out", "2>/dev/null", "| cat", "&& echo yes", "|| echo no"])}`,
      () => this.#function(),
      () => `${this.#name()}=$( ${this.#statement()}\n)`,
      () => `cat <<END\n${this.#name()} $${this.#name()} $((1+${this.#below(9)})) $(echo in) \\$x "q"\nEND`,
      () =>
        `printf '${this.#pick(["%s\\n", "[%s]", "%5s|", "%-4s|", "%s %s\\n"])}' ${this.#word()} ${this.#word()}; echo`,
      () => `printf '%s\\n' ${this.#word()} ${this.#word()} | while read -r p q; do echo "$p-$q"; done`,
      () => `${this.#condition()} && ${this.#echo()} || ${this.#echo()}`,
      () => `! ${this.#condition()}; echo $?`,
      () => `eval ${this.#quoted(this.#echo())}`,
      () => `shift; echo "$#:$*"`,
      () => `for a in "$@"; do echo "<$a>"; done`,
      () => `echo ${this.#word()} | { read ${this.#name()} r; echo "[$r]"; }`,
    ];
    const bashOnly = [
      () =>
        `arr=(${this.#word()} ${this.#word()} "$x"); echo "\${#arr[@]}" "\${arr[@]}" "\${arr[1]-none}" "\${!arr[@]}"`,
      () =>
        `[[ ${this.#word()} == ${this.#pick(PATTERNS.filter((each) => !each.includes("|"))) || "''"} ]] && echo match; echo $?`,
      () => `echo {a,b}${this.#below(3)} {1..${1 + this.#below(4)}}`,
      () => `for ((k=0;k<${this.#below(4)};k++)); do echo $k; done`,
      () => `while IFS= read -r l; do echo "l=$l"; done < <(printf '%s\\n' ${this.#word()})`,
      () => `read -r a b <<< ${this.#word()}; echo "$a|$b"`,
      () => `declare -A m=([k]=${this.#quoted(this.#pick(VALUES))}); echo "\${m[k]}" \${#m[@]}`,
      () => `printf '%q\\n' ${this.#word()}`,
    ];
    const all = this.#isBash ? [...simple, ...compound, ...bashOnly] : [...simple, ...compound];
    const result = this.#pick(all)();
    this.#depth--;
    return result;
  }

  #block(): string {
    return Array.from({ length: 1 + this.#below(2) }, () => this.#statement()).join("\n");
  }

  /** Each depth has a counter of its own, so that loops end. */
  #loop(): string {
    const name = `i${this.#depth}`;
    return `${name}=0; while [ $${name} -lt ${this.#below(4)} ]; do\n${name}=$((${name}+1))\n${this.#block()}\ndone`;
  }

  #function(): string {
    const name = `f${this.#functions++}`;
    const body = this.#block();
    return `${name}() {\nlocal v=1\n${body}\n${this.#pick(["", "return 3", "return $?"])}\n}\n${name} ${this.#word()}; echo "rc $?"`;
  }

  #echo(): string {
    return this.#pick([
      () => `echo ${this.#word()} ${this.#word()}`,
      () => `echo "${this.#expansion()}"`,
      () => `echo ${this.#expansion()}`,
      () => `echo "$?" ${this.#word()}`,
      () => `printf '<%s>' ${this.#word()} ${this.#expansion()}; echo`,
    ])();
  }

  #assignment(): string {
    return `${this.#name()}=${this.#pick([() => this.#word(), () => `"${this.#expansion()}"`, () => this.#expansion()])()}`;
  }

  #arithmetic(): string {
    const term = () => this.#pick([String(this.#below(12)), "N", "(1+N)", "-2", "$((3))"]);
    const operator = this.#pick(["+", "-", "*", "<", ">=", "==", "&&", "||", "&", "|", "^", "<<"]);
    return `N=${this.#below(9)}; echo $(( ${term()} ${operator} ${term()} ${this.#pick(["+", "-", "*"])} ${term()} ))`;
  }

  #test(): string {
    return `${this.#condition()}; echo $?`;
  }

  #condition(): string {
    return this.#pick([
      () => `[ ${this.#quotedExpansion()} = ${this.#quotedExpansion()} ]`,
      () => `[ -n ${this.#quotedExpansion()} ]`,
      () => `[ -z ${this.#quotedExpansion()} ]`,
      () => `[ ${this.#below(5)} -${this.#pick(["lt", "gt", "eq", "ne", "le", "ge"])} ${this.#below(5)} ]`,
      () => "true",
      () => "false",
      () => `[ -${this.#pick(["e", "f", "d"])} ${this.#pick(["out", ".", "nothere"])} ]`,
      () => `(exit ${this.#below(4)})`,
    ])();
  }

  #quotedExpansion(): string {
    return `"${this.#expansion()}"`;
  }

  #word(): string {
    return this.#pick([
      () => this.#quoted(this.#pick(VALUES)),
      () => `$${this.#name()}`,
      () => `"$${this.#name()}"`,
      () => this.#expansion(),
      () => `pre\${${this.#name()}}post`,
      () => `"$@"`,
      () => "$*",
      () => `$(echo ${this.#quoted(this.#pick(VALUES))})`,
      () => "word",
      () => `$((${this.#below(20)}*3))`,
    ])();
  }

  #expansion(): string {
    const name = this.#pick([...NAMES, "1", "unset_one"]);
    const plain = [
      () => `\${${name}}`,
      () => `\${${name}:-${this.#pick(["d", "d e", "$x", "'q'"])}}`,
      () => `\${${name}-none}`,
      () => `\${${name}:+set}`,
      () => `\${#${name}}`,
      () => `\${${name}#${this.#pick(["a", "*b", "?", "*/", "*:"])}}`,
      () => `\${${name}##${this.#pick(["a", "*b", "*/", "*:", "*."])}}`,
      () => `\${${name}%${this.#pick(["c", "b*", ".*", "/*", ":*"])}}`,
      () => `\${${name}%%${this.#pick(["c", "b*", ".*", "/*", ":*"])}}`,
    ];
    const bash = [
      () => `\${${name}/${this.#pick(["a", "b*", "?"])}/${this.#pick(["X", "", "[&]"])}}`,
      () => `\${${name}//${this.#pick(["a", "[ab]", " "])}/_}`,
      () => `\${${name}:${this.#below(3)}}`,
      () => `\${${name}:${this.#below(2)}:${this.#below(4)}}`,
      () => `\${${name}^^}`,
      () => `\${${name}^}`,
      () => `\${${name}@Q}`,
    ];
    return this.#pick(this.#isBash ? [...plain, ...bash] : plain)();
  }
}

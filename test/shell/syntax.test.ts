/** Errors of the parser, whose sentences decide what shells print and whether more input is awaited. */
import { describe, expect, it } from "vitest";
import { isIncomplete } from "../../src/shell/frames/input.ts";
import { scriptOfText } from "../../src/shell/syntax/source.ts";

describe("syntax errors", () => {
  it.each([
    ["echo 'a", "'"],
    ['echo "a', '"'],
    ["echo `a", "`"],
    ["echo ${a", "}"],
    ["echo $(a", ")"],
    ["echo $((1+", ")"],
    ["cat <(a", ")"],
    ["echo $'a", "'"],
  ])("%s lacks %s", (text, unclosed) => {
    expect(scriptOfText(text).problem).toMatchObject({ isIncomplete: true, unclosed });
  });

  it.each([
    ["if true; then echo a", "fi"],
    ["while true; do echo a", "done"],
    ["for x in a; do echo a", "done"],
    ["case x in a) echo", "esac"],
    ["{ echo a", "}"],
    ["( echo a", ")"],
  ])("%s expects %s", (text, expected) => {
    expect(scriptOfText(text).problem).toMatchObject({ isIncomplete: true, expected });
  });

  it.each([
    ["echo )", ")"],
    ["fi", "fi"],
    ["echo a; ; echo b", ";"],
    ["if; then a; fi", ";"],
    ["a | | b", "|"],
  ])("%s has the unexpected token %s", (text, token) => {
    expect(scriptOfText(text).problem).toMatchObject({ isIncomplete: false, token });
  });

  it.each(["cat <<E\n", "echo a \\\n", "if true\n", "f() {\n", "a &&\n", "a |\n"])("%j awaits more lines", (text) => {
    expect(isIncomplete(text)).toBe(true);
  });

  it.each(["echo a\n", "cat <<E\nE\n", "if a; then b; fi\n", "echo \\\\\n", ")\n"])("%j is complete", (text) => {
    expect(isIncomplete(text)).toBe(false);
  });
});

/** Loops whose rounds may be computed, and loops where something that changes may decide about what they do. */
import { describe, expect, it } from "vitest";
import { nextLength, runRound } from "../../src/programs/rounds.ts";
import { modelOf } from "../../src/shell/rounds/loop.ts";
import { scriptOfText } from "../../src/shell/syntax/source.ts";

function model(script: string) {
  const loop = scriptOfText(script).nodes.find(({ type }) => type === "While" || type === "ArithmeticFor");
  return modelOf(loop!);
}

describe("a loop is proven", () => {
  it.each([
    "while true; do date; sleep 5; done",
    "while :; do echo $((1)) > /dev/null; sleep 5; done".replace("$((1))", "x"),
    "until false; do echo a && echo b || echo never; sleep 1; done",
    "for ((i=0; ; i++)); do echo $i; sleep 1; done",
    "while sleep 1; do ((i+=2)); printf '%s,%d\\n' \"$A\" $i; done",
    "while [ 1 -eq 1 ]; do { echo a; date -u +%T; } ; sleep $PAUSE; done",
    'while true; do N=$(date +%F); echo "$N" >> /a 2>&1; sleep 1; done',
  ])("%s", (script) => {
    expect(model(script)).toBeDefined();
  });
});

describe("a loop is not proven", () => {
  it.each([
    ["its counter decides", "while [ $i -lt 9 ]; do i=$((i+1)); sleep 1; done"],
    ["its counter decides inside", "while true; do i=$((i+1)); if [ $i = 7 ]; then exit; fi; sleep 1; done"],
    ["the time decides", 'while true; do [ "$(date +%H)" = 03 ] && echo night; sleep 60; done'],
    ["chance decides", "while true; do echo $RANDOM; sleep 1; done"],
    ["it shows how long it runs", "while true; do echo $SECONDS; sleep 1; done"],
    ["another program runs", "while true; do wget -qO- web; sleep 1; done"],
    ["it pauses twice", "while true; do echo a; sleep 1; echo b; sleep 2; done"],
    ["it never pauses", "while true; do echo a; done"],
    ["it pauses for a counter", "while true; do i=$((i+1)); sleep $i; done"],
    ["it has pipes", "while true; do echo a | tee -a /f; sleep 1; done"],
    ["it has background jobs", "while true; do echo a & sleep 1; done"],
    ["a variable grows", 'while true; do S="$S x"; echo $S; sleep 1; done'],
    ["a counter is multiplied", "while true; do i=$((i*2)); sleep 1; done"],
    ["a counter may be zero", "while true; do ((i++)) && echo a; sleep 1; done"],
    ["the width of the time changes", "while true; do date +%-H; sleep 60; done"],
    ["a file is named by a counter", "while true; do echo a > /f$i; i=$((i+1)); sleep 1; done"],
    ["it reads a file", "while true; do echo $(cat /f); sleep 1; done"],
    ["it has a backslash", "while true; do echo 'a\\nb'; sleep 1; done"],
    ["it leaves", "while true; do break; sleep 1; done"],
    ["it reads input", "while read x; do echo $x; sleep 1; done"],
    ["arguments would be several", "while true; do D=$(date); printf '%s\\n' $D; sleep 1; done"],
  ])("%s", (_, script) => {
    expect(model(script)).toBeUndefined();
  });
});

describe("the lengths of rounds", () => {
  it.each([
    ["0", 1],
    ["95", 1],
    ["-12", 1],
    ["1003", -1],
    ["8", -1],
    ["990", 7],
    ["-101", 3],
  ])("from %s by %d: they change only where it is said", (start, by) => {
    const { operations, ...rest } = model("while true; do echo $i; i=$((i+1)); echo $i; sleep 1; done")!;
    const changed = operations.map((each) => (each.type === "count" ? { ...each, by } : each));
    const loop = { ...rest, operations: changed, counters: new Map([["i", by]]) };
    const before = new Map([["i", start]]);
    const variables = new Map(before);
    const sizes = [0];
    for (let round = 1; round < 400; round++) {
      sizes.push(runRound(loop, variables, round * 1000).reduce((sum, { data }) => sum + data.length, 0));
    }
    for (let round = 1; round < 399; ) {
      const next = nextLength(loop, before, { round, startMs: 0, periodMs: 1000 });
      for (let same = round; same < Math.min(next, 400); same++) expect(sizes[same]).toBe(sizes[round]);
      round = next;
    }
  });
});

/** `assert`, `readline`, `perf_hooks` and `string_decoder`. */

import { prototypeFor } from "../builtins/objects.ts";
import { ASSERTED } from "../internal-frames.ts";
import { define, defineClass, links, natives, scripts } from "../intrinsics.ts";
import { type JsError, JsObject } from "../objects.ts";
import { beEmitter } from "./events.ts";

// ---- assert
define("node:assert", "Function.prototype", { isOpen: true });
defineClass(
  "AssertionError",
  (vm, _self, [options], { newTarget }) => {
    const made = vm.construct(vm.intrinsic("Error"), [], vm.intrinsic("Error")) as JsObject;
    made.proto = prototypeFor(vm, newTarget, "AssertionError.prototype");
    vm.call(vm.intrinsic("node:assertion.fill"), made, [options]);
    return made;
  },
  { parent: "Error" },
);
define("node:assertion", "Object.prototype");
natives("node:assertion", {
  markRaised(_vm, _self, [error]) {
    (error as JsError).raisedAt = ASSERTED;
    return undefined;
  },
});
scripts("node:assertion", {
  fill: `
function fill(options) {
  Object.defineProperty(this, "message", { value: options.message, enumerable: false, writable: true, configurable: true });
  Object.defineProperty(this, "name", { value: "AssertionError", enumerable: false, writable: true, configurable: true });
  this.generatedMessage = options.generatedMessage ?? false;
  this.code = "ERR_ASSERTION";
  this.actual = options.actual;
  this.expected = options.expected;
  this.operator = options.operator;
  this.diff = "simple";
  const shown = this.name;
  this.name = "AssertionError [ERR_ASSERTION]";
  Error.captureStackTrace(this, options.from);
  void this.stack;
  this.name = shown;
  $assertion.markRaised(this);
}`,
  raise: `
function raise(given, generated, facts) {
  if (given instanceof Error) throw given;
  throw new $assertion.AssertionError({ message: given ?? generated, generatedMessage: given === undefined, ...facts });
}`,
});
links("node:assertion", { AssertionError: "AssertionError" });
links("node:assert", { AssertionError: "AssertionError", strict: "node:assert" }, true);
const COMPARE = (name: string, test: string, text: string) => `
function ${name}(actual, expected, message) {
  if (!(${test})) $assertion.raise(message, ${text}, { actual, expected, operator: "${name}", from: $assert.${name} });
}`;
const VALUES = '"\\n\\n" + $text.inspect(actual) + " !== " + $text.inspect(expected) + "\\n"';
natives("node:assert", {
  new(vm, _self, args) {
    if (!args[0]) vm.call(vm.intrinsic("node:assert.ok"), undefined, args);
    return undefined;
  },
});
scripts("node:assert", {
  ok: `
function ok(value, message) {
  if (!value) $assertion.raise(message, arguments.length === 0 ? "No value argument passed to \`assert.ok()\`" : "The expression evaluated to a falsy value:\\n\\n  assert.ok(" + $text.inspect(value) + ")\\n", { actual: value, expected: true, operator: "==", from: $assert.ok });
}`,
  equal: COMPARE(
    "equal",
    "actual == expected || (actual !== actual && expected !== expected)",
    '$text.inspect(actual) + " == " + $text.inspect(expected)',
  ),
  notEqual: COMPARE("notEqual", "actual != expected", '$text.inspect(actual) + " != " + $text.inspect(expected)'),
  strictEqual: COMPARE(
    "strictEqual",
    "Object.is(actual, expected)",
    `"Expected values to be strictly equal:" + ${VALUES}`,
  ),
  notStrictEqual: COMPARE(
    "notStrictEqual",
    "!Object.is(actual, expected)",
    '"Expected \\"actual\\" to be strictly unequal to: " + $text.inspect(expected)',
  ),
  deepEqual: COMPARE(
    "deepEqual",
    "$text.deepEqual(actual, expected, false)",
    '"Expected values to be loosely deep-equal:\\n\\n" + $text.inspect(actual) + "\\n\\nshould loosely deep-equal\\n\\n" + $text.inspect(expected)',
  ),
  deepStrictEqual: COMPARE(
    "deepStrictEqual",
    "$text.deepEqual(actual, expected, true)",
    '"Expected values to be strictly deep-equal:\\n" + $text.inspect(actual) + "\\n\\nshould equal\\n\\n" + $text.inspect(expected)',
  ),
  notDeepStrictEqual: COMPARE(
    "notDeepStrictEqual",
    "!$text.deepEqual(actual, expected, true)",
    '"Expected \\"actual\\" not to be strictly deep-equal to: " + $text.inspect(expected)',
  ),
  match: COMPARE(
    "match",
    "expected.test(actual)",
    '"The input did not match the regular expression " + $text.inspect(expected) + ". Input:\\n\\n" + $text.inspect(actual) + "\\n"',
  ),
  fail: 'function fail(message) { $assertion.raise(message, "Failed", { actual: undefined, expected: undefined, operator: "fail", from: $assert.fail }); }',
  throws: `
function throws(callback, expected, message) {
  let error;
  try { callback(); } catch (failure) { error = failure; if (expected === undefined || typeof expected === "string") return; $assertion.expect(error, expected); return; }
  $assertion.raise(message, "Missing expected exception.", { actual: undefined, expected, operator: "throws", from: $assert.throws });
}`,
  doesNotThrow: "function doesNotThrow(callback) { callback(); }",
  rejects: `
async function rejects(promise, expected) {
  let error;
  try { await (typeof promise === "function" ? promise() : promise); } catch (failure) { error = failure; if (expected !== undefined) $assertion.expect(error, expected); return; }
  $assertion.raise(undefined, "Missing expected rejection.", { actual: undefined, expected, operator: "rejects" });
}`,
});
scripts("node:assertion", {
  expect: `
function expect(error, expected) {
  if (expected instanceof RegExp) { if (!expected.test(String(error))) throw error; return; }
  if (typeof expected === "function") { if (expected.prototype !== undefined && error instanceof expected) return; if (expected.prototype instanceof Error || expected === Error || !expected(error)) throw error; return; }
  for (const key of Object.keys(expected)) { const want = expected[key]; const has = error[key]; if (want instanceof RegExp ? !want.test(has) : !$text.deepEqual(has, want, true)) throw error; }
}`,
});

// ---- readline
define("node:readline", "Object.prototype", { isOpen: true });
define("node:readline/promises", "Object.prototype", { isOpen: true });
links("node:readline", { promises: "node:readline/promises" }, true);
defineClass(
  "Interface",
  (vm, _self, _args, { newTarget }) => {
    const made = new JsObject(prototypeFor(vm, newTarget, "Interface.prototype"));
    beEmitter(vm, made);
    return made;
  },
  { parent: "EventEmitter" },
);
define("node:readlines", "Object.prototype");
links("node:readlines", { Interface: "Interface" });
const CREATE = (isPromised: boolean) => `
function createInterface(input, output) {
  const options = input && input.input ? input : { input, output };
  const reader = new $readlines.Interface();
  reader._output = options.output;
  reader._prompt = options.prompt ?? "> ";
  reader._isPromised = ${isPromised};
  reader.closed = false;
  let rest = "";
  options.input.on("data", (chunk) => {
    rest += chunk;
    for (let at = rest.indexOf("\\n"); at >= 0 && !reader.closed; at = rest.indexOf("\\n")) {
      const line = rest.slice(0, at).replace(/\\r$/, "");
      rest = rest.slice(at + 1);
      $readlines.give(reader, line);
    }
  });
  options.input.on("end", () => { if (rest !== "") $readlines.give(reader, rest); rest = ""; reader.close(); });
  reader._input = options.input;
  return reader;
}`;
scripts("node:readline", {
  createInterface: CREATE(false),
  clearLine: "function clearLine(stream) { stream.write('\\u001b[2K'); return true; }",
  cursorTo: "function cursorTo(stream, x) { stream.write('\\u001b[' + (x + 1) + 'G'); return true; }",
});
scripts("node:readline/promises", { createInterface: CREATE(true) });
scripts("node:readlines", {
  give: `
function give(reader, line) {
  const answer = reader._answer;
  reader._answer = undefined;
  if (answer) answer(line); else reader.emit("line", line);
}`,
});
scripts("Interface.prototype", {
  question: `
function question(text, options, callback) {
  const done = typeof options === "function" ? options : callback;
  this._output?.write(text);
  if (!this._isPromised) { this._answer = done; return; }
  return new Promise((resolve) => { this._answer = resolve; });
}`,
  setPrompt: "function setPrompt(text) { this._prompt = text; }",
  prompt: "function prompt() { this._output?.write(this._prompt); }",
  write: "function write() {}",
  close:
    "function close() { if (this.closed) return; this.closed = true; this._input.pause(); process.nextTick(() => this.emit('close')); }",
  pause: "function pause() { this._input.pause(); return this; }",
  resume: "function resume() { this._input.resume(); return this; }",
  "@@asyncIterator": `
async function* lines() {
  const waiting = [];
  let wake;
  this.on("line", (line) => { waiting.push(line); wake?.(); });
  this.on("close", () => { wake?.(); });
  for (;;) {
    if (waiting.length > 0) yield waiting.shift();
    else if (this.closed) return;
    else await new Promise((resolve) => { wake = resolve; });
  }
}`,
});

// ---- perf_hooks
define("node:perf_hooks", "Object.prototype", { isOpen: true });
define("performance", "Object.prototype");
natives("performance", {
  now: (vm) => vm.nowMs - Number(vm.facts.get("startedAtMs") ?? vm.nowMs) + 25,
  "get timeOrigin": (vm) => Number(vm.facts.get("startedAtMs") ?? vm.nowMs) - 25,
  mark: () => undefined,
});
links("node:perf_hooks", { performance: "performance" }, true);
links("globalThis", { performance: "performance" });

// ---- string_decoder: texts of whole characters
defineClass("StringDecoder", (vm) => {
  const made = new JsObject(vm.intrinsic("StringDecoder.prototype"));
  made.properties.set("_rest", "");
  return made;
});
links("node:string_decoder", { StringDecoder: "StringDecoder" }, true);
scripts("StringDecoder.prototype", {
  write:
    'function write(data) { const all = Buffer.concat([Buffer.from(this._rest, "latin1"), data]); const end = $decoder.wholeEnd(all.toString("latin1")); this._rest = all.subarray(end).toString("latin1"); return all.subarray(0, end).toString(); }',
  end: 'function end(data) { const text = data ? this.write(data) : ""; const rest = Buffer.from(this._rest, "latin1").toString(); this._rest = ""; return text + rest; }',
});
define("node:decoder", "Object.prototype");
natives("node:decoder", {
  /** Bytes up to the last character that is whole. */
  wholeEnd(_vm, _self, [value]) {
    const bytes = String(value as string);
    for (let size = 1; size <= Math.min(3, bytes.length); size++) {
      const code = bytes.charCodeAt(bytes.length - size);
      if (code < 0x80) break;
      if (code >= 0xc0) return (code >= 0xf0 ? 4 : code >= 0xe0 ? 3 : 2) > size ? bytes.length - size : bytes.length;
    }
    return bytes.length;
  },
});

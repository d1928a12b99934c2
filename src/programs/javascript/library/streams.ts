/** `stream`: the behaviour that programs rely on; all data is in memory. */

import { prototypeFor } from "../builtins/objects.ts";
import { define, defineClass, links, scripts } from "../intrinsics.ts";
import { isCallable, JsObject, type Value } from "../objects.ts";
import { get } from "../properties.ts";
import type { NativeFunction, Vm } from "../vm.ts";
import { beEmitter } from "./events.ts";

/** Of both kinds of streams. */
const DESTROY = `
function destroy(error) {
  if (this.destroyed) return this;
  this.destroyed = true;
  process.nextTick(() => { if (error) this.emit("error", error); this.emit("close"); });
  return this;
}`;

/** Options of the constructor that are methods of the stream. */
const METHODS = ["read", "write", "final", "transform", "flush", "destroy"];

function make(name: string): NativeFunction {
  return (vm, self, [options], { newTarget }) => {
    const made = newTarget ? new JsObject(prototypeFor(vm, newTarget, `${name}.prototype`)) : (self as JsObject);
    beEmitter(vm, made);
    prepare(vm, made, options);
    return made;
  };
}

export function prepare(vm: Vm, made: JsObject, options: Value): void {
  if (!(options instanceof JsObject)) return;
  for (const method of METHODS) {
    const given = get(vm, options, method);
    if (isCallable(given)) made.properties.set(`_${method}`, given);
  }
  if (get(vm, options, "objectMode")) made.properties.set("_isObjectMode", true);
  const encoding = get(vm, options, "encoding");
  if (encoding !== undefined) made.properties.set("_encoding", encoding);
}

defineClass("Stream", make("Stream"), { parent: "EventEmitter" });
defineClass("Stream.Readable", make("Stream.Readable"), { parent: "Stream" });
defineClass("Stream.Writable", make("Stream.Writable"), { parent: "Stream" });
defineClass("Stream.Duplex", make("Stream.Duplex"), { parent: "Stream.Readable" });
defineClass("Stream.Transform", make("Stream.Transform"), { parent: "Stream.Duplex" });
defineClass("Stream.PassThrough", make("Stream.PassThrough"), { parent: "Stream.Transform" });
const CLASSES = ["Readable", "Writable", "Duplex", "Transform", "PassThrough"];
links("Stream", {
  ...Object.fromEntries(CLASSES.map((name) => [name, `Stream.${name}`])),
  Stream: "Stream",
  promises: "node:stream/promises",
});
define("node:stream", "Object.prototype");
links("node:stream", Object.fromEntries(CLASSES.map((name) => [name, `Stream.${name}`])));

scripts("Stream.Readable.prototype", {
  push: `
function push(chunk) {
  const list = this._chunks ??= [];
  if (chunk === null) this._isEnding = true;
  else if (this._isObjectMode) list.push(chunk);
  else list.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
  $stream.schedule(this);
  return list.length < 16;
}`,
  on: `
function on(type, listener) {
  EventEmitter_.prototype.on.call(this, type, listener);
  if (type === "data" && this._flowing !== false) this.resume();
  if (type === "readable") { this._flowing = false; this._isReading = true; $stream.schedule(this); }
  return this;
}`.replaceAll("EventEmitter_", "$events.EventEmitter"),
  resume: "function resume() { this._flowing = true; $stream.schedule(this); return this; }",
  pause: "function pause() { this._flowing = false; return this; }",
  isPaused: "function isPaused() { return this._flowing === false; }",
  setEncoding:
    "function setEncoding(encoding) { this._encoding = encoding === 'buffer' ? undefined : encoding; return this; }",
  read: `
function read() {
  const list = this._chunks ?? [];
  if (list.length === 0) return null;
  if (this._isObjectMode) return list.shift();
  const all = Buffer.concat(list.splice(0));
  return this._encoding ? all.toString(this._encoding) : all;
}`,
  pipe: `
function pipe(target, options) {
  this.on("data", (chunk) => target.write(chunk));
  if (!options || options.end !== false) this.on("end", () => { if (target !== process.stdout && target !== process.stderr) target.end(); });
  target.emit("pipe", this);
  return target;
}`,
  unpipe: "function unpipe() { return this.pause(); }",
  unshift: "function unshift(chunk) { (this._chunks ??= []).unshift(chunk); return true; }",
  destroy: DESTROY,
  "@@asyncIterator": `
async function* iterator() {
  const chunks = [];
  let wake;
  let isOver = false;
  let failure;
  this.on("data", (chunk) => { chunks.push(chunk); wake?.(); });
  this.on("end", () => { isOver = true; wake?.(); });
  this.on("error", (error) => { failure = error; isOver = true; wake?.(); });
  for (;;) {
    if (chunks.length > 0) yield chunks.shift();
    else if (failure) throw failure;
    else if (isOver) return;
    else await new Promise((resolve) => { wake = resolve; });
  }
}`,
});
scripts("Stream.Readable", {
  from: `
function from(source) {
  const stream = new $stream.Readable({ objectMode: typeof source !== "string", read() {} });
  (async () => {
    try { if (typeof source === "string") stream.push(source); else for await (const item of source) stream.push(item); stream.push(null); }
    catch (error) { stream.destroy(error); }
  })();
  return stream;
}`,
});
scripts("node:stream", {
  /** Gives chunks to listeners on the next tick. */
  schedule: `
function schedule(stream) {
  if (stream._isScheduled) return;
  stream._isScheduled = true;
  process.nextTick($stream.flow, stream);
}`,
  flow: `
function flow(stream) {
  stream._isScheduled = false;
  if (stream._isReading && !stream._isOver) {
    stream.emit("readable");
    if (stream._isEnding && (stream._chunks ?? []).length === 0) { stream._isOver = true; stream.emit("end"); }
    return;
  }
  if (!stream._flowing || stream.destroyed) return;
  const list = stream._chunks ??= [];
  if (list.length === 0 && !stream._isEnding && stream._read) { stream._read(16384); }
  while (list.length > 0 && stream._flowing) {
    const chunk = list.shift();
    stream.emit("data", stream._encoding && !stream._isObjectMode ? chunk.toString(stream._encoding) : chunk);
  }
  if (list.length > 0) return;
  if (!stream._isEnding) return;
  if (!stream._isOver) { stream._isOver = true; stream.readableEnded = true; stream.emit("end"); stream.emit("close"); }
}`,
});

const WRITABLE = {
  write: `
function write(chunk, encoding, callback) {
  const done = typeof encoding === "function" ? encoding : callback;
  if (this._isEnded) {
    const error = $errors.withCode("Error", "ERR_STREAM_WRITE_AFTER_END", "write after end");
    process.nextTick(() => { done?.(error); this.emit("error", error); });
    return false;
  }
  const data = this._isObjectMode || typeof chunk !== "string" ? chunk : Buffer.from(chunk, typeof encoding === "string" ? encoding : undefined);
  (this._queue ??= []).push([data, typeof encoding === "string" ? encoding : "buffer", done]);
  $stream.drain(this);
  return true;
}`,
  end: `
function end(chunk, encoding, callback) {
  if (typeof chunk === "function") { callback = chunk; chunk = undefined; }
  else if (typeof encoding === "function") callback = encoding;
  if (chunk !== undefined && chunk !== null) this.write(chunk, encoding);
  if (callback) this.once("finish", callback);
  this._isEnded = true;
  this.writableEnded = true;
  $stream.drain(this);
  return this;
}`,
  cork: "function cork() {}",
  uncork: "function uncork() {}",
  setDefaultEncoding: "function setDefaultEncoding() { return this; }",
  destroy: DESTROY,
};
scripts("Stream.Writable.prototype", WRITABLE);
scripts("Stream.Duplex.prototype", { write: WRITABLE.write, end: WRITABLE.end });
scripts("Stream.Transform.prototype", {
  _write:
    "function _write(chunk, encoding, done) { this._transform(chunk, encoding, (error, data) => { if (data !== undefined && data !== null) this.push(data); done(error); }); }",
  _final:
    "function _final(done) { if (!this._flush) { this.push(null); done(); return; } this._flush((error, data) => { if (data !== undefined && data !== null) this.push(data); this.push(null); done(error); }); }",
});
scripts("Stream.PassThrough.prototype", {
  _transform: "function _transform(chunk, encoding, done) { done(null, chunk); }",
});
scripts("node:stream", {
  drain: `
function drain(stream) {
  if (stream._isWriting) return;
  const next = (stream._queue ??= []).shift();
  if (next) {
    stream._isWriting = true;
    const [chunk, encoding, done] = next;
    const after = (error) => {
      stream._isWriting = false;
      if (error) { done?.(error); process.nextTick(() => stream.emit("error", error)); return; }
      if (done) process.nextTick(done);
      $stream.drain(stream);
    };
    if (stream._write) stream._write(chunk, encoding, after);
    else after($errors.withCode("Error", "ERR_METHOD_NOT_IMPLEMENTED", "The _write() method is not implemented"));
    return;
  }
  if (!stream._isEnded || stream._isFinished) return;
  stream._isFinished = true;
  const finish = (error) => { if (error) stream.emit("error", error); else process.nextTick(() => { stream.writableFinished = true; stream.emit("finish"); stream.emit("close"); }); };
  if (stream._final) stream._final(finish); else finish();
}`,
});
const PIPELINE = `
function pipeline(...streams) {
  const callback = typeof streams.at(-1) === "function" ? streams.pop() : () => {};
  let isDone = false;
  const done = (error) => { if (!isDone) { isDone = true; callback(error); } };
  for (const stream of streams) stream.on("error", done);
  let current = typeof streams[0].pipe === "function" ? streams[0] : $stream.Readable.from(streams[0]);
  for (const stream of streams.slice(1)) current = current.pipe(stream);
  current.on("finish", () => done());
  return current;
}`;
scripts("Stream", {
  pipeline: PIPELINE,
  finished:
    "function finished(stream, callback) { stream.on('end', () => callback()); stream.on('finish', () => callback()); stream.on('error', callback); }",
});
define("node:stream/promises", "Object.prototype", { isOpen: true });
scripts("node:stream/promises", {
  pipeline:
    "function pipeline(...streams) { return new Promise((resolve, reject) => Stream_.pipeline(...streams, (error) => error ? reject(error) : resolve())); }".replace(
      "Stream_",
      "$streams.Stream",
    ),
});
define("node:streams", "Object.prototype");
links("node:streams", { Stream: "Stream" });

/** Standard input gives its pieces to the event loop. */
scripts("process.stdin", {
  on: `
function on(type, listener) {
  $events.EventEmitter.prototype.on.call(this, type, listener);
  if (type === "data" || type === "end" || type === "readable") {
    if (type === "readable") { this._isReading = true; this._flowing = false; } else if (type === "data") this._flowing = true;
    $process.listenToInput((data) => this.push(data));
    $stream.schedule(this);
  }
  return this;
}`,
  setRawMode: "function setRawMode() { return this; }",
  unref: "function unref() { $process.listenToInput(undefined); return this; }",
  ref: "function ref() { return this; }",
  pause: "function pause() { this._flowing = false; $process.listenToInput(undefined); return this; }",
  resume:
    "function resume() { this._flowing = true; $process.listenToInput((data) => this.push(data)); $stream.schedule(this); return this; }",
});
links("node:events", { EventEmitter: "EventEmitter" });

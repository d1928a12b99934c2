/** `fs` with callbacks and promises, over the functions that wait for nothing. */
import { define, links, scripts } from "../intrinsics.ts";

const NAMES =
  "readFile writeFile appendFile stat lstat readdir mkdir mkdtemp rmdir unlink rm rename copyFile symlink realpath chmod access truncate open".split(
    " ",
  );

define("node:fs/promises", "Object.prototype", { isOpen: true });
links("node:fs/promises", { constants: "node:fs.constants" }, true);
scripts(
  "node:fs/promises",
  Object.fromEntries(
    NAMES.filter((name) => name !== "open").map((name) => [
      name,
      `function ${name}(...args) { return new Promise((resolve, reject) => setImmediate(() => { try { resolve($fs.${name}Sync(...args)); } catch (error) { reject($fs.withoutTrace(error)); } })); }`,
    ]),
  ),
);
scripts("node:fs", {
  ...Object.fromEntries(
    NAMES.map((name) => [
      name,
      `function ${name}(...args) {
  const callback = args.pop();
  if (typeof callback !== "function") throw $errors.withCode("TypeError", "ERR_INVALID_ARG_TYPE", 'The "cb" argument must be of type function. Received ' + $text.received(callback));
  let error = null;
  let result;
  try { result = $fs.${name}Sync(...args); } catch (failure) { error = $fs.withoutTrace(failure); }
  setImmediate(() => result === undefined ? callback(error) : callback(error, result));
}`,
    ]),
  ),
  /** Errors of the file system come from libuv, without a trace of the program. */
  withoutTrace: `
function withoutTrace(error) {
  if (error instanceof Error && error.syscall) error.stack = "Error: " + error.message;
  return error;
}`,
  exists: "function exists(path, callback) { setImmediate(callback, $fs.existsSync(path)); }",
  close: "function close(fd, callback) { $fs.closeSync(fd); if (callback) setImmediate(callback, null); }",
  createReadStream: `
function createReadStream(path, options) {
  const stream = new $stream.Readable({ read() {} });
  if (options) stream.setEncoding(typeof options === "string" ? options : options.encoding ?? "buffer");
  stream.path = path;
  setImmediate(() => {
    try { const data = $fs.readFileSync(path); stream.emit("open", 20); if (data.length > 0) stream.push(data); stream.push(null); }
    catch (error) { stream.destroy($fs.withoutTrace(error)); }
  });
  return stream;
}`,
  createWriteStream: `
function createWriteStream(path, options) {
  const appends = options && options.flags && options.flags.startsWith("a");
  const stream = new $stream.Writable({ write(chunk, encoding, done) { try { $fs.appendFileSync(path, chunk); done(); } catch (error) { done(error); } } });
  stream.path = path;
  try { if (appends) $fs.appendFileSync(path, ""); else $fs.writeFileSync(path, ""); } catch (error) { setImmediate(() => stream.destroy($fs.withoutTrace(error))); }
  return stream;
}`,
  watchFile: `
function watchFile(path, options, listener) {
  const callback = typeof options === "function" ? options : listener;
  const interval = typeof options === "object" && options.interval ? options.interval : 5007;
  let known = $fs.markOf(path);
  let before = $fs.statSync(path, { throwIfNoEntry: false });
  return setInterval(() => {
    const now = $fs.markOf(path);
    if (now === known) return;
    known = now;
    const current = $fs.statSync(path, { throwIfNoEntry: false });
    callback(current, before);
    before = current;
  }, interval);
}`,
});

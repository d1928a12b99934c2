/** Built-in modules: each fills its variables when it is imported. */

import type { Module } from "../objects.ts";
import type { Interpreter } from "../vm.ts";
import { fillCollections, fillItertools } from "./collections.ts";
import { fillContextlib } from "./contextlib.ts";
import { fillBase64, fillHashlib } from "./digests.ts";
import { fillHttpServer } from "./http-server.ts";
import { fillInspect } from "./inspect.ts";
import { fillIo } from "./io.ts";
import { fillJson } from "./json.ts";
import { fillMath, fillRandom } from "./math.ts";
import { fillOs, fillOsPath } from "./os.ts";
import { fillRe } from "./re.ts";
import { fillSignal } from "./signal.ts";
import { fillSocket } from "./socket.ts";
import { fillSsl } from "./ssl.ts";
import { fillSubprocess } from "./subprocess.ts";
import { fillSys } from "./sys.ts";
import { fillTime } from "./time.ts";
import { fillTraceback } from "./traceback.ts";
import { fillUrllib, fillUrllibRequest } from "./urllib.ts";

export type FillModule = (vm: Interpreter, module: Module) => void;

const nothing: FillModule = () => {};

export const MODULES: Readonly<Record<string, FillModule>> = {
  base64: fillBase64,
  _collections: fillCollections,
  _inspect: fillInspect,
  _contextlib: fillContextlib,
  _io: fillIo,
  hashlib: fillHashlib,
  http: nothing,
  "http.server": fillHttpServer,
  _itertools: fillItertools,
  json: fillJson,
  math: fillMath,
  os: fillOs,
  "os.path": fillOsPath,
  random: fillRandom,
  re: fillRe,
  signal: fillSignal,
  socket: fillSocket,
  ssl: fillSsl,
  subprocess: fillSubprocess,
  sys: fillSys,
  time: fillTime,
  _traceback: fillTraceback,
  urllib: nothing,
  "urllib.error": fillUrllib,
  "urllib.parse": fillUrllib,
  "urllib.request": fillUrllibRequest,
};

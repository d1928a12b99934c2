/** Modules that are written in Python. */

import { ARGPARSE } from "./arguments.ts";
import { ASYNCIO } from "./asyncio.ts";
import { ASYNCIO_SYNC } from "./asyncio-sync.ts";
import { ASYNCIO_WAITING } from "./asyncio-waiting.ts";
import { CONTEXTLIB } from "./contexts.ts";
import { DATETIME } from "./datetime.ts";
import { ENUM } from "./enum.ts";
import { BINASCII, SECRETS, UUID } from "./identifiers.ts";
import { INSPECT } from "./inspect.ts";
import { LOGGING } from "./logging.ts";
import { COLLECTIONS, DATACLASSES, FUNCTOOLS, IO, STRING, TEXTWRAP, THREADING, TYPING } from "./modules.ts";
import { FNMATCH, GLOB, PATHLIB, SHUTIL, TEMPFILE } from "./paths.ts";
import { ABSTRACT_COLLECTIONS, FUTURE, IMPORTLIB, MULTIPROCESSING, PLATFORM, SHLEX, TYPES } from "./process.ts";
import { ABC, BISECT, COPY, FUTURES, HEAPQ, HMAC, OPERATOR, QUEUE, STATISTICS } from "./structures.ts";
import { CONFIGPARSER, CSV, TEMPLATE } from "./texts.ts";
import { CHAIN_MAP, ITERTOOLS, MORE_FUNCTOOLS } from "./tools.ts";
import { TRACEBACK, WARNINGS } from "./traceback.ts";
import { UNITTEST } from "./unittest.ts";
import { UNITTEST_RUNNING } from "./unittest-running.ts";

const named = (sources: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(sources).map(([name, text]) => [name, { text, file: `/usr/local/lib/python3.12/${name}.py` }]),
  );

export const LIBRARY: Readonly<Record<string, { text: string; file: string }>> = named({
  __future__: FUTURE,
  abc: ABC,
  argparse: ARGPARSE,
  asyncio: ASYNCIO + ASYNCIO_WAITING + ASYNCIO_SYNC,
  binascii: BINASCII,
  bisect: BISECT,
  collections: COLLECTIONS + CHAIN_MAP,
  "collections.abc": ABSTRACT_COLLECTIONS,
  concurrent: "",
  "concurrent.futures": FUTURES,
  configparser: CONFIGPARSER,
  contextlib: CONTEXTLIB,
  copy: COPY,
  csv: CSV,
  dataclasses: DATACLASSES,
  datetime: DATETIME,
  enum: ENUM,
  fnmatch: FNMATCH,
  functools: FUNCTOOLS + MORE_FUNCTOOLS,
  glob: GLOB,
  heapq: HEAPQ,
  hmac: HMAC,
  importlib: IMPORTLIB,
  inspect: INSPECT,
  io: IO,
  itertools: ITERTOOLS,
  logging: LOGGING,
  multiprocessing: MULTIPROCESSING,
  operator: OPERATOR,
  pathlib: PATHLIB,
  platform: PLATFORM,
  queue: QUEUE,
  secrets: SECRETS,
  shlex: SHLEX,
  shutil: SHUTIL,
  statistics: STATISTICS,
  string: STRING + TEMPLATE,
  tempfile: TEMPFILE,
  textwrap: TEXTWRAP,
  threading: THREADING,
  traceback: TRACEBACK,
  types: TYPES,
  typing: TYPING,
  unittest: UNITTEST + UNITTEST_RUNNING,
  uuid: UUID,
  warnings: WARNINGS,
});

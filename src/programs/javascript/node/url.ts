/** URL, URLSearchParams, `url`, and the functions that encode parts of addresses. */

import { prototypeFor } from "../builtins/objects.ts";
import { arrayOf, objectOf, toText } from "../conversions.ts";
import { define, defineClass, links, natives, scripts } from "../intrinsics.ts";
import { iterateAll } from "../iteration.ts";
import { hidden, JsArray, JsIterator, JsObject, type Value } from "../objects.ts";
import { enumerableKeys, get } from "../properties.ts";
import type { Vm } from "../vm.ts";

const textIn = (self: Value): string =>
  String(
    (self as JsObject).properties.get(".href") instanceof Object
      ? ((self as JsObject).properties.get(".href") as { value: Value }).value
      : "",
  );

function put(object: JsObject, href: string): void {
  object.properties.set(".href", hidden(href));
}

defineClass("URL", (vm, _self, [input, base], { newTarget }) => {
  const text = toText(vm, input);
  let parsed: URL;
  try {
    parsed = base === undefined ? new URL(text) : new URL(text, toText(vm, base));
  } catch {
    return vm.fail("TypeError", "Invalid URL", { code: "ERR_INVALID_URL", input: text });
  }
  const made = new JsObject(prototypeFor(vm, newTarget, "URL.prototype"));
  put(made, parsed.href);
  const params = new JsObject(vm.intrinsic("URLSearchParams.prototype"));
  params.properties.set(".pairs", hidden(pairsOf(vm, parsed.search)));
  params.properties.set(".url", hidden(made));
  made.properties.set(".params", hidden(params));
  return made;
});

const PARTS = [
  "href",
  "protocol",
  "username",
  "password",
  "host",
  "hostname",
  "port",
  "pathname",
  "search",
  "hash",
] as const;
for (const part of PARTS) {
  natives("URL.prototype", {
    [`get ${part}`]: (_vm: Vm, self: Value) => new URL(textIn(self))[part],
    [`set ${part}`]: (vm: Vm, self: Value, [value]: readonly Value[]) => {
      const url = new URL(textIn(self));
      url[part] = toText(vm, value);
      put(self as JsObject, url.href);
      if (part === "search" || part === "href")
        (get(vm, self, ".params") as JsObject).properties.set(".pairs", hidden(pairsOf(vm, url.search)));
      return undefined;
    },
  });
}
natives("URL.prototype", {
  "get origin": (_vm, self) => new URL(textIn(self)).origin,
  "get searchParams": (vm, self) => get(vm, self, ".params"),
  toString: (_vm, self) => textIn(self),
  toJSON: (_vm, self) => textIn(self),
});
natives("URL", {
  canParse(vm, _self, [text, base]) {
    try {
      return new URL(toText(vm, text), base === undefined ? undefined : toText(vm, base)) !== undefined;
    } catch {
      return false;
    }
  },
});

// ---- URLSearchParams: pairs of names and values

function pairsOf(vm: Vm, query: string): JsArray {
  return arrayOf(
    vm,
    [...new URLSearchParams(query)].map((pair) => arrayOf(vm, pair)),
  );
}

const pairs = (vm: Vm, self: Value): [string, string][] =>
  (get(vm, self, ".pairs") as JsArray).items.map((pair) => (pair as JsArray).items as [string, string]);
const queryOf = (all: [string, string][]): string => new URLSearchParams(all).toString();

function change(vm: Vm, self: Value, all: [string, string][]): undefined {
  (self as JsObject).properties.set(
    ".pairs",
    hidden(
      arrayOf(
        vm,
        all.map((pair) => arrayOf(vm, pair)),
      ),
    ),
  );
  const url = get(vm, self, ".url");
  if (url instanceof JsObject) {
    const parsed = new URL(textIn(url));
    parsed.search = queryOf(all);
    put(url, parsed.href);
  }
  return undefined;
}

defineClass("URLSearchParams", (vm, _self, [input], { newTarget }) => {
  const made = new JsObject(prototypeFor(vm, newTarget, "URLSearchParams.prototype"));
  let all: [string, string][] = [];
  if (input instanceof JsObject && get(vm, input, ".pairs") !== undefined) all = pairs(vm, input);
  else if (input instanceof JsArray)
    all = input.items.map((pair) => iterateAll(vm, pair).map((each) => toText(vm, each)) as [string, string]);
  else if (input instanceof JsObject)
    all = enumerableKeys(vm, input).map((key) => [key, toText(vm, get(vm, input, key))]);
  else if (input !== undefined) all = [...new URLSearchParams(toText(vm, input))];
  change(vm, made, all);
  return made;
});
const iterator = (vm: Vm, values: Value[]) =>
  new JsIterator(vm.intrinsic("ArrayIterator.prototype"), arrayOf(vm, values), "values");
natives("URLSearchParams.prototype", {
  get: (vm, self, [name]) => pairs(vm, self).find(([key]) => key === toText(vm, name))?.[1] ?? null,
  getAll: (vm, self, [name]) =>
    arrayOf(
      vm,
      pairs(vm, self)
        .filter(([key]) => key === toText(vm, name))
        .map(([, value]) => value),
    ),
  has: (vm, self, [name]) => pairs(vm, self).some(([key]) => key === toText(vm, name)),
  append: (vm, self, [name, value]) => change(vm, self, [...pairs(vm, self), [toText(vm, name), toText(vm, value)]]),
  delete: (vm, self, [name]) =>
    change(
      vm,
      self,
      pairs(vm, self).filter(([key]) => key !== toText(vm, name)),
    ),
  set(vm, self, [name, value]) {
    const params = new URLSearchParams(pairs(vm, self));
    params.set(toText(vm, name), toText(vm, value));
    return change(vm, self, [...params]);
  },
  sort(vm, self) {
    const params = new URLSearchParams(pairs(vm, self));
    params.sort();
    return change(vm, self, [...params]);
  },
  toString: (vm, self) => queryOf(pairs(vm, self)),
  "get size": (vm, self) => pairs(vm, self).length,
  keys: (vm, self) =>
    iterator(
      vm,
      pairs(vm, self).map(([key]) => key),
    ),
  values: (vm, self) =>
    iterator(
      vm,
      pairs(vm, self).map(([, value]) => value),
    ),
  entries: (vm, self) =>
    iterator(
      vm,
      pairs(vm, self).map((pair) => arrayOf(vm, pair)),
    ),
});
links("URLSearchParams.prototype", { "@@iterator": "URLSearchParams.prototype.entries" });
scripts("URLSearchParams.prototype", {
  forEach: "function forEach(callback) { for (const [name, value] of this) callback(value, name, this); }",
});
links("globalThis", { URL: "URL", URLSearchParams: "URLSearchParams" });

/** Newer versions tell that `url.parse` is old. */
function warnOnce(vm: Vm): void {
  if (vm.major < 24 || vm.facts.get("hasWarnedOfUrl") === true) return;
  vm.facts.set("hasWarnedOfUrl", true);
  const text =
    "`url.parse()` behavior is not standardized and prone to errors that have security implications. " +
    "Use the WHATWG URL API instead. CVEs are not issued for `url.parse()` vulnerabilities.";
  const process = vm.intrinsic("process");
  vm.tasks.ticks.push({
    callback: get(vm, process, "emitWarning"),
    self: process,
    args: [text, "DeprecationWarning", "DEP0169"],
  });
}

define("node:url", "Object.prototype", { isOpen: true });
links("node:url", { URL: "URL", URLSearchParams: "URLSearchParams" }, true);
natives("node:url", {
  /** The parts of an address that may lack its beginning. */
  parse(vm, _self, [value, parsesQuery]) {
    warnOnce(vm);
    const text = toText(vm, value);
    const [, protocol = null, slashes, auth = null, host = null, pathname = null, search = null, hash = null] =
      /^([a-zA-Z][\w+.-]*:)?(\/\/)?(?:([^@/?#]*)@)?((?<=\/\/|@)[^/?#]*)?([^?#]*)?(\?[^#]*)?(#.*)?$/.exec(text) ?? [];
    const [, hostname = null, port = null] = /^(.*?)(?::(\d+))?$/.exec(host ?? "") ?? [];
    const shown = pathname === "" ? (host === null ? null : "/") : pathname;
    const query = search === null ? null : search.slice(1);
    const parsed = parsesQuery ? vm.call(vm.intrinsic("node:querystring.parse"), undefined, [query ?? ""]) : query;
    const made = objectOf(vm, {
      protocol,
      slashes: slashes ? true : null,
      auth,
      host,
      port: host === null ? null : port,
      hostname: host === null ? null : hostname,
      hash,
      search: search ?? (parsesQuery ? "" : null),
      query: parsed,
      pathname: shown,
      path: shown === null && search === null ? null : `${shown ?? ""}${search ?? ""}`,
      href: text,
    });
    made.proto = vm.intrinsic("Url.prototype");
    return made;
  },
  fileURLToPath(vm, _self, [value]) {
    const url = new URL(value instanceof JsObject ? textIn(value) : toText(vm, value));
    return decodeURIComponent(url.pathname);
  },
  pathToFileURL: (vm, _self, [path]) => vm.construct(vm.intrinsic("URL"), [`file://${encodeURI(toText(vm, path))}`]),
  format: (vm, _self, [value]) => {
    if (get(vm, value, ".href") !== undefined) return textIn(value);
    const part = (name: string) => {
      const found = get(vm, value, name);
      return found === undefined || found === null ? "" : toText(vm, found);
    };
    const host = part("host") || `${part("hostname")}${part("port") ? `:${part("port")}` : ""}`;
    const head = part("protocol") ? `${part("protocol").replace(/:?$/, ":")}//` : "";
    return `${head}${host}${part("pathname")}${part("search")}${part("hash")}`;
  },
  resolve: (vm, _self, [from, to]) =>
    new URL(toText(vm, to), new URL(toText(vm, from), "resolve://")).href.replace(/^resolve:\/\//, ""),
});
defineClass("Url", (vm) => new JsObject(vm.intrinsic("Url.prototype")));

const coding =
  (of: (text: string) => string) =>
  (vm: Vm, _self: Value, [value]: readonly Value[]) => {
    try {
      return of(toText(vm, value));
    } catch (error) {
      if (error instanceof URIError) return vm.fail("URIError", error.message);
      throw error;
    }
  };
natives("globalThis", {
  encodeURIComponent: coding(encodeURIComponent),
  decodeURIComponent: coding(decodeURIComponent),
  encodeURI: coding(encodeURI),
  decodeURI: coding(decodeURI),
  escape: (vm, _self, [text]) =>
    encodeURIComponent(toText(vm, text)).replace(
      /[!'()*]/g,
      (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
    ),
});

define("node:querystring", "Object.prototype", { isOpen: true });
natives("node:querystring", {
  parse(vm, _self, [value]) {
    const made = new JsObject(null);
    for (const [name, text] of new URLSearchParams(toText(vm, value))) {
      const known = made.properties.get(name);
      if (known === undefined) made.properties.set(name, text);
      else if (known instanceof JsArray) known.items.push(text);
      else made.properties.set(name, arrayOf(vm, [known as Value, text]));
    }
    return made;
  },
  stringify(vm, _self, [value]) {
    if (!(value instanceof JsObject)) return "";
    const part = (item: Value) =>
      item instanceof JsObject || item === undefined || item === null ? "" : encodeURIComponent(toText(vm, item));
    return enumerableKeys(vm, value)
      .flatMap((key) => {
        const item = get(vm, value, key);
        const items = item instanceof JsArray ? item.items : [item];
        return items.map((each) => `${encodeURIComponent(key)}=${part(each)}`);
      })
      .join("&");
  },
  escape: coding(encodeURIComponent),
  unescape: coding(decodeURIComponent),
});

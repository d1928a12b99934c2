/** The formats that schemas and expressions may name. As in Kubernetes, unknown formats are ignored. */
import { isIPv4, isIPv6 } from "./names.ts";

const MAX_HOST_NAME_LENGTH = 255;
const MAX_LABEL_LENGTH = 63;
const MAX_LONG_NAME_LENGTH = 253;

const HOST_NAME =
  /^([a-zA-Z0-9\p{S}\p{L}]((-?[a-zA-Z0-9\p{S}\p{L}]{0,62})?)|([a-zA-Z0-9\p{S}\p{L}](([a-zA-Z0-9\-\p{S}\p{L}]{0,61}[a-zA-Z0-9\p{S}\p{L}])?)(\.)){1,}([a-zA-Z\p{L}]){2,63})$/u;
const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const UUID3 = /^[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const UUID4 = /^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i;
const UUID5 = /^[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i;
const CREDIT_CARD =
  /^(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|6(?:011|5[0-9][0-9])[0-9]{12}|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35\d{3})\d{11})$/;
const RGB_PART = "\\s*(?:0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])\\s*";
const RGB_COLOR = new RegExp(`^rgb\\(${RGB_PART},${RGB_PART},${RGB_PART}\\)$`);
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/;
const MAC_ADDRESS =
  /^(?:[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}(?:(?:[0-9a-f]{2}\1){2}(?:(?:[0-9a-f]{2}\1){12})?)?[0-9a-f]{2}|(?:[0-9a-f]{4}\.){2}(?:[0-9a-f]{4}\.)?(?:(?:[0-9a-f]{4}\.){6})?[0-9a-f]{4})$/i;
const SHORT_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const LONG_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Keys are names without dashes. */
const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  bsonobjectid: (text) => /^[0-9a-fA-F]{24}$/.test(text),
  uri: isRequestUri,
  email: isEmail,
  hostname: isHostName,
  ipv4: isIPv4,
  ipv6: isIPv6,
  cidr: isCidr,
  mac: (text) => MAC_ADDRESS.test(text),
  uuid: (text) => UUID.test(text),
  uuid3: (text) => UUID3.test(text),
  uuid4: (text) => UUID4.test(text),
  uuid5: (text) => UUID5.test(text),
  isbn: (text) => isIsbn10(text) || isIsbn13(text),
  isbn10: isIsbn10,
  isbn13: isIsbn13,
  creditcard: isCreditCard,
  ssn: (text) => /^\d{3}[- ]?\d{2}[- ]?\d{4}$/.test(text),
  hexcolor: (text) => /^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/.test(text),
  rgbcolor: (text) => RGB_COLOR.test(text),
  byte: (text) => BASE64.test(text),
  password: () => true,
  date: isDate,
  duration: isDuration,
  datetime: isDateTime,
  k8sshortname: (text) => text.length <= MAX_LABEL_LENGTH && SHORT_NAME.test(text),
  k8slongname: (text) => text.length <= MAX_LONG_NAME_LENGTH && LONG_NAME.test(text),
};

function checkOf(format: string): ((text: string) => boolean) | undefined {
  const name = format.replaceAll("-", "");
  return Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
}

export function isKnownFormat(format: string): boolean {
  return checkOf(format) !== undefined;
}

/** True for unknown formats. */
export function hasFormat(text: string, format: string): boolean {
  return checkOf(format)?.(text) ?? true;
}

/** An absolute URI, or an absolute path, as Go's `url.ParseRequestURI`. */
function isRequestUri(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly those are refused.
  if (text === "" || /[\u0000-\u001f\u007f]/.test(text)) return false;
  if (text === "*") return true;
  const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(text);
  const rest = (scheme ? text.slice(scheme[0].length) : text).replace(/[?].*$/s, "");
  if (!rest.startsWith("/")) return scheme !== null;
  if (/%(?![0-9a-fA-F]{2})/.test(rest)) return false;
  if (!scheme || !rest.startsWith("//")) return true;
  const authority = rest.slice(2).split("/", 1)[0]!;
  const host = authority.slice(authority.lastIndexOf("@") + 1);
  return /^(\[[0-9a-fA-F:.%]+\]|[^[\]\s<>"\\^`{|}:]*)(:\d*)?$/.test(host);
}

/** One address of RFC 5322: `a@b.c`, or with a display name. */
function isEmail(text: string): boolean {
  const address = /^(?:[^<>@]*<([^<>]+)>|([^<>]+))$/.exec(text.trim());
  const spec = (address?.[1] ?? address?.[2] ?? "").trim();
  const at = spec.lastIndexOf("@");
  if (at < 1) return false;
  const local = spec.slice(0, at);
  const isLocal = /^"[^"\\]*"$/.test(local) || isDotAtom(local);
  const domain = spec.slice(at + 1);
  return isLocal && (isDotAtom(domain) || /^\[[^[\]]+\]$/.test(domain));
}

function isDotAtom(text: string): boolean {
  return text.split(".").every((part) => /^[^\s()<>[\]:;@\\,."]+$/.test(part));
}

function isHostName(text: string): boolean {
  if (text.length > MAX_HOST_NAME_LENGTH || !HOST_NAME.test(text)) return false;
  return text.split(".").every((label) => label.length <= MAX_LABEL_LENGTH);
}

function isCidr(text: string): boolean {
  const match = /^([^/]+)\/(\d{1,3})$/.exec(text);
  if (!match) return false;
  const [, address, bits] = match as unknown as [string, string, string];
  return isIPv4(address) ? Number(bits) <= 32 : isIPv6(address) && Number(bits) <= 128;
}

function isIsbn10(text: string): boolean {
  const digits = text.replace(/[\s-]+/g, "");
  if (!/^\d{9}[\dX]$/.test(digits)) return false;
  const sum = [...digits].reduce((total, digit, i) => total + (i + 1) * (digit === "X" ? 10 : Number(digit)), 0);
  return sum % 11 === 0;
}

function isIsbn13(text: string): boolean {
  const digits = text.replace(/[\s-]+/g, "");
  if (!/^\d{13}$/.test(digits)) return false;
  return [...digits].reduce((total, digit, i) => total + (i % 2 === 0 ? 1 : 3) * Number(digit), 0) % 10 === 0;
}

function isCreditCard(text: string): boolean {
  const digits = text.replace(/\D+/g, "");
  if (!CREDIT_CARD.test(digits)) return false;
  const sum = [...digits].reverse().reduce((total, digit, i) => {
    const doubled = Number(digit) * (i % 2 === 0 ? 1 : 2);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}

function isDate(text: string): boolean {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (!match) return false;
  const [, year, month, day] = match as unknown as [string, string, string, string];
  const lastDay = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  return Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= lastDay;
}

function isDateTime(text: string): boolean {
  const [date, time] = text.toLowerCase().split("t") as [string, string?];
  if (time === undefined || !isDate(date)) return false;
  const match = /^([0-9]{2}):([0-9]{2}):([0-9]{2})(.[0-9]+)?(z|([+-][0-9]{2}:[0-9]{2}))$/.exec(time);
  return match !== null && match[1]! <= "23" && match[2]! <= "59" && match[3]! <= "59";
}

const GO_DURATION = /^[-+]?(0|((\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h))+)$/;
const UNITS = ["ns", "us", "µs", "ms", "s", "m", "h", "hr", "d", "w", "wk"];
/** Units that may have an ending: `seconds`. */
const LONG_UNITS = ["nano", "micro", "milli", "sec", "min", "hour", "day", "week"];

function isDuration(text: string): boolean {
  if (GO_DURATION.test(text)) return true;
  for (const match of text.matchAll(/\d+\s*([A-Za-zµ]+)/g)) {
    const unit = match[1]!.toLowerCase();
    if (UNITS.includes(unit) || LONG_UNITS.some((long) => unit.startsWith(long))) return true;
  }
  return false;
}

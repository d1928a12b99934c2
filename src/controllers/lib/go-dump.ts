/**
 * Prints a value of the API as Go's spew package does (`%#v`, sorted keys, no methods, no addresses). Kubernetes hashes
 * this text to name ReplicaSets, so the digits of `web-7d8c7848cd` follow from every type and field name in it.
 * Kubernetes: pkg/util/hash/hash.go (DeepHashObject)
 */
import { parseQuantity } from "../../lib/quantity.ts";
import { goTypeName } from "../../schema/table.ts";
import type { Field, SchemaType, StructType } from "../../schema/types.ts";

/** Go names of fields that differ from the capitalized JSON name. */
const GO_FIELD_NAMES: Readonly<Record<string, string>> = {
  apiGroup: "APIGroup",
  apiVersion: "APIVersion",
  awsElasticBlockStore: "AWSElasticBlockStore",
  cephfs: "CephFS",
  chapAuthDiscovery: "DiscoveryCHAPAuth",
  chapAuthSession: "SessionCHAPAuth",
  csi: "CSI",
  diskURI: "DataDiskURI",
  dnsConfig: "DNSConfig",
  dnsPolicy: "DNSPolicy",
  endpoints: "EndpointsName",
  fc: "FC",
  fsGroup: "FSGroup",
  fsGroupChangePolicy: "FSGroupChangePolicy",
  fsType: "FSType",
  gcePersistentDisk: "GCEPersistentDisk",
  gmsaCredentialSpec: "GMSACredentialSpec",
  gmsaCredentialSpecName: "GMSACredentialSpecName",
  grpc: "GRPC",
  httpGet: "HTTPGet",
  httpHeaders: "HTTPHeaders",
  ip: "IP",
  iqn: "IQN",
  iscsi: "ISCSI",
  iscsiInterface: "ISCSIInterface",
  nfs: "NFS",
  os: "OS",
  pdName: "PDName",
  rbd: "RBD",
  seLinuxChangePolicy: "SELinuxChangePolicy",
  seLinuxOptions: "SELinuxOptions",
  serviceAccount: "DeprecatedServiceAccount",
  sslEnabled: "SSLEnabled",
  storageos: "StorageOS",
  tcpSocket: "TCPSocket",
  tty: "TTY",
  uid: "UID",
  wwids: "WWIDs",
};

/** Go names of fields that differ in one type only. */
const GO_FIELD_NAMES_BY_TYPE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  RBDVolumeSource: { image: "RBDImage", monitors: "CephMonitors", pool: "RBDPool", user: "RadosUser" },
  PodTemplateSpec: { metadata: "ObjectMeta" },
  PersistentVolumeClaimTemplate: { metadata: "ObjectMeta" },
};

/** Types with an embedded struct: the name of that struct, and the fields outside it. */
const EMBEDDED: Readonly<Record<string, { name: string; outside: readonly string[] }>> = {
  ConfigMapEnvSource: { name: "LocalObjectReference", outside: ["optional"] },
  ConfigMapKeySelector: { name: "LocalObjectReference", outside: ["key", "optional"] },
  ConfigMapProjection: { name: "LocalObjectReference", outside: ["items", "optional"] },
  ConfigMapVolumeSource: { name: "LocalObjectReference", outside: ["items", "defaultMode", "optional"] },
  Probe: {
    name: "ProbeHandler",
    outside: [
      "initialDelaySeconds",
      "timeoutSeconds",
      "periodSeconds",
      "successThreshold",
      "failureThreshold",
      "terminationGracePeriodSeconds",
    ],
  },
  SecretEnvSource: { name: "LocalObjectReference", outside: ["optional"] },
  SecretKeySelector: { name: "LocalObjectReference", outside: ["key", "optional"] },
  SecretProjection: { name: "LocalObjectReference", outside: ["items", "optional"] },
  Volume: { name: "VolumeSource", outside: ["name"] },
};

const NO_TIME = "{Time:(time.Time){wall:(uint64)0 ext:(int64)0 loc:(*time.Location)<nil>}}";
const ZERO_AMOUNT = "{value:(int64)0 scale:(resource.Scale)0}";
const NO_DECIMAL = "<nil>";
const NANOS_PER_UNIT = 1_000_000_000n;
const BINARY_SUFFIXES = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const DECIMAL_SUFFIXES: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};

/** The text of a value, preceded by its type. For values that are not pointers. */
export function goDump(type: SchemaType, value: unknown): string {
  return `(${goName(type)})${dumpBody(type, value)}`;
}

function dumpField(field: Field, value: unknown): string {
  if (!isPointer(field)) return goDump(field.type, value);
  return value === undefined || value === null
    ? `(*${goName(field.type)})<nil>`
    : `(*${goName(field.type)})${dumpBody(field.type, value)}`;
}

/** True for optional fields that are pointers in Go: all but lists, maps and the creation time. */
function isPointer({ name, type, whenEmpty }: Field): boolean {
  const isCollection = type.kind === "list" || type.kind === "map";
  const isOptional = whenEmpty === "left out when unset" || whenEmpty === "written as null";
  return isOptional && !isCollection && name !== "creationTimestamp";
}

function goName(type: SchemaType): string {
  if (type.kind === "map" && isQuantity(type.values)) return "v1.ResourceList";
  if (type.kind !== "scalar") return goTypeName(type);
  switch (type.scalar) {
    case "quantity":
      return "resource.Quantity";
    case "intOrString":
      return "intstr.IntOrString";
    case "time":
      return "v1.Time";
    default:
      return type.goName;
  }
}

function isQuantity(type: SchemaType): boolean {
  return type.kind === "scalar" && type.scalar === "quantity";
}

function dumpBody(type: SchemaType, value: unknown): string {
  switch (type.kind) {
    case "scalar":
      return dumpScalar(type.scalar, value);
    case "list": {
      const items = (value ?? []) as readonly unknown[];
      return items.length === 0 ? "<nil>" : `[${items.map((item) => dumpBody(type.items, item)).join(" ")}]`;
    }
    case "map": {
      const entries = Object.entries((value ?? {}) as Record<string, unknown>).sort(([a], [b]) => (a < b ? -1 : 1));
      if (entries.length === 0) return "<nil>";
      return `map[${entries.map(([key, item]) => `${key}:${dumpBody(type.values, item)}`).join(" ")}]`;
    }
    case "struct":
      return dumpStruct(type, (value ?? {}) as Record<string, unknown>);
  }
}

function dumpStruct(type: StructType, value: Record<string, unknown>): string {
  const embedded = EMBEDDED[type.goName];
  const outer: string[] = [];
  const inner: string[] = [];
  let innerAt = 0;
  for (const field of type.fields.values()) {
    const name = GO_FIELD_NAMES_BY_TYPE[type.goName]?.[field.name] ?? goFieldName(field.name);
    const isInner = embedded !== undefined && !embedded.outside.includes(field.name);
    if (isInner && inner.length === 0) innerAt = outer.length;
    (isInner ? inner : outer).push(`${name}:${dumpField(field, value[field.name])}`);
  }
  if (embedded) outer.splice(innerAt, 0, `${embedded.name}:(v1.${embedded.name}){${inner.join(" ")}}`);
  return `{${outer.join(" ")}}`;
}

function goFieldName(name: string): string {
  return GO_FIELD_NAMES[name] ?? name.charAt(0).toUpperCase() + name.slice(1);
}

function dumpScalar(scalar: string, value: unknown): string {
  switch (scalar) {
    case "string":
      return String(value ?? "");
    case "boolean":
      return String(value ?? false);
    case "time":
      return NO_TIME;
    case "quantity":
      return dumpQuantity(String(value ?? "0"));
    case "intOrString":
      return typeof value === "string"
        ? `{Type:(intstr.Type)1 IntVal:(int32)0 StrVal:(string)${value}}`
        : `{Type:(intstr.Type)0 IntVal:(int32)${value ?? 0} StrVal:(string)}`;
    default:
      return String(value ?? 0);
  }
}

/**
 * A canonical Quantity as Go's parser stores it: decimal quantities as digits and a scale, binary ones as the whole
 * value. The parser caches the text only if it knows it to be canonical. Quantities beyond int64 become big decimals.
 */
function dumpQuantity(text: string): string {
  const { format, nanos } = parseQuantity(text);
  const goFormat = { binary: "BinarySI", decimal: "DecimalSI", exponent: "DecimalExponent" }[format];
  const [, sign = "", digits = "0", suffix = ""] = /^([+-]?)(\d*)(.*)$/.exec(text) ?? [];
  const number = BigInt(digits || "0");
  if (format === "binary") {
    const exponent = (BINARY_SUFFIXES.indexOf(suffix) + 1) * 10;
    const precision = 15 - digits.length - Math.floor((exponent * 3) / 10) - 1;
    const value = nanos / NANOS_PER_UNIT;
    if (precision < 0) return quantityText(ZERO_AMOUNT, decimalText(value), "", goFormat);
    const isKept = (number & 7n) !== 0n;
    return quantityText(amountText(value, 0), NO_DECIMAL, isKept ? text : "", goFormat);
  }
  const scale =
    suffix.toLowerCase().startsWith("e") && suffix !== "E" ? Number(suffix.slice(1)) : (DECIMAL_SUFFIXES[suffix] ?? 0);
  const isKept = text === "0" || (scale % 3 === 0 && !digits.endsWith("000") && !digits.startsWith("0"));
  const value = sign === "-" ? -number : number;
  return quantityText(text === "0" ? ZERO_AMOUNT : amountText(value, scale), NO_DECIMAL, isKept ? text : "", goFormat);
}

function quantityText(amount: string, decimal: string, text: string, format: string): string {
  return `{i:(resource.int64Amount)${amount} d:(resource.infDecAmount){Dec:(*inf.Dec)${decimal}} s:(string)${text} Format:(resource.Format)${format}}`;
}

function amountText(value: bigint, scale: number): string {
  return `{value:(int64)${value} scale:(resource.Scale)${scale}}`;
}

/** Prints a big integer as 64-bit words, the lowest first. */
function decimalText(value: bigint): string {
  const words: bigint[] = [];
  for (let rest = value; rest > 0n; rest >>= 64n) words.push(rest & 0xffff_ffff_ffff_ffffn);
  return `{unscaled:(big.Int){neg:(bool)false abs:(big.nat)[${words.join(" ")}]} scale:(inf.Scale)0}`;
}

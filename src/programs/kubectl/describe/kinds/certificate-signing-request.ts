import { bytesOfBase64, textOfBytes } from "../../../../lib/bytes.ts";
import { humanDuration } from "../../../../lib/duration.ts";
import type { JsonObject } from "../../../../lib/json.ts";
import { formatLabels } from "../../../../lib/selectors.ts";
import { parseCertificateRequest } from "../../../../lib/signing/certificate-request.ts";
import { DerError, oidOf, partsOf, readDer } from "../../../../lib/signing/der.ts";
import { Failure } from "../../core/session.ts";
import type { Describer } from "../describer.ts";
import { eventsOf, writeEvents } from "../events.ts";
import { at, mapAt, numberAt, objectsAt, textAt } from "../fields.ts";
import { timeText, writeName } from "../metadata.ts";
import { Writer } from "../writer.ts";

export const certificateSigningRequest: Describer = {
  group: "certificates.k8s.io",
  kind: "CertificateSigningRequest",
  *describe(call, object) {
    const events = yield* eventsOf(call, object, "CertificateSigningRequest");
    const w = new Writer();
    writeName(w, object, { hasNamespace: false });
    w.field(0, "Labels", formatLabels(mapAt(object, "metadata.labels")));
    w.field(0, "Annotations", formatLabels(mapAt(object, "metadata.annotations")));
    w.field(0, "CreationTimestamp", timeText(textAt(object, "metadata.creationTimestamp")));
    w.field(0, "Requesting User", textAt(object, "spec.username"));
    if (textAt(object, "spec.signerName")) w.field(0, "Signer", textAt(object, "spec.signerName"));
    if (at(object, "spec.expirationSeconds") !== undefined) {
      w.field(0, "Requested Duration", humanDuration(numberAt(object, "spec.expirationSeconds") * 1000));
    }
    w.field(0, "Status", statusText(object));
    writeRequest(w, object);
    writeEvents(w, events, call.nowMs);
    return w.toString();
  },
};

function statusText(object: JsonObject): string {
  const types = objectsAt(object, "status.conditions").map((one) => textAt(one, "type"));
  const decision = types.includes("Denied") ? "Denied" : types.includes("Approved") ? "Approved" : "Pending";
  const failed = types.includes("Failed") ? ",Failed" : "";
  return `${decision}${failed}${textAt(object, "status.certificate") ? ",Issued" : ""}`;
}

function writeRequest(w: Writer, object: JsonObject): void {
  const request = requestOf(object);
  const subject = subjectOf(request.subject);
  w.write(0, "Subject:\n");
  w.write(0, `\tCommon Name:\t${request.commonName}\n`);
  w.write(0, `\tSerial Number:\t${subject.get(SERIAL_NUMBER)?.at(-1) ?? ""}\n`);
  for (const [label, type] of SUBJECT_LISTS) writeList(w, label, subject.get(type) ?? []);
  const { dnsNames, emailAddresses, uris, ipAddresses } = request;
  if (dnsNames.length + emailAddresses.length + uris.length + ipAddresses.length === 0) return;
  w.write(0, "Subject Alternative Names:\n");
  writeList(w, "DNS Names", dnsNames);
  writeList(w, "Email Addresses", emailAddresses);
  writeList(w, "URIs", uris);
  writeList(w, "IP Addresses", ipAddresses.map(addressText));
}

function requestOf(object: JsonObject) {
  try {
    return parseCertificateRequest(textOfBytes(bytesOfBase64(textAt(object, "spec.request"))));
  } catch (error) {
    if (error instanceof DerError) throw new Failure(`error: Error parsing CSR: ${error.message}`);
    throw error;
  }
}

const SERIAL_NUMBER = "2.5.4.5";
/** Attributes of names by their object identifiers (X.520). */
const SUBJECT_LISTS = [
  ["Organization", "2.5.4.10"],
  ["Organizational Unit", "2.5.4.11"],
  ["Country", "2.5.4.6"],
  ["Locality", "2.5.4.7"],
  ["Province", "2.5.4.8"],
  ["StreetAddress", "2.5.4.9"],
  ["PostalCode", "2.5.4.17"],
] as const;

/** The values of a name by type. */
function subjectOf(bytes: Uint8Array): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const attribute of partsOf(readDer(bytes)).flatMap((relative) => partsOf(relative))) {
    const [type, value] = partsOf(attribute);
    if (!type || !value) continue;
    const id = oidOf(type);
    values.set(id, [...(values.get(id) ?? []), new TextDecoder().decode(value.content)]);
  }
  return values;
}

function writeList(w: Writer, label: string, values: readonly string[]): void {
  if (values.length > 0) w.write(0, `\t${label}:\t${values.join("\n\t\t")}\n`);
}

function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  const groups = Array.from({ length: 8 }, (_, i) =>
    (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16),
  );
  const zeros = /(^|:)(0(:0)+)(:|$)/.exec(groups.join(":"));
  return zeros ? groups.join(":").replace(zeros[0], "::") : groups.join(":");
}

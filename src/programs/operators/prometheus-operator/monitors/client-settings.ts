/**
 * How Prometheus asks the targets of a monitor: credentials, certificates, time-outs, limits.
 * Source: github.com/prometheus-operator/prometheus-operator pkg/prometheus/promcfg.go
 */
import type { JsonObject, JsonValue } from "../../../../lib/json.ts";
import { objectIn } from "../../../kubectl/core/parts.ts";
import type { Steps } from "../../../kubectl/core/session.ts";
import { type Assets, isReference } from "../assets.ts";
import { present } from "./monitor.ts";

/** `follow_redirects`, `tls_config`, `authorization` and similar settings of an endpoint. Throws Rejection. */
export function* clientSettings(endpoint: JsonObject, namespace: string, assets: Assets): Steps<JsonObject> {
  const { followRedirects, enableHttp2, enableHTTP2, bearerTokenFile, bearerTokenSecret, proxyUrl } = endpoint;
  const tls = endpoint["tlsConfig"];
  const { name } = objectIn(bearerTokenSecret);
  return present({
    follow_redirects: followRedirects,
    enable_http2: enableHttp2 ?? enableHTTP2,
    proxy_url: proxyUrl,
    tls_config: tls === undefined ? undefined : yield* tlsSettings(objectIn(tls), namespace, assets),
    bearer_token_file: bearerTokenFile,
    bearer_token: name ? yield* assets.secret(namespace, bearerTokenSecret) : undefined,
    basic_auth: yield* basicAuth(endpoint["basicAuth"], namespace, assets),
    authorization: yield* authorization(endpoint["authorization"], namespace, assets),
  });
}

export function* tlsSettings(tls: JsonObject, namespace: string, assets: Assets): Steps<JsonObject> {
  const { ca, cert, keySecret } = tls;
  const file = function* (reference: JsonValue | undefined, path: JsonValue | undefined): Steps<JsonValue | undefined> {
    return isReference(reference) ? yield* assets.file(namespace, reference) : path;
  };
  return present({
    insecure_skip_verify: tls["insecureSkipVerify"],
    ca_file: yield* file(ca, tls["caFile"]),
    cert_file: yield* file(cert, tls["certFile"]),
    key_file: yield* file(keySecret === undefined ? undefined : { secret: keySecret }, tls["keyFile"]),
    server_name: tls["serverName"],
    min_version: tls["minVersion"],
    max_version: tls["maxVersion"],
  });
}

export function* basicAuth(
  given: JsonValue | undefined,
  namespace: string,
  assets: Assets,
): Steps<JsonObject | undefined> {
  if (given === undefined) return undefined;
  const { username, password } = objectIn(given);
  return {
    username: yield* assets.secret(namespace, username),
    password: yield* assets.secret(namespace, password),
  };
}

export function* authorization(
  given: JsonValue | undefined,
  namespace: string,
  assets: Assets,
): Steps<JsonObject | undefined> {
  if (given === undefined) return undefined;
  const { type, credentials, credentialsFile } = objectIn(given);
  return present({
    type: typeof type === "string" && type.trim() !== "" ? type.trim() : "Bearer",
    credentials: credentials === undefined ? undefined : yield* assets.secret(namespace, credentials),
    credentials_file: credentialsFile,
  });
}

/** `scrape_interval`, `metrics_path` and similar settings. */
export function scrapeSettings(endpoint: JsonObject): JsonObject {
  return present({
    scrape_interval: endpoint["interval"] ?? endpoint["scrapeInterval"],
    scrape_timeout: endpoint["scrapeTimeout"],
    metrics_path: endpoint["path"] ?? endpoint["metricsPath"],
    params: endpoint["params"],
    scheme: typeof endpoint["scheme"] === "string" ? endpoint["scheme"].toLowerCase() : undefined,
  });
}

/** Limits of a monitor, and the formats that it allows. */
export function limitSettings(spec: JsonObject): JsonObject {
  return present({
    sample_limit: spec["sampleLimit"],
    target_limit: spec["targetLimit"],
    label_limit: spec["labelLimit"],
    label_name_length_limit: spec["labelNameLengthLimit"],
    label_value_length_limit: spec["labelValueLengthLimit"],
    keep_dropped_targets: spec["keepDroppedTargets"],
    scrape_protocols: spec["scrapeProtocols"],
    fallback_scrape_protocol: spec["fallbackScrapeProtocol"],
    body_size_limit: spec["bodySizeLimit"],
  });
}

/** `honor_labels` and similar settings. A Prometheus may forbid both. */
export function honorSettings(endpoint: JsonObject, { overrideHonorLabels, overrideHonorTimestamps }: JsonObject) {
  const { honorLabels, honorTimestamps, trackTimestampsStaleness } = endpoint;
  const hasTimestamps = honorTimestamps !== undefined || overrideHonorTimestamps === true;
  return present({
    honor_labels: honorLabels === true && overrideHonorLabels !== true,
    ...(hasTimestamps && { honor_timestamps: honorTimestamps === true && overrideHonorTimestamps !== true }),
    track_timestamps_staleness: trackTimestampsStaleness,
  });
}

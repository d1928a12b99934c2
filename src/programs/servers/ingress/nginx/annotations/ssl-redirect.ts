/** `ssl-redirect`, `force-ssl-redirect`: sends clients of plain HTTP to HTTPS where the host has a certificate. */
import { type IngressAnnotation, isOn, page } from "../exchange.ts";

export const sslRedirect: IngressAnnotation = {
  answer(exchange) {
    const { request, host, hostRules } = exchange;
    if (schemeOf(exchange) !== "http") return undefined;
    const isForced = isOn(exchange, "force-ssl-redirect");
    const hasCertificate = hostRules?.tls !== undefined;
    if (!isForced && !(hasCertificate && isOn(exchange, "ssl-redirect", true))) return undefined;
    const keepsSlash = isOn(exchange, "preserve-trailing-slash");
    const target = keepsSlash ? request.path : request.path.replace(/\/$/, "");
    return page(308, { location: `https://${host}${target}` });
  },
};

function schemeOf(exchange: Parameters<NonNullable<IngressAnnotation["answer"]>>[0]): string {
  const { request } = exchange;
  const forwarded = isOn(exchange, "use-forwarded-headers") ? request.headers["x-forwarded-proto"] : undefined;
  return forwarded ?? request.scheme;
}

/** Names of images. Source: github.com/distribution/reference regexp.go (`ReferenceRegexp`) */
import { Failure } from "./session.ts";

const LABEL = String.raw`(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])`;
const DOMAIN = String.raw`(?:${LABEL}(?:\.${LABEL})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?`;
const PATH_PART = String.raw`[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*`;
const DIGEST = String.raw`[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}`;
const IMAGE = new RegExp(
  String.raw`^(?:${DOMAIN}/)?${PATH_PART}(?:/${PATH_PART})*(?::\w[\w.-]{0,127})?(?:@${DIGEST})?$`,
);

/** Throws Failure with `what` as the beginning of its message. */
export function checkImageName(image: string, what: string): void {
  if (!IMAGE.test(image)) throw new Failure(`error: ${what}: invalid reference format`);
}

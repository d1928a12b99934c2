/** cert-manager's images. */
import {
  certManagerCheck,
  certManagerController,
  certManagerInjector,
  certManagerWebhook,
} from "../../programs/operators/cert-manager/programs.ts";
import type { Program } from "../../shell/program.ts";
import type { ImageFamily } from "../image.ts";
import { simpleImage } from "../simple.ts";

const PROGRAMS: readonly (readonly [name: string, path: string, program: Program, ports: readonly number[]])[] = [
  ["controller", "/app/cmd/controller/controller", certManagerController, [9402]],
  ["webhook", "/app/cmd/webhook/webhook", certManagerWebhook, [10_250]],
  ["cainjector", "/app/cmd/cainjector/cainjector", certManagerInjector, [9402]],
  ["startupapicheck", "/app/cmd/startupapicheck/startupapicheck", certManagerCheck, []],
  ["ctl", "/app/cmd/ctl/ctl", certManagerCheck, []],
];

export const CERT_MANAGER: readonly ImageFamily[] = PROGRAMS.map(([name, path, implementation, ports]) =>
  simpleImage({
    repositories: [`quay.io/jetstack/cert-manager-${name}`],
    tags: { versions: "0.0-16:9 1.0-30:30", prefix: "v" },
    ...{ path, program: `cert-manager/${name}`, implementation, ports, base: "distroless", user: "1000" },
    sizeBytes: 26_000_000,
  }),
);

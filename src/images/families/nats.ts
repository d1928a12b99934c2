/** NATS, and nats-box with its command line. */
import { natsCli } from "../../programs/servers/nats/cli.ts";
import { natsServer } from "../../programs/servers/nats/server.ts";
import { alpineRelease } from "../bases/alpine.ts";
import { MB, onAlpine } from "../config.ts";
import type { ImageFamily } from "../image.ts";
import { library } from "../repositories.ts";
import { simpleImage } from "../simple.ts";
import { directory, executable, script } from "../tree.ts";

const server: ImageFamily = simpleImage({
  repositories: library("nats").concat("docker.io/bitnami/nats"),
  tags: { versions: "1.0-4:9 2.0-12:30", variants: "[\\w.-]+", words: { linux: "2.12.2" }, grows: true },
  base: "alpine",
  path: "/usr/local/bin/nats-server",
  program: "nats-server",
  implementation: natsServer,
  ports: [4222, 8222, 6222],
  sizeBytes: 12 * MB,
});

const box: ImageFamily = {
  repositories: ["docker.io/natsio/nats-box", "docker.io/synadia/nats-box"],
  tags: { versions: "0.1-19:9 1.0-1:9", grows: true, variants: "nonroot" },
  image: () =>
    onAlpine(alpineRelease(""), {
      sizeBytes: 30 * MB,
      workingDir: "/root",
      cmd: ["/bin/sh", "-l"],
      env: { XDG_CONFIG_HOME: "/nsc/.config" },
      files: () => ({
        "/usr/local/bin/nats": executable("nats-cli", { sizeBytes: 20_000_000 }),
        "/entrypoint.sh": script('exec "$@"'),
        "/nsc/.config": directory({ mode: 0o777 }),
      }),
    }),
  programs: { "nats-cli": natsCli },
};

export const NATS: readonly ImageFamily[] = [server, box];

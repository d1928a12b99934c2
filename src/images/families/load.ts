/** Images of programs that load servers or measure the way to them. Each has one program, which is also its entrypoint. */
import { fortio } from "../../programs/load/fortio.ts";
import { alpineRelease } from "../bases/alpine.ts";
import { MB, onAlpine } from "../config.ts";
import type { ImageFamily } from "../image.ts";
import { ANY_VERSION, simpleImage } from "../simple.ts";
import { executables } from "../tree.ts";

function loadImage(repositories: readonly string[], programs: string): ImageFamily {
  const [entrypoint = ""] = programs.split(" ");
  return {
    repositories,
    tags: { ...ANY_VERSION, variants: "[\\w.-]+" },
    image: () =>
      onAlpine(alpineRelease(""), {
        sizeBytes: 12 * MB,
        entrypoint: [entrypoint],
        files: executables("/usr/local/bin", programs),
      }),
  };
}

export const LOAD: readonly ImageFamily[] = [
  loadImage(["docker.io/rakyll/hey", "docker.io/williamyeh/hey"], "hey"),
  loadImage(["docker.io/jordi/ab", "docker.io/devth/alpine-bench"], "ab"),
  loadImage(["docker.io/williamyeh/wrk", "docker.io/skandyla/wrk", "docker.io/ruslanys/wrk"], "wrk"),
  loadImage(["docker.io/networkstatic/iperf3", "docker.io/mlabbe/iperf3", "docker.io/taoyou/iperf3-alpine"], "iperf3"),
  loadImage(["docker.io/fullstorydev/grpcurl", "docker.io/networld/grpcurl"], "grpcurl"),
  loadImage(["docker.io/cylab/wrk2"], "wrk2 wrk"),
  loadImage(["docker.io/yokogawa/siege", "docker.io/jstarcher/siege"], "siege"),
  simpleImage({
    repositories: ["docker.io/fortio/fortio"],
    tags: { ...ANY_VERSION, words: { ...ANY_VERSION.words, latest_release: "1.69.5" } },
    sizeBytes: 11 * MB,
    path: "/usr/bin/fortio",
    program: "fortio",
    implementation: fortio,
    ports: [8078, 8079, 8080, 8081],
    base: "scratch",
    cmd: ["server"],
  }),
];

/** Images of command-line tools. */
import { interpreter } from "../../programs/servers/interpreter.ts";
import { isoTime, printLines } from "../../programs/servers/log.ts";
import { flagOf } from "../../programs/servers/server.ts";
import type { Program } from "../../shell/program.ts";
import { alpineRelease } from "../bases/alpine.ts";
import { MB, onAlpine, onDebian } from "../config.ts";
import type { ImageFamily } from "../image.ts";
import { library } from "../repositories.ts";
import { ANY_VERSION, simpleImage } from "../simple.ts";
import { executable, executables } from "../tree.ts";

const curl: ImageFamily = {
  repositories: [
    "docker.io/curlimages/curl",
    "quay.io/curl/curl",
    "ghcr.io/curl/curl-container/curl",
    "docker.io/alpine/curl",
    "docker.io/badouralix/curl-jq",
    "docker.io/dwdraju/alpine-curl-jq",
    "docker.io/byrnedo/alpine-curl",
  ],
  tags: {
    versions: "0.1:8 7.65-88:3 8.0-17:1 8.18:0",
    grows: true,
    words: { latest: "8.18.0", "3.14": "8.0.1" },
    variants: "alpine|debug",
  },
  image: (_facts, repository) =>
    onAlpine(alpineRelease(""), {
      sizeBytes: 9 * MB,
      user: repository.includes("curlimages") || repository.startsWith("quay.io") ? "curl_user" : "",
      accounts: [{ name: "curl_user", uid: 100, gid: 101, home: "/home/curl_user", shell: "/bin/sh" }],
      entrypoint: ["/entrypoint.sh"],
      cmd: ["curl"],
      files: {
        "/entrypoint.sh": executable("exec-entrypoint", {
          content: '#!/bin/sh\nset -e\ncase "$1" in -*) set -- curl "$@" ;; esac\nexec "$@"\n',
        }),
        ...executables("/usr/bin", "curl jq"),
      },
    }),
};

const kubectl: ImageFamily = {
  repositories: [
    "docker.io/bitnami/kubectl",
    "registry.k8s.io/kubectl",
    "docker.io/rancher/kubectl",
    "docker.io/alpine/k8s",
    "docker.io/alpine/kubectl",
    "docker.io/lachlanevenson/k8s-kubectl",
    "docker.io/portainer/kubectl-shell",
    "docker.io/dtzar/helm-kubectl",
    "docker.io/alpine/helm",
    "docker.io/rancher/shell",
  ],
  tags: {
    versions: "0.1-20:9 1.10-24:20 1.25-36:20 2.0-17:9 3.0-40:9",
    prefix: "optional",
    variants: "debian-\\d+-r\\d+|(?:alpha|beta|rc)\\.\\d+",
  },
  image: (_facts, repository) => {
    const isShell = /alpine|helm|shell/.test(repository);
    const files = executables("/usr/local/bin", "kubectl helm");
    if (isShell)
      return onAlpine(alpineRelease(""), {
        sizeBytes: 90 * MB,
        cmd: ["sh"],
        files: { ...files, ...executables("/usr/bin", "bash curl jq yq git") },
      });
    return onDebian("bookworm", {
      sizeBytes: 90 * MB,
      user: repository.includes("bitnami") ? "1001" : "",
      entrypoint: ["kubectl"],
      cmd: ["--help"],
      files,
    });
  },
  programs: { helm: interpreter({ language: "Helm", version: () => "v4.0.4" }) },
};

/** A public repository cannot be reached: the cluster has no way to the internet. */
const gitSyncProgram: Program = {
  run(process) {
    const { state, nowMs, argv, env } = process;
    const repository = flagOf(argv, "repo") ?? env["GITSYNC_REPO"] ?? env["GIT_SYNC_REPO"];
    if (!repository) {
      printLines(process, 2, ["ERROR: required flag: --repo must be specified"]);
      return { type: "exit", status: 1 };
    }
    state["untilMs"] ??= nowMs + 5000;
    if (nowMs < Number(state["untilMs"]))
      return { type: "wait", for: [{ type: "time", atMs: Number(state["untilMs"]) }] };
    const host = /^(?:https?:\/\/|git@)([^/:]+)/.exec(repository)?.[1] ?? repository;
    printLines(process, 2, [
      JSON.stringify({
        logger: "",
        ts: isoTime(nowMs),
        caller: { file: "main.go", line: 884 },
        msg: "too many failures, aborting",
        error: `Run(git fetch ${repository}): fatal: unable to access '${repository}': Could not resolve host: ${host}`,
        failCount: 1,
      }),
    ]);
    return { type: "exit", status: 1 };
  },
};

export const TOOLS: readonly ImageFamily[] = [
  curl,
  kubectl,
  simpleImage({
    repositories: ["registry.k8s.io/git-sync/git-sync", "registry.k8s.io/git-sync", "quay.io/openshift/git-sync"],
    tags: { versions: "2.0-1:9 3.0-6:9 4.0-5:1", prefix: "optional", variants: "[\\w.-]+" },
    sizeBytes: 70 * MB,
    path: "/git-sync",
    program: "git-sync",
    implementation: gitSyncProgram,
    ports: [],
    base: "debian",
    user: "65533",
  }),
  {
    repositories: [
      "docker.io/alpine/git",
      "docker.io/bitnami/git",
      "docker.io/alpine/socat",
      "docker.io/alpine/openssl",
      "docker.io/mikefarah/yq",
      ...library("docker", "alpine-git"),
    ],
    tags: {
      ...ANY_VERSION,
      variants: "[\\w.-]+",
      versions: `${ANY_VERSION.versions} 4.0-50:9 17.0-12:9 18.0-9:9 19.0-3:15 20.10:24 23.0:9 24.0:9 25.0:5 26.0-1:4 27.0-5:1 28.0-5:3 29.0-2:1 2.31-52:9 1.7.4:4 1.8.0:3`,
      words: { dind: "29.2.1", cli: "29.2.1" },
    },
    image: (_facts, repository) => {
      const name = repository.slice(repository.lastIndexOf("/") + 1).replace("alpine-", "");
      return onAlpine(alpineRelease(""), {
        sizeBytes: 30 * MB,
        entrypoint: [name],
        files: executables("/usr/bin", `${name} git`),
      });
    },
    programs: {
      docker: interpreter({ language: "Docker", version: () => "Docker version 29.2.1, build a5c7197" }),
    },
  },
];

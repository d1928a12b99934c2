/** Linux distributions, and images that consist of a system and its tools. */
import { ALPINE_PATH, alpineFiles, alpineRelease, busyboxFiles } from "../bases/alpine.ts";
import { type RedHatRelease, redHatFiles } from "../bases/redhat.ts";
import { MB, onAlpine, onBase, onDebian } from "../config.ts";
import type { ImageFamily } from "../image.ts";
import { networkTools } from "../network-tools.ts";
import { library } from "../repositories.ts";
import { ALPINE_VARIANT } from "../tags.ts";
import { executable, executables } from "../tree.ts";

const busybox: ImageFamily = {
  repositories: [
    ...library("busybox"),
    "registry.k8s.io/busybox",
    "registry.k8s.io/e2e-test-images/busybox",
    "gcr.io/google-samples/busybox",
    "docker.io/radial/busyboxplus",
    "docker.io/yauritux/busybox-curl",
    "docker.io/odise/busybox-curl",
  ],
  tags: {
    versions: "1.24:2 1.25:1 1.26:2 1.27:2 1.28:4 1.29:3 1.30:1 1.31:1 1.32:1 1.33:1 1.34:1 1.35:0 1.36:1 1.37:0",
    words: { stable: "1.36.1", unstable: "1.37.0", curl: "1.37.0" },
    variants: "glibc|musl|uclibc|\\d{1,2}",
  },
  image: ({ version }, repository) => ({
    ...onBase(busyboxFiles, "busybox", {
      sizeBytes: 2_200_000,
      cmd: ["sh"],
      files: {
        // The Kubernetes project's tests reach busybox under this name.
        ...(/curl|plus/.test(repository) ? executables("/usr/bin", "curl") : {}),
        // Later versions have a resolver of their own.
        ...(/^1\.2[4-8]\b/.test(version) || repository.endsWith("/busyboxplus")
          ? { "/bin/nslookup": executable("nslookup-1.28") }
          : {}),
      },
    }),
    env: { PATH: ALPINE_PATH },
  }),
};

const alpine: ImageFamily = {
  repositories: library("alpine"),
  tags: {
    versions: "2.6-7 3.1-2:4 3.3-10:9 3.11-17:13 3.18:12 3.19:9 3.20:8 3.21:6 3.22:3 3.23:2",
    words: { edge: "3.23.2" },
  },
  image: ({ version }) => onAlpine(version, { sizeBytes: 3_800_000, cmd: ["/bin/sh"] }),
};

const bash: ImageFamily = {
  repositories: library("bash"),
  tags: {
    versions: "3.0-2:57 4.0-3:48 4.4:23 5.0:18 5.1:16 5.2:37 5.3:9",
    words: { devel: "5.3.9" },
    variants: ALPINE_VARIANT,
  },
  image: ({ version, variant }) =>
    onAlpine(alpineRelease(variant), {
      sizeBytes: 6 * MB,
      env: { _BASH_VERSION: version, _BASH_BASELINE: version.split(".").slice(0, 2).join(".") },
      entrypoint: ["docker-entrypoint.sh"],
      cmd: ["bash"],
      files: {
        "/usr/local/bin/bash": executable("bash", { sizeBytes: 1_100_000 }),
        "/usr/local/bin/docker-entrypoint.sh": executable("exec-entrypoint", { content: ENTRYPOINT("bash") }),
      },
    }),
};

/** A script that runs its arguments, with the image's program in front of flags. */
const ENTRYPOINT = (program: string) =>
  `#!/bin/sh\n# Flags belong to ${program}.\ncase "$1" in -*) set -- ${program} "$@" ;; esac\nexec "$@"\n`;

const CODENAMES: Readonly<Record<string, string>> = {
  "9": "stretch",
  "10": "buster",
  "11": "bullseye",
  "12": "bookworm",
  "13": "trixie",
};

const debian: ImageFamily = {
  repositories: library("debian"),
  tags: {
    versions: "9:13 10:13 11:11 13:3 12:12 13:3",
    words: {
      stable: "13.3",
      oldstable: "12.12",
      oldoldstable: "11.11",
      stretch: "9.13",
      buster: "10.13",
      bullseye: "11.11",
      bookworm: "12.12",
      trixie: "13.3",
      testing: "13.3",
      sid: "13.3",
      unstable: "13.3",
    },
    variants: "slim|backports|20[12]\\d[01]\\d[0-3]\\d(-slim)?",
  },
  image: ({ version }) =>
    onDebian(CODENAMES[version.split(".")[0] ?? ""] ?? "trixie", { sizeBytes: 49 * MB, cmd: ["bash"] }),
};

const UBUNTU: Readonly<Record<string, string>> = {
  "16.04": "bionic",
  "18.04": "bionic",
  "20.04": "focal",
  "22.04": "jammy",
  "24.04": "noble",
  "24.10": "noble",
  "25.04": "noble",
  "25.10": "noble",
  "26.04": "noble",
};

const ubuntu: ImageFamily = {
  repositories: library("ubuntu"),
  tags: {
    versions: "14.04",
    words: {
      latest: "24.04",
      ...Object.fromEntries(Object.keys(UBUNTU).map((version) => [version, version])),
      "14.04": "16.04",
      trusty: "16.04",
      xenial: "16.04",
      bionic: "18.04",
      focal: "20.04",
      jammy: "22.04",
      noble: "24.04",
      rolling: "25.10",
      devel: "26.04",
    },
    variants: "20[12]\\d[01]\\d[0-3]\\d(\\.\\d)?",
  },
  image: ({ version }) => onDebian(UBUNTU[version] ?? "noble", { sizeBytes: 29_700_000, cmd: ["/bin/bash"] }),
};

function redHat(facts: RedHatRelease, sizeBytes: number) {
  return onBase(() => redHatFiles(facts), "bash", { sizeBytes, cmd: ["/bin/bash"] });
}

const fedora: ImageFamily = {
  repositories: [...library("fedora"), "quay.io/fedora/fedora", "registry.fedoraproject.org/fedora"],
  tags: { versions: "20-45", words: { latest: "43", rawhide: "45" } },
  image: ({ version }) =>
    redHat(
      {
        id: "fedora",
        name: "Fedora Linux",
        version,
        pretty: `Fedora Linux ${version} (Container Image)`,
        release: `Fedora release ${version}`,
        platform: `f${version}`,
        packager: "dnf",
      },
      68 * MB,
    ),
};

const centos: ImageFamily = {
  repositories: [...library("centos"), "quay.io/centos/centos"],
  tags: {
    versions: "6:10 8:4 7:9 8:4",
    words: {
      centos6: "6.10",
      centos7: "7.9",
      centos8: "8.4",
      stream8: "8.4",
      stream9: "9",
      stream10: "10",
      stream: "9",
    },
    variants: "\\d{4}|centos7\\.9\\.2009|7\\.9\\.2009",
  },
  image: ({ version }) =>
    redHat(
      {
        id: "centos",
        name: "CentOS Linux",
        version,
        pretty: `CentOS Linux ${version}`,
        release: `CentOS Linux release ${version}`,
        platform: `el${version.split(".")[0]}`,
        packager: version.startsWith("7") || version.startsWith("6") ? "yum" : "dnf",
      },
      83 * MB,
    ),
};

const rocky: ImageFamily = {
  repositories: [
    ...library("rockylinux", "almalinux"),
    "docker.io/rockylinux/rockylinux",
    "quay.io/rockylinux/rockylinux",
  ],
  tags: { versions: "8:10 9:7 10:1", variants: "minimal|ubi|ubi-micro|ubi-init|20\\d{6}" },
  image: ({ version, variant }, repository) => {
    const name = repository.includes("alma") ? "AlmaLinux" : "Rocky Linux";
    return redHat(
      {
        id: name === "AlmaLinux" ? "almalinux" : "rocky",
        name,
        version,
        pretty: `${name} ${version}`,
        release: `${name} release ${version}`,
        platform: `el${version.split(".")[0]}`,
        packager: variant === "minimal" ? "microdnf" : "dnf",
      },
      68 * MB,
    );
  },
};

const ubi: ImageFamily = {
  repositories: [
    "ubi8",
    "ubi9",
    "ubi8/ubi",
    "ubi9/ubi",
    "ubi8/ubi-minimal",
    "ubi9/ubi-minimal",
    "ubi8-minimal",
    "ubi9-minimal",
    "ubi10/ubi",
    "ubi10/ubi-minimal",
  ].flatMap((name) => [`registry.access.redhat.com/${name}`, `registry.redhat.io/${name}`]),
  tags: { versions: "8:10 10:1 9:7", variants: "\\d{1,5}(\\.\\d+)?" },
  image: (_facts, repository) => {
    const major = /ubi(\d+)/.exec(repository)?.[1] ?? "9";
    const version = `${major}.${major === "8" ? 10 : major === "9" ? 7 : 1}`;
    return redHat(
      {
        id: "rhel",
        name: "Red Hat Enterprise Linux",
        version,
        pretty: `Red Hat Enterprise Linux ${version}`,
        release: `Red Hat Enterprise Linux release ${version}`,
        platform: `el${major}`,
        packager: repository.includes("minimal") ? "microdnf" : "dnf",
      },
      78 * MB,
    );
  },
};

const amazonlinux: ImageFamily = {
  repositories: [...library("amazonlinux", "oraclelinux"), "public.ecr.aws/amazonlinux/amazonlinux"],
  tags: { versions: "1 7:9 8:10 9:5 2 2023", words: { latest: "2023" }, variants: "minimal|slim|with-sources" },
  image: ({ version }, repository) => {
    const isOracle = repository.includes("oracle");
    const name = isOracle ? "Oracle Linux Server" : "Amazon Linux";
    return redHat(
      {
        id: isOracle ? "ol" : "amzn",
        name,
        version,
        pretty: `${name} ${version}`,
        release: `${name} release ${version}`,
        platform: isOracle ? `el${version.split(".")[0]}` : `al${version}`,
        packager: version === "2" ? "yum" : "dnf",
      },
      52 * MB,
    );
  },
};

/** An image for debugging networks. */
const netshoot: ImageFamily = {
  repositories: ["docker.io/nicolaka/netshoot"],
  tags: { versions: "0.1-14", prefix: "optional" },
  image: () =>
    onBase(() => alpineFiles(alpineRelease("")), "busybox", {
      sizeBytes: 190 * MB,
      cmd: ["zsh"],
      files: networkTools(),
    }),
};

const jessieDnsutils: ImageFamily = {
  repositories: [
    "registry.k8s.io/e2e-test-images/jessie-dnsutils",
    "registry.k8s.io/jessie-dnsutils",
    "docker.io/tutum/dnsutils",
  ],
  tags: { versions: "1.0-7", variants: "" },
  image: (_facts, repository) =>
    onDebian("stretch", {
      sizeBytes: 112 * MB,
      cmd: repository.includes("tutum") ? ["bash"] : ["sleep", "3600"],
      files: executables("/usr/bin", "dig host nslookup nsupdate ping curl wget ps"),
    }),
};

export const SYSTEMS: readonly ImageFamily[] = [
  busybox,
  alpine,
  bash,
  debian,
  ubuntu,
  fedora,
  centos,
  rocky,
  ubi,
  amazonlinux,
  netshoot,
  jessieDnsutils,
];

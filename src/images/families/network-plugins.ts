/**
 * Network plugins: Calico and Flannel. The network of the cluster exists without them; their pods install the files
 * that they install on a node, start and become ready.
 * Calico: node, cni-plugin, kube-controllers; Flannel: dist, flannel-cni-plugin
 */
import type { FileEntry } from "../../files/entry.ts";
import { MB } from "../config.ts";
import type { ImageFamily } from "../image.ts";
import { serviceImage } from "../simple.ts";
import { script } from "../tree.ts";

const CALICO_TAGS = { versions: "3.0-31:12 3.32:1", prefix: "v" } as const;
const FLANNEL_TAGS = { versions: "0.9-21:5 0.22-24:4 0.25-27:7 0.28:0", prefix: "v" } as const;
const PLUGIN_TAGS = { versions: "1.0-8:1 1.9:0", prefix: "v", variants: "flannel\\d" } as const;

/** Names of a component in the registries of Calico. */
function calico(name: string): string[] {
  return [`docker.io/calico/${name}`, `quay.io/calico/${name}`];
}

/** Copies the plugins and the configuration to the node's folders that are mounted below /host. */
const INSTALL = [
  "set -e",
  "mkdir -p /host/opt/cni/bin /host/etc/cni/net.d",
  "for name in bandwidth calico calico-ipam flannel host-local loopback portmap tuning; do",
  '  echo "plugin" > /host/opt/cni/bin/$name',
  '  chmod 755 /host/opt/cni/bin/$name; echo "[INFO] cni-installer/install.go: Installed /host/opt/cni/bin/$name"',
  "done",
  '[ -n "$CNI_CONF_NAME" ] || CNI_CONF_NAME=10-calico.conflist',
  "config=/host/etc/cni/net.d/$CNI_CONF_NAME",
  'printf "%s\\n" "$CNI_NETWORK_CONFIG" > "$config"',
  'echo "[INFO] cni-installer/install.go: Created $config"',
].join("\n");

function scripts(paths: string, text: string): Record<string, FileEntry> {
  return Object.fromEntries(paths.split(" ").map((path) => [path, script(text)]));
}

export const NETWORK_PLUGINS: readonly ImageFamily[] = [
  serviceImage(calico("node"), {
    tags: CALICO_TAGS,
    base: "redhat",
    path: "/usr/sbin/start_runit",
    isCommand: true,
    ports: [9091, 9098, 9099],
    sizeBytes: 140 * MB,
    startMs: 2000,
    logFd: 1,
    lines: ["Calico node started successfully", "bird: Graceful restart done"],
    paths: { "/liveness": "", "/readiness": "" },
    // Its other commands check the running node or prepare it.
    files: scripts("/bin/calico-node /usr/bin/calico-node", "exit 0"),
  }),
  serviceImage(calico("cni"), {
    tags: CALICO_TAGS,
    base: "redhat",
    path: "/opt/cni/bin/calico",
    ports: [],
    sizeBytes: 95 * MB,
    files: {
      ...scripts("/opt/cni/bin/install /install-cni.sh", INSTALL),
      ...scripts("/opt/cni/bin/calico-ipam", "exit 0"),
    },
  }),
  serviceImage(calico("kube-controllers"), {
    tags: CALICO_TAGS,
    base: "redhat",
    path: "/usr/bin/kube-controllers",
    ports: [9094],
    user: "999",
    sizeBytes: 40 * MB,
    startMs: 700,
    lines: ["Starting leader election", "Starting all controllers"],
    files: scripts("/usr/bin/check-status", "echo Ready"),
  }),
  serviceImage(["docker.io/flannel/flannel", "docker.io/flannelcni/flannel", "quay.io/coreos/flannel"], {
    tags: { ...FLANNEL_TAGS, variants: "amd64|arm64" },
    base: "alpine",
    path: "/opt/bin/flanneld",
    ports: [],
    style: "klog",
    sizeBytes: 30 * MB,
    lines: [
      "Determining IP address of default interface",
      "Wrote subnet file to /run/flannel/subnet.env",
      "Running backend.",
    ],
  }),
  serviceImage(["docker.io/flannel/flannel-cni-plugin", "docker.io/rancher/mirrored-flannelcni-flannel-cni-plugin"], {
    tags: PLUGIN_TAGS,
    base: "alpine",
    path: "/flannel",
    ports: [],
    sizeBytes: 4 * MB,
  }),
];

/** Names under which registries mirror a repository. */

type Mirror = readonly [prefix: string, original: string];

/** The first match counts. A prefix ends with a slash. */
const MIRRORS: readonly Mirror[] = [
  ["public.ecr.aws/docker/library/", "docker.io/library/"],
  ["public.ecr.aws/bitnami/", "docker.io/bitnami/"],
  ["public.ecr.aws/nginx/", "docker.io/library/"],
  ["mirror.gcr.io/bitnamilegacy/", "docker.io/bitnami/"],
  ["mirror.gcr.io/", "docker.io/"],
  ["index.docker.io/", "docker.io/"],
  ["registry-1.docker.io/", "docker.io/"],
  ["registry.hub.docker.com/", "docker.io/"],
  ["docker.io/bitnamilegacy/", "docker.io/bitnami/"],
  ["docker.io/bitnamisecure/", "docker.io/bitnami/"],
  ["docker.io/amd64/", "docker.io/library/"],
  ["docker.io/arm64v8/", "docker.io/library/"],
  ["k8s.gcr.io/", "registry.k8s.io/"],
  ["gcr.io/google-containers/", "registry.k8s.io/"],
  ["gcr.io/google_containers/", "registry.k8s.io/"],
  ["gcr.io/k8s-staging-e2e-test-images/", "registry.k8s.io/e2e-test-images/"],
  ["gcr.io/kubernetes-e2e-test-images/", "registry.k8s.io/e2e-test-images/"],
  ["registry.aliyuncs.com/google_containers/", "registry.k8s.io/"],
  ["registry.cn-hangzhou.aliyuncs.com/google_containers/", "registry.k8s.io/"],
  ["us-docker.pkg.dev/google-samples/containers/gke/", "gcr.io/google-samples/"],
  ["gcr.io/google_samples/", "gcr.io/google-samples/"],
  ["us-docker.pkg.dev/k8s-artifacts-prod/images/", "registry.k8s.io/"],
  ["ghcr.io/linuxserver/", "lscr.io/linuxserver/"],
  ["docker.io/linuxserver/", "lscr.io/linuxserver/"],
  ["docker.io/rancher/mirrored-pause", "registry.k8s.io/pause"],
  ["docker.mirror.hashicorp.services/hashicorppreview/", "docker.io/hashicorp/"],
  ["quay.io/libpod/", "docker.io/library/"],
  ["reg.kyverno.io/kyverno/", "ghcr.io/kyverno/"],
];

/** The name of the repository in the catalogue. */
export function canonicalRepository(repository: string): string {
  for (const [prefix, original] of MIRRORS) {
    if (!repository.startsWith(prefix)) continue;
    const rest = repository.slice(prefix.length);
    const isPlain = original === "docker.io/" && !rest.includes("/");
    return canonicalRepository(`${original}${isPlain ? "library/" : ""}${rest}`);
  }
  return repository;
}

/** Names of Docker's official images. */
export function library(...names: string[]): string[] {
  return names.map((name) => `docker.io/library/${name}`);
}

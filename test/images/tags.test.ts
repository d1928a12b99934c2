import { expect, it } from "vitest";
import { findImage } from "../../src/images/find.ts";
import { parseImage } from "../../src/images/reference.ts";

function exists(name: string): boolean {
  const reference = parseImage(name);
  if ("problem" in reference) throw new Error(reference.problem);
  return "image" in findImage(reference, { unknownImages: "fail" });
}

it.each(
  [
    "nginx nginx:1 nginx:1.14.2 nginx:1.16.1 nginx:1.7.9 nginx:1.27.3-alpine nginx:alpine nginx:alpine3.22 nginx:alpine-slim nginx:stable nginx:stable-alpine nginx:mainline-perl nginx:1.25-bookworm nginx:perl",
    "nginxinc/nginx-unprivileged:1.25 registry.k8s.io/nginx-slim:0.21 k8s.gcr.io/nginx-slim:0.8 bitnami/nginx:latest public.ecr.aws/nginx/nginx:1.27 quay.io/nginx/nginx-unprivileged:stable",
    "httpd httpd:2.4 httpd:2.4-alpine httpd:alpine redis redis:7 redis:7.2.4 redis:6-alpine redis:alpine redis:5.0.4 redis:alpine3.20 valkey/valkey:8 bitnamilegacy/redis:7.2.5-debian-12-r0",
    "python:3 python:3.12-slim python:3.9.18-alpine3.18 python:slim-bookworm node:20 node:18-alpine node:lts node:22.3.0-bookworm-slim node:current-alpine golang:1.22 golang:1.21-alpine openjdk:17 openjdk:11-jre-slim eclipse-temurin:21-jre-alpine perl:5.34.0 perl:5.34 ruby:3.3 php:8.2-apache php:7-fpm-alpine",
    "fluentd fluentd:v1.14 wordpress:php8.2-apache wordpress:4.8-apache wordpress:6.2.1-apache ghost:5-alpine drupal:10 joomla hello-world hello-world:linux tomcat:9 tomcat:10-jdk17",
    "registry.k8s.io/pause:3.10 registry.k8s.io/e2e-test-images/agnhost:2.40 k8s.gcr.io/e2e-test-images/agnhost:2.33 registry.k8s.io/echoserver:1.4 registry.k8s.io/hpa-example k8s.gcr.io/hpa-example registry.k8s.io/e2e-test-images/jessie-dnsutils:1.3 registry.k8s.io/etcd:3.5.9-0",
    "gcr.io/google-samples/hello-app:1.0 us-docker.pkg.dev/google-samples/containers/gke/hello-app:2.0 gcr.io/google-samples/kubernetes-bootcamp:v1 kicbase/echo-server:1.0 traefik/whoami hashicorp/http-echo:0.2.3 nginxdemos/hello:plain-text stefanprodan/podinfo:6.7.1",
    "prom/prometheus:v2.53.0 quay.io/prometheus/prometheus:v3.1.0 grafana/grafana:11.1.0 quay.io/jetstack/cert-manager-controller:v1.16.2 registry.k8s.io/ingress-nginx/controller:v1.12.1 quay.io/argoproj/argocd:v2.13.0 traefik:v3.2 registry.k8s.io/metrics-server/metrics-server:v0.7.2",
    "alpine/curl:3.14 quay.io/strimzi/kafka:0.32.0-kafka-3.3.1 gcr.io/google_samples/gb-redisslave:v3 k8s.gcr.io/fluentd-elasticsearch:1.20 ghost:0-alpine nextcloud:18 fedora:26",
    "quay.io/prometheus/prometheus:v3.14.0-distroless quay.io/prometheus/prometheus:v4.0.1 grafana/grafana:13.2.0 curlimages/curl:8.20.0 quay.io/minio/minio:RELEASE.2024-12-18T13-15-44Z registry.k8s.io/pause:3.10.2",
    "registry.k8s.io/e2e-test-images/agnhost:2.66.1 registry.k8s.io/e2e-test-images/sample-apiserver:1.29.2 registry.k8s.io/e2e-test-images/sample-apiserver:1.33.8 registry.k8s.io/etcd:3.6.11-0 registry.k8s.io/e2e-test-images/redis:5.0.5-3 registry.k8s.io/e2e-test-images/nginx:1.27-0 registry.k8s.io/e2e-test-images/nonewprivs:1.4",
    "sonarqube:26.7.0.124771-community sonarqube:25.8.0.112029-community nextcloud:34.0.1-apache nats:2.14.2-alpine opensearchproject/opensearch:3.6.0 opensearchproject/opensearch-dashboards:3.6.0 docker.elastic.co/logstash/logstash:8.5.1 docker.mirror.hashicorp.services/hashicorppreview/consul:2.1.0-dev bitnami/kafka:4.0.0-debian-12-r10 registry.datadoghq.com/agent:7.81.1",
  ].flatMap((line) => line.split(" ")),
)("%s exists", (name) => {
  expect(exists(name)).toBe(true);
});

it.each(
  "nginx:1.91 nginx:2 prom/prometheus:v5.0.0 prom/prometheus:v3.99999.0 prom/prometheus:v2.99.0 grafana/grafana:1.0.0 nginx:2.3.5 nginx:9.99-nope nginx:1.161 nginx:404 nginx:lates nginx:no-such-tag nginx:1.27.99 nginx:01.27 redis:7.99 redis:9 httpd:3 python:4 python:3.99 node:99 golang:2.0 tomcat:99 fluentd:nope hello-world:v9 registry.k8s.io/pause:9 traefik/whoami:v7 perl:6 webserver:404".split(
    " ",
  ),
)("%s does not exist", (name) => {
  expect(exists(name)).toBe(false);
});

/**
 * TensorFlow Serving: models by name and version over REST. Only the models of its own tests compute something; another
 * model is found and cannot run. Source: https://www.tensorflow.org/tfx/serving/api_rest
 */
import { bytesOfText, textOfBytes } from "../../../lib/bytes.ts";
import { isJsonObject, parseJsonIfValid } from "../../../lib/json.ts";
import type { ProcessView, Program } from "../../../shell/program.ts";
import { type HttpAnswer, splitPath, text } from "../http.ts";
import { plainTime } from "../log.ts";
import { flagOf, type HttpRequest, portOf, server } from "../server.ts";

/** Models with the number that they compute from another one. */
const MODELS: Readonly<Record<string, (x: number) => number>> = {
  half_plus_two: (x) => x / 2 + 2,
  half_plus_three: (x) => x / 2 + 3,
};

interface Model {
  name: string;
  path: string;
  /** Undefined: no version has files. */
  version: string | undefined;
}

function modelOf({ argv, env, files }: ProcessView): Model {
  const name = flagOf(argv, "model_name") ?? env["MODEL_NAME"] ?? "model";
  const path = (flagOf(argv, "model_base_path") ?? `${env["MODEL_BASE_PATH"] ?? "/models"}/${name}`).replace(/\/$/, "");
  const folders = files.find(path)?.type === "directory" ? files.list(path) : [];
  const versions = folders.filter((each) => /^\d+$/.test(each) && files.find(`${path}/${each}/saved_model.pb`));
  return {
    name,
    path,
    version: versions
      .sort((a, b) => Number(a) - Number(b))
      .at(-1)
      ?.replace(/^0+(?=\d)/, ""),
  };
}

const line = (process: ProcessView, source: string, message: string): string =>
  `${plainTime(process.nowMs)}000: I ${source}] ${message}`;

export const tensorflowServing: Program = server({
  ports: ({ argv }) => [portOf(flagOf(argv, "port"), 8500), portOf(flagOf(argv, "rest_api_port"), 8501)],
  startMs: 900,
  banner: (process) => [
    line(process, "tensorflow_serving/model_servers/server.cc:77", "Building single TensorFlow model file config:"),
  ],
  ready: (process) => {
    const { name, path, version } = modelOf(process);
    const missing = `No versions of servable ${name} found under base path ${path}. Did you forget to name your leaf directory as a number (eg. '/1/')?`;
    return [
      version === undefined
        ? line(
            process,
            "tensorflow_serving/sources/storage_path/file_system_storage_path_source.cc:356",
            missing,
          ).replace(": I ", ": W ")
        : line(
            process,
            "tensorflow_serving/core/loader_harness.cc:95",
            `Successfully loaded servable version {name: ${name} version: ${version}}`,
          ),
      line(process, "tensorflow_serving/model_servers/server.cc:422", "Running gRPC ModelServer at 0.0.0.0:8500 ..."),
      line(process, "tensorflow_serving/model_servers/server.cc:444", "Exporting HTTP/REST API at:localhost:8501 ..."),
    ];
  },
  stop: { ms: 50, status: 143 },
  http: answer,
  memoryBytes: () => 150_000_000,
});

function reply(status: number, body: string): HttpAnswer {
  return text(status, bytesOfText(body), { contentType: "application/json" });
}

const refusal = (status: number, problem: string): HttpAnswer =>
  reply(status, `{\n    "error": ${JSON.stringify(problem)}\n}\n`);

function answer(process: ProcessView, request: HttpRequest): HttpAnswer {
  const { path } = splitPath(request.path);
  const [, name, version, verb] = /^\/v1\/models\/([^/:]+)(?:\/versions\/(\d+))?(?::(\w+))?$/.exec(path) ?? [];
  if (name === undefined) return refusal(404, `Malformed request: ${request.method} ${path}`);
  const model = modelOf(process);
  const isKnown =
    name === model.name && model.version !== undefined && (version === undefined || version === model.version);
  if (!isKnown)
    return refusal(
      404,
      `Servable not found for request: ${version === undefined ? `Latest(${name})` : `Specific(${name}, ${version})`}`,
    );
  if (verb === undefined)
    return reply(
      200,
      `{\n "model_version_status": [\n  {\n   "version": "${model.version}",\n   "state": "AVAILABLE",\n   "status": {\n    "error_code": "OK",\n    "error_message": ""\n   }\n  }\n ]\n}\n`,
    );
  if (verb !== "predict" || request.method !== "POST")
    return refusal(400, `Malformed request: ${request.method} ${path}`);
  return predict(name, request.body);
}

function predict(name: string, body: string): HttpAnswer {
  const model = Object.hasOwn(MODELS, name) ? MODELS[name] : undefined;
  if (!model) return refusal(501, `This cluster simulates containers, and the model ${name} cannot run in it.`);
  const given = parseJsonIfValid(textOfBytes(body));
  const instances = isJsonObject(given) ? (given["instances"] ?? given["inputs"]) : undefined;
  if (!Array.isArray(instances)) return refusal(400, "Missing 'inputs' or 'instances' key");
  const numbers = instances.map((each) => (isJsonObject(each) ? each["x"] : each));
  if (!numbers.every((each) => typeof each === "number"))
    return refusal(400, "Failed to process element: 0 of 'instances' list. JSON object is not of expected type: float");
  const shown = numbers.map((each) => {
    const value = model(each);
    return Number.isInteger(value) ? value.toFixed(1) : String(value);
  });
  return reply(200, `{\n    "predictions": [${shown.join(", ")}\n    ]\n}`);
}

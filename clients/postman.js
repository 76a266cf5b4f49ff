// The Postman collection: the converter's requests, put into an order in which each has what it needs.
import { createHash } from "node:crypto";
import { promisify } from "node:util";

import converter from "openapi-to-postmanv2";

import { operations } from "./openapi.js";
import { FOLDERS } from "./flow.js";

const convert = promisify(converter.convertV2);

// Runs before every request: an access token that is about to end is exchanged for a new pair.
const KEEP_SIGNED_IN = `
const left = Number(pm.collectionVariables.get("accessUntil") || Infinity) - Date.now();
const refresh = pm.collectionVariables.get("refreshToken");
if (refresh && left < 30000) {
  pm.collectionVariables.unset("accessUntil"); // so that a failure is not tried again with every request
  pm.sendRequest(
    {
      url: pm.environment.get("baseUrl") + "/api/token/refresh/",
      method: "POST",
      header: { "Content-Type": "application/json" },
      body: { mode: "raw", raw: JSON.stringify({ refresh }) },
    },
    (error, response) => {
      if (error || response.code !== 200) return console.log("Your login has ended: send “Log in” again.");
      const { access, refresh: next } = response.json();
      pm.collectionVariables.set("accessToken", access);
      pm.collectionVariables.set("refreshToken", next);
      pm.collectionVariables.set("accessUntil", Date.now() + 14 * 60 * 1000);
    },
  );
}`;

export async function collection(document) {
  const requests = await converted(document);
  const used = new Set();
  const item = FOLDERS.map(({ name, description, steps }) => ({
    name,
    description,
    item: steps.map((step) => {
      used.add(step.operation);
      return request(requests.get(step.operation), step, document);
    }),
  }));
  const left = [...requests.keys()].filter((id) => !used.has(id));
  if (left.length) throw new Error(`clients/flow.js does not say where these belong: ${left.join(", ")}`);
  return {
    info: {
      _postman_id: id("collection"),
      name: document.info.title,
      description: INTRODUCTION,
      schema: "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
    },
    auth: { type: "bearer", bearer: [{ key: "token", value: "{{accessToken}}", type: "string" }] },
    event: [script("prerequest", KEEP_SIGNED_IN)],
    variable: [],
    item,
  };
}

const INTRODUCTION = `Every endpoint of the API, in an order in which each has what it needs: send them one after the other,
or press *Run*.

1. Import the environment too, and choose it. \`baseUrl\` is where the server is.
2. \`make run\` prints the name and password of an editor: put them into \`editorName\` and \`editorPassword\`. Without them
   reading and the accounts work, and writing is answered with 401.
3. “Log in” keeps the tokens; they are sent along and renewed by themselves.
`;

export function environment() {
  const value = (key, text, type = "default") => ({ key, value: text, type, enabled: true });
  return {
    id: id("environment"),
    name: "ecommerce_backend on this computer",
    values: [
      value("baseUrl", "http://127.0.0.1:8000"),
      value("editorName", "editor"),
      value("editorPassword", "", "secret"),
    ],
    _postman_variable_scope: "environment",
  };
}

// The converter's requests by operation.
async function converted(document) {
  const { result, reason, output } = await convert(
    { type: "json", data: structuredClone(document) },
    { folderStrategy: "Tags", requestNameSource: "URL", parametersResolution: "Example", enableOptionalParameters: false },
  );
  if (!result) throw new Error(reason);
  const found = new Map();
  const byRequest = new Map(places(document));
  const visit = (items) => {
    for (const each of items) {
      if (each.item) visit(each.item);
      else found.set(byRequest.get(place(each.request)), each);
    }
  };
  visit(output[0].data.item);
  return found;
}

function* places(document) {
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, { operationId }] of Object.entries(methods)) {
      yield [`${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ":$1")}`, operationId];
    }
  }
}

function place({ method, url }) {
  return `${method} /${url.path.join("/")}`;
}

function request(source, step, document) {
  const operation = [...operations(document)].find(({ operationId }) => operationId === step.operation);
  const { method, url, body } = structuredClone(source.request);
  const sends = Boolean(operation.requestBody);
  const query = (url.query ?? []).map(({ key, description }) => ({
    key,
    // The converter makes samples up, and others each time.
    value: step.query?.[key] ?? "",
    description: description.content,
    disabled: !(key in (step.query ?? {})),
  }));
  const variable = (url.variable ?? []).map(({ key, description }) => ({
    key,
    value: step.path[key],
    description: description?.content,
  }));
  const headers = Object.entries({ ...(sends && { "Content-Type": "application/json" }), ...step.headers });
  const expected = step.expect ?? Number(Object.keys(operation.responses).find((status) => status < 300));
  const answer = operation.responses[expected];
  return {
    id: id(`${step.operation} ${step.name ?? ""}`),
    name: step.name ?? operation.summary,
    request: {
      method,
      description: operation.description,
      url: { raw: raw(url, query), host: url.host, path: url.path, query, variable },
      header: headers.map(([key, value]) => ({ key, value })),
      ...(sends && { body: { ...body, raw: JSON.stringify(step.body ?? JSON.parse(body.raw), null, 2) } }),
      ...(!operation.security?.length && { auth: { type: "noauth" } }),
    },
    event: [
      ...(step.before ? [script("prerequest", step.before)] : []),
      script("test", [...assertions(expected, answer, document), step.after ?? ""].join("\n")),
    ],
    response: [],
  };
}

function raw(url, query) {
  const wanted = query.filter(({ disabled }) => !disabled).map(({ key, value }) => `${key}=${value}`);
  return `${url.host.join("")}/${url.path.join("/")}${wanted.length ? `?${wanted.join("&")}` : ""}`;
}

function* assertions(status, answer, document) {
  yield `pm.test("answers ${status}", () => pm.response.to.have.status(${status}));`;
  yield `pm.test("says which request it was", () => pm.response.to.have.header("X-Request-ID"));`;
  const [type, media] = Object.entries(answer?.content ?? {})[0] ?? [];
  if (!type) {
    yield `pm.test("has no body", () => pm.expect(pm.response.text()).to.equal(""));`;
    return;
  }
  yield `pm.test("is ${type}", () => pm.expect(pm.response.headers.get("Content-Type")).to.equal("${type}"));`;
  if (!type.endsWith("json")) return;
  const shown = JSON.stringify(fields(media.schema, document));
  yield `pm.test("has its fields", () => pm.expect(pm.response.json()).to.include.all.keys(...${shown}));`.replace(
    "to.include.all.keys(...[])",
    "to.be.an('object')",
  );
}

// The keys that an answer always has.
function fields(schema, document) {
  const { properties = {}, required } = schema.$ref
    ? document.components.schemas[schema.$ref.split("/").at(-1)]
    : schema;
  const optional = new Set(["errors"]); // of a problem: only where fields are at fault
  const written = Object.keys(properties).filter((name) => !properties[name].writeOnly && !optional.has(name));
  return required?.includes("results") ? required : written;
}

function script(listen, text) {
  return { listen, script: { type: "text/javascript", exec: text.trim().split("\n") } };
}

// The same at every generation.
function id(name) {
  const hex = createHash("sha256").update(name).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

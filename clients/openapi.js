// The document as OpenAPI 3: today's generators of clients no longer read 2.0.
import { upgrade } from "@scalar/openapi-upgrader"; // maintained; swagger2openapi's last release is of 2021

const PROBLEM = "application/problem+json";

export function openapi(swagger) {
  const document = upgrade(structuredClone(swagger), "3.0");
  document.servers = [{ url: "/" }]; // wherever it is read from
  document.components.securitySchemes.Bearer = {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "The `access` of what `POST /api/token/` answers.",
  };
  const produces = new Map([...operations(swagger)].map((each) => [each.operationId, each.produces]));
  for (const operation of operations(document)) {
    for (const [status, response] of Object.entries(operation.responses)) {
      if (status >= 400) response.content = problem(response.content);
      else response.content &&= success(response.content, produces.get(operation.operationId));
    }
  }
  const sent = sentIn(document);
  for (const [name, schema] of Object.entries(document.components.schemas)) {
    for (const [field, { "x-also": also, ...rest }] of Object.entries(schema.properties ?? {})) {
      schema.properties[field] = also && sent.has(name) ? either(rest, also) : rest;
    }
  }
  // What 2.0 can say in a word of drf-yasg's own only.
  return JSON.parse(JSON.stringify(document).replaceAll('"x-nullable":', '"nullable":'));
}

// What 2.0 cannot say at all: a body may have the one or the other. `x-also` is ours.
function either({ description, example, ...one }, other) {
  return { description, example, oneOf: [one, other] };
}

// The schemas of bodies.
function sentIn(document) {
  const bodies = [...operations(document)].map(({ requestBody }) => requestBody ?? {});
  return new Set([...JSON.stringify(bodies).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name));
}

// For types: what is shown is whole, unless a request asks for some `fields`. The document cannot say so, for then it
// would be wrong about those.
export function withFullAnswers(document) {
  const full = structuredClone(document);
  const sent = sentIn(full);
  for (const [name, schema] of Object.entries(full.components.schemas)) {
    if (!sent.has(name) && name !== "Problem") schema.required = Object.keys(schema.properties ?? {});
  }
  return full;
}

export function* operations(document) {
  for (const methods of Object.values(document.paths)) {
    for (const operation of Object.values(methods)) {
      if (operation.operationId) yield operation;
    }
  }
}

// What the operation makes when nothing goes wrong; the converter takes everything for JSON.
function success(content, produces) {
  const [media] = Object.values(content);
  return Object.fromEntries(produces.filter((type) => type !== PROBLEM).map((type) => [type, media]));
}

// 2.0 has one list of media types for all answers of an operation; errors have their own.
function problem(content) {
  const media = Object.values(content ?? {});
  return { [PROBLEM]: Object.assign({}, ...media) };
}

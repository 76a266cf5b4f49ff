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
  return document;
}

// For types: what answers alone have is always there, unless a request asks for some `fields`. The document cannot say
// so, for then it would be wrong about those.
export function withFullAnswers(document) {
  const full = structuredClone(document);
  const { schemas } = full.components;
  const sent = new Set();
  const visit = (node) => {
    for (const name of JSON.stringify(node).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      if (!sent.has(name[1])) visit(schemas[sent.add(name[1]) && name[1]]);
    }
  };
  for (const { requestBody } of operations(full)) visit(requestBody ?? {});
  for (const [name, schema] of Object.entries(schemas)) {
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

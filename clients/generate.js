// Reads the Swagger document from stdin, and writes all that follows from it: `make generate`.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { text } from "node:stream/consumers";

import openapiTypescript, { astToString } from "openapi-typescript";

import { openapi, withFullAnswers } from "./openapi.js";
import { collection, environment } from "./postman.js";

const into = resolve(process.argv[2] ?? ".");
const document = openapi(JSON.parse(await text(process.stdin)));
const types = astToString(await openapiTypescript(withFullAnswers(document), { defaultNonNullable: false }));
const json = (data) => `${JSON.stringify(data, null, 1)}\n`;

const files = {
  "openapi.json": json(document),
  "postman/collection.json": json(await collection(document)),
  "postman/environment.json": json(environment()),
  "clients/typescript/schema.d.ts": `// Generated from openapi.json by \`make generate\`.\n\n${types}`,
};
for (const [name, content] of Object.entries(files)) {
  const path = resolve(into, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  console.log(`Written: ${name}`);
}

// Against a real server: API_URL, and the password of its editor in EDITOR_PASSWORD.
import assert from "node:assert/strict";
import { test } from "node:test";

import type { paths } from "./schema.js";
import { ApiError, createShop, data, inMemory, type Tokens, type TokenStore } from "./client.js";

const baseUrl = process.env["API_URL"] ?? "http://127.0.0.1:8000";
const password = process.env["EDITOR_PASSWORD"] ?? "";

type Parts = NonNullable<paths["/api/products/"]["get"]["parameters"]["query"]>;

/** A shop, and the requests that it has sent. */
function watched(tokens: TokenStore = inMemory()) {
  const sent: string[] = [];
  const shop = createShop({
    baseUrl,
    tokens,
    fetch: (request) => {
      sent.push(`${request.method} ${new URL(request.url).pathname}`);
      return fetch(request);
    },
  });
  return { shop, sent, tokens };
}

async function editor() {
  const all = watched();
  await all.shop.signIn("editor", password);
  return all;
}

/** Makes the access token one that has ended, as far as the server can see. */
function spoil(tokens: TokenStore) {
  const pair = tokens.get() as Tokens;
  tokens.set({ ...pair, access: pair.access.slice(0, -2) + "xx" });
}

const renewals = (sent: string[]) => sent.filter((each) => each === "POST /api/token/refresh/").length;

async function refused(answer: Promise<{ error?: unknown; response: Response }>): Promise<ApiError> {
  return data(answer).then(
    () => assert.fail("It was not refused."),
    (error) => {
      assert.ok(error instanceof ApiError, String(error));
      return error;
    },
  );
}

test("a list is typed", async () => {
  const { shop } = watched();
  const page = await data(shop.GET("/api/products/", { params: { query: { page_size: 2, ordering: ["price"] } } }));
  assert.equal(page.results.length, 2);
  assert.ok((page.count ?? 0) >= 2);
  const [first, second] = page.results;
  assert.ok(Number(first!.price) <= Number(second!.price));
});

test("several values are joined as the server reads them", async () => {
  const { shop } = watched();
  const categories = await data(shop.GET("/api/categories/"));
  const slugs = categories.results.slice(0, 2).map(({ slug }) => slug!);
  const page = await data(shop.GET("/api/products/", { params: { query: { category: slugs } } }));
  assert.ok(page.results.every(({ category }) => slugs.includes(category.slug)));
  assert.ok(page.results.length > 0);
  const query = { fields: ["id", "name"], ordering: ["price", "-name"] } satisfies Parts;
  const parts = await data(shop.GET("/api/products/", { params: { query } }));
  assert.deepEqual(Object.keys(parts.results[0]!), query.fields);
});

test("what may be null says so", async () => {
  const { shop } = watched();
  const page = await data(shop.GET("/api/products/"));
  // @ts-expect-error: there may be no page before
  const before: string = page.previous;
  assert.equal(before, null);
});

test("what was read can be put back, and a price may be a number", async () => {
  const { shop } = await editor();
  const body = { name: `Typed ${Date.now()}`, price: 2.5, category: "lighting" };
  const made = await data(shop.POST("/api/products/", { body }));
  const params = { path: { id: made.id } };
  const product = await data(shop.GET("/api/products/{id}/", { params }));
  assert.deepEqual(await data(shop.PUT("/api/products/{id}/", { params, body: product })), product);
  await data(shop.DELETE("/api/products/{id}/", { params }));
});

test("parallel requests renew the tokens once, and lose nothing that they send", async () => {
  const { shop, sent, tokens } = await editor();
  spoil(tokens);
  const names = Array.from({ length: 5 }, (_, number) => `Typed ${number} ${Date.now()}`);
  const made = await Promise.all(
    names.map((name) => data(shop.POST("/api/products/", { body: { name, price: "1.50", category: "lighting" } }))),
  );
  assert.deepEqual(made.map(({ name }) => name), names);
  assert.equal(renewals(sent), 1);
  for (const { id } of made) await data(shop.DELETE("/api/products/{id}/", { params: { path: { id } } }));
});

test("what another tab has renewed is not renewed again", async () => {
  const { shop, sent, tokens } = await editor();
  const good = tokens.get()!;
  spoil(tokens);
  const answer = data(shop.GET("/api/users/me/"));
  tokens.set(good); // the other tab
  assert.equal((await answer).username, "editor");
  assert.equal(renewals(sent), 0);
});

test("a login that has ended is said once, and in the server's words", async () => {
  let ended = 0;
  const tokens = inMemory();
  const shop = createShop({ baseUrl, tokens, onSignedOut: () => ended++ });
  await shop.signIn("editor", password);
  const before = tokens.get()!;
  await shop.signOut();
  tokens.set(before);
  const [error] = await Promise.all([refused(shop.GET("/api/users/me/")), refused(shop.GET("/api/users/me/"))]);
  assert.equal(error.status, 401);
  assert.equal(ended, 1);
  assert.equal(tokens.get(), null);
});

test("400 has the message of each field", async () => {
  const { shop } = await editor();
  const error = await refused(shop.POST("/api/products/", { body: { name: "", price: "-1", category: "lighting" } }));
  assert.equal(error.status, 400);
  assert.deepEqual(Object.keys(error.fields).sort(), ["name", "price"]);
  assert.equal(error.fields["name"]![0], "This field may not be blank.");
});

test("401, 403, 404, 409 and 412 say what the server says", async () => {
  const { shop } = await editor();
  const stranger = watched().shop;
  const name = { body: { name: "Lighting", slug: "lighting" } };
  const product = (await data(shop.GET("/api/products/"))).results[0]!;
  const path = { id: product.id };
  const errors = [
    await refused(stranger.POST("/api/categories/", name)),
    await refused(shop.GET("/api/products/{id}/", { params: { path: { id: "01856aa0-c800-722b-b99c-000000000000" } } })),
    await refused(shop.DELETE("/api/categories/{slug}/", { params: { path: { slug: product.category.slug } } })),
    await refused(
      shop.PATCH("/api/products/{id}/", { params: { path, header: { "If-Match": '"old"' } }, body: { price: "1" } }),
    ),
  ];
  assert.deepEqual(errors.map(({ status }) => status), [401, 404, 409, 412]);
  for (const error of errors) {
    assert.match(error.message, /^[A-Z].*\.$/);
    assert.match(error.requestId!, /^[0-9a-f]{32}$/);
  }
  const customer = watched();
  const username = `typed-${Date.now()}`;
  const account = { username, email: `${username}@example.com`, password: "correct horse 9" };
  await data(customer.shop.POST("/api/register/", { body: account }));
  await customer.shop.signIn(username, "correct horse 9");
  assert.equal((await refused(customer.shop.POST("/api/categories/", name))).status, 403);
});

test("429 says how long to wait", async () => {
  const { shop } = watched();
  const name = `nobody-${Date.now()}`;
  let error: ApiError;
  do {
    error = await refused(shop.POST("/api/token/", { body: { username: name, password: "wrong" } }));
  } while (error.status === 401);
  assert.equal(error.status, 429);
  assert.ok(error.retryAfter! > 0 && error.retryAfter! <= 60);
});

test("a server that is down is an error with words, and an abort is the caller's own", async () => {
  const down = createShop({ baseUrl: "http://127.0.0.1:9" });
  const error = await refused(down.GET("/api/products/"));
  assert.deepEqual([error.status, error.message], [0, "The server does not answer."]);
  const aborted = data(watched().shop.GET("/api/products/", { signal: AbortSignal.abort() }));
  await assert.rejects(aborted, { name: "AbortError" });
});

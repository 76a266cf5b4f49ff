// In what order somebody tries the API, and what one request leaves for the next.

const keep = (pairs) =>
  Object.entries(pairs)
    .map(([name, value]) => `pm.collectionVariables.set("${name}", ${value});`)
    .join("\n");

// What a failed request leaves is undefined: then nothing is kept, and the assertions say what went wrong.
const body = (text) => `if (pm.response.code < 300) {\nconst body = pm.response.json();\n${text}\n}`;

const KEEP_TOKENS = body(
  keep({
    accessToken: "body.access",
    refreshToken: "body.refresh",
    accessUntil: "Date.now() + 14 * 60 * 1000",
  }),
);
const KEEP_TAG = `pm.collectionVariables.set("etag", pm.response.headers.get("ETag"));`;
const KEEP_PRODUCT = `${body(keep({ productId: "body.id" }))}\n${KEEP_TAG}`;
const KEEP_CATEGORY = `${body(keep({ categorySlug: "body.slug" }))}\n${KEEP_TAG}`;
const NEW_NAME = `const mark = Date.now().toString(36) + Math.random().toString(36).slice(2, 6);\n`;
const PASSWORD = "correct horse 9";
const NEW_PASSWORD = "battery staple 8";

const product = { id: "{{productId}}" };
const category = { slug: "{{categorySlug}}" };
const mine = { "If-Match": "{{etag}}" };
const once = { "Idempotency-Key": "{{$guid}}" };

export const FOLDERS = [
  {
    name: "Look around",
    description: "Nothing here needs an account.",
    steps: [
      { operation: "index_list" },
      {
        operation: "products_list",
        after: `${body(keep({ productId: "body.results[0]?.id" }))}\n${keep({ listTag: 'pm.response.headers.get("ETag")' })}`,
      },
      { operation: "products_list", name: "The same again: nothing has changed", headers: { "If-None-Match": "{{listTag}}" }, expect: 304 },
      { operation: "products_list", name: "Search, cheapest first", query: { search: "lamp", ordering: "price", page_size: "5" } },
      { operation: "products_list", name: "The first page of many, by cursor", query: { cursor: "" } },
      { operation: "products_list", name: "What is wrong is said of each parameter", query: { min_price: "cheap" }, expect: 400 },
      { operation: "products_facets", query: { search: "lamp" } },
      { operation: "products_read", path: product },
      { operation: "products_picture.svg_read", path: product },
      { operation: "categories_list", after: body(keep({ categorySlug: "body.results[0].slug" })) },
      { operation: "categories_read", path: category },
      { operation: "health_live_list" },
      { operation: "health_ready_list" },
    ],
  },
  {
    name: "Your account",
    description: "Makes an account, uses it, and deletes it again.",
    steps: [
      {
        operation: "register_create",
        before: `${NEW_NAME}${keep({ customerName: '"nora-" + mark' })}`,
        headers: once,
        body: { username: "{{customerName}}", email: "{{customerName}}@example.com", password: PASSWORD },
      },
      {
        operation: "token_create",
        name: "Log in",
        body: { username: "{{customerName}}", password: PASSWORD },
        after: KEEP_TOKENS,
      },
      { operation: "users_me_read" },
      { operation: "users_me_partial_update", body: { email: "{{customerName}}@example.org" } },
      { operation: "products_create", name: "A customer may not write", body: { name: "Lamp", price: "1", category: "{{categorySlug}}" }, expect: 403 },
      { operation: "token_refresh_create", body: { refresh: "{{refreshToken}}" }, after: KEEP_TOKENS },
      { operation: "users_me_password_create", body: { current_password: PASSWORD, new_password: NEW_PASSWORD } },
      {
        operation: "token_create",
        name: "Log in with the new password",
        body: { username: "{{customerName}}", password: NEW_PASSWORD },
        after: KEEP_TOKENS,
      },
      { operation: "password-reset_create", body: { email: "{{customerName}}@example.org" } },
      {
        operation: "password-reset_confirm_create",
        name: "Without the mail, no new password",
        body: { uid: "MDE5", token: "made-up", new_password: NEW_PASSWORD },
        expect: 400,
      },
      { operation: "users_me_delete", body: { current_password: NEW_PASSWORD }, after: `pm.collectionVariables.unset("refreshToken");` },
    ],
  },
  {
    name: "Edit the catalogue",
    description: "As an editor: `editorName` and `editorPassword` of the environment.",
    steps: [
      {
        operation: "token_create",
        name: "Log in as an editor",
        body: { username: "{{editorName}}", password: "{{editorPassword}}" },
        after: KEEP_TOKENS,
      },
      {
        operation: "categories_create",
        before: `${NEW_NAME}${keep({ mark: "mark" })}`,
        headers: once,
        body: { name: "Garden Lights {{mark}}" },
        after: KEEP_CATEGORY,
      },
      { operation: "categories_update", path: category, headers: mine, body: { name: "Garden Lamps {{mark}}" }, after: KEEP_CATEGORY },
      { operation: "categories_partial_update", path: category, headers: mine, body: { name: "Garden {{mark}}" }, after: KEEP_CATEGORY },
      {
        operation: "products_create",
        headers: once,
        body: { name: "Brass Desk Lamp", description: "Dimmable, with a linen shade.", price: "35.50", category: "{{categorySlug}}" },
        after: KEEP_PRODUCT,
      },
      { operation: "products_create", name: "What is wrong is said of each field", body: { name: "", price: "-1" }, expect: 400 },
      { operation: "categories_delete", name: "A category with products stays", path: category, expect: 409 },
      {
        operation: "products_update",
        path: product,
        headers: mine,
        body: { name: "Brass Desk Lamp", description: "", price: "34.00", category: "{{categorySlug}}" },
        after: KEEP_PRODUCT,
      },
      { operation: "products_partial_update", path: product, headers: mine, body: { price: "29.90" } },
      {
        operation: "products_partial_update",
        name: "An older version is not written over a newer one",
        path: product,
        headers: mine, // the tag of the version before
        body: { price: "1.00" },
        expect: 412,
      },
      { operation: "products_delete", path: product },
      { operation: "products_read", name: "It is gone", path: product, expect: 404 },
      { operation: "categories_delete", path: category },
      { operation: "token_blacklist_create", body: { refresh: "{{refreshToken}}" }, after: `pm.collectionVariables.unset("refreshToken");` },
    ],
  },
];

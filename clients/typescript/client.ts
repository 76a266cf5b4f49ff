// A typed client of the shop's API: openapi-fetch with the types of openapi.json, the caller's tokens, and one error.
import createClient, { type Client, type Middleware } from "openapi-fetch";

import type { components, paths } from "./schema.js";

export type Product = components["schemas"]["Product"];
export type Category = components["schemas"]["Category"];
export type Problem = components["schemas"]["Problem"];
export type Tokens = components["schemas"]["TokenPair"];

/** Where the tokens are kept. Another tab may change what is there at any time. */
export interface TokenStore {
  get(): Tokens | null;
  set(tokens: Tokens | null): void;
}

/** For this page alone: a reload signs the visitor out. */
export function inMemory(): TokenStore {
  let kept: Tokens | null = null;
  return { get: () => kept, set: (tokens) => void (kept = tokens) };
}

/** For all tabs, and after a reload. Any script of the page can read it, so load none that you do not trust. */
export function inLocalStorage(key = "shop-tokens"): TokenStore {
  return {
    get: () => JSON.parse(localStorage.getItem(key) ?? "null") as Tokens | null,
    set: (tokens) => (tokens ? localStorage.setItem(key, JSON.stringify(tokens)) : localStorage.removeItem(key)),
  };
}

/** What went wrong, in the server's own words. `status` is 0 when no server answered. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  /** What to show beside the fields of a form. */
  readonly fields: Record<string, string[]>;
  /** Seconds to wait before it makes sense to try again. */
  readonly retryAfter: number | null;
  /** To quote to whoever runs the server. */
  readonly requestId: string | null;

  constructor(status: number, problem: Partial<Problem>, retryAfter: number | null = null) {
    super(problem.detail ?? `The server answered ${status}.`);
    this.name = "ApiError";
    this.status = status;
    this.code = problem.code ?? "unknown";
    const faults = Object.entries((problem.errors ?? {}) as Record<string, { message: string }[]>);
    this.fields = Object.fromEntries(faults.map(([name, each]) => [name, each.map(({ message }) => message)]));
    this.retryAfter = retryAfter;
    this.requestId = problem.request_id ?? null;
  }
}

/** The data of an answer. Throws ApiError for any answer that is none of 2xx, and when there is no answer. */
export async function data<T>(answer: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  let result;
  try {
    result = await answer;
  } catch (error) {
    if (error instanceof TypeError) throw new ApiError(0, { code: "no_answer", detail: "The server does not answer." });
    throw error; // an abort, for instance, is the caller's own doing
  }
  const { response } = result;
  if (response.ok) return result.data as T;
  const retryAfter = Number(response.headers.get("Retry-After") ?? NaN);
  throw new ApiError(
    response.status,
    typeof result.error === "object" ? (result.error as Partial<Problem>) : {},
    Number.isNaN(retryAfter) ? null : retryAfter,
  );
}

export interface Shop extends Client<paths> {
  /** Sign in. Throws ApiError. */
  signIn(username: string, password: string): Promise<void>;
  /** Sign out, here and on the server. */
  signOut(): Promise<void>;
}

/** `onSignedOut` is called when the login has ended on the server, and there is nothing to renew it with. */
export function createShop(options: {
  baseUrl: string;
  tokens?: TokenStore;
  fetch?: (request: Request) => Promise<Response>;
  onSignedOut?: () => void;
}): Shop {
  const { baseUrl, tokens = inMemory(), fetch: send = (request) => globalThis.fetch(request) } = options;
  // Several values are joined by commas, as the document has it; openapi-fetch would repeat the parameter.
  const querySerializer = { array: { style: "form", explode: false } } as const;
  const client = createClient<paths>({ baseUrl, fetch: send, querySerializer });
  const renew = once(() => exclusively("shop-tokens", () => renewed()));
  // A request can be sent once: its body is read while it is sent.
  const copies = new Map<string, Request>();

  const bearer: Middleware = {
    onRequest({ request, id, schemaPath }) {
      const access = tokens.get()?.access;
      if (!access || schemaPath.startsWith("/api/token/")) return;
      request.headers.set("Authorization", `Bearer ${access}`);
      copies.set(id, request.clone());
      return request;
    },
    async onResponse({ response, id }) {
      const copy = copies.get(id);
      copies.delete(id);
      if (response.status !== 401 || !copy) return;
      const sent = copy.headers.get("Authorization");
      // Another request, or another tab, may have renewed the tokens while this one was under way.
      if (`Bearer ${tokens.get()?.access}` === sent) await renew();
      const access = tokens.get()?.access;
      if (!access) return;
      copy.headers.set("Authorization", `Bearer ${access}`);
      return send(copy);
    },
    onError({ id }) {
      copies.delete(id);
    },
  };
  client.use(bearer);

  async function renewed(): Promise<void> {
    const before = tokens.get();
    if (!before) return;
    const { data: pair, response } = await client.POST("/api/token/refresh/", { body: { refresh: before.refresh } });
    if (tokens.get()?.refresh !== before.refresh) return; // somebody has signed in or out meanwhile
    if (pair) tokens.set(pair);
    if (response.status === 401) {
      tokens.set(null);
      options.onSignedOut?.();
    }
  }

  return Object.assign(client, {
    async signIn(username: string, password: string) {
      tokens.set(await data(client.POST("/api/token/", { body: { username, password } })));
    },
    async signOut() {
      const refresh = tokens.get()?.refresh;
      tokens.set(null);
      if (refresh) await data(client.POST("/api/token/blacklist/", { body: { refresh } }));
    },
  });
}

/** Calls that come while one is under way share its end. */
function once(act: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  return () => (running ??= act().finally(() => (running = null)));
}

/** One tab at a time, where the browser can say so. */
async function exclusively(name: string, act: () => Promise<void>): Promise<void> {
  const locks = globalThis.navigator?.locks;
  if (locks) await locks.request(name, act);
  else await act();
}

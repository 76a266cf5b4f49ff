// A shop in one module, over the API and nothing else. From top to bottom:
// where the API is · calling it · the session · the basket · making elements · errors · the address · the pages.
//
// Whatever comes from somewhere else enters the page as text: `h` never parses HTML.

// --- Where the API is: `?api=http://127.0.0.1:8001`, else <meta name="api">. The policy in index.html has the last word.

const query = () => new URLSearchParams(location.search);
const chosen = query().get("api");
const API = URL.canParse(chosen ?? "") ? new URL(chosen).origin : document.querySelector("meta[name=api]").content;
const $ = (selector) => document.querySelector(selector);

// --- Calling it

/** What went wrong, in the server's own words where it has said any (RFC 9457). `wait`: seconds, when it names them. */
class Problem extends Error {
  constructor(status, { code, detail, errors, request_id: requestId } = {}, wait = 0) {
    super(detail ?? `The answer was ${status}, without an explanation.`);
    Object.assign(this, { status, code, errors: errors ?? {}, requestId, wait });
  }
}

const unreachable = () => new Problem(0, {
  detail: `The shop does not answer at ${API}. Is it running (make run)? Nothing that you typed is lost.`,
});

/** `{ data, tag }`: the body and its ETag. Throws Problem, or AbortError once `signal` says so. */
async function send(method, path, { body, headers = {}, signal } = {}) {
  let response;
  try {
    response = await fetch(new URL(path, API), {
      method, signal, body: body && JSON.stringify(body),
      headers: body ? { "Content-Type": "application/json", ...headers } : headers,
    });
    const text = await response.text();
    const data = text && /json/.test(response.headers.get("Content-Type")) ? JSON.parse(text) : undefined;
    if (!response.ok) throw new Problem(response.status, data, Number(response.headers.get("Retry-After")) || 0);
    // Not from the shop: a network that wants a sign-in of its own first answers 200 with a page.
    if (data === undefined && response.status !== 204) throw unreachable();
    return { data, tag: response.headers.get("ETag") };
  } catch (error) {
    if (error instanceof Problem || error.name === "AbortError") throw error;
    throw unreachable();
  }
}

/** Reads need no token: without it they are plain requests, which browsers send without asking first and may keep. */
const read = async (path, signal) => (await send("GET", path, { signal })).data;

/** A request by whoever is signed in. An access token that has ended is renewed, and the request sent once more. */
async function sendSigned(method, path, options = {}) {
  const attempt = (token) => send(method, path, {
    ...options, headers: { ...options.headers, ...(token && { Authorization: `Bearer ${token}` }) },
  });
  const token = session()?.access;
  try {
    return await attempt(token);
  } catch (problem) {
    if (problem.status !== 401 || !token) throw problem;
    const renewed = await renew(token);
    if (!renewed) throw problem;
    return attempt(renewed);
  }
}

// --- The session: in localStorage, by API, so that no other API ever gets the tokens of this one

const stored = (key) => {
  try {
    return JSON.parse(localStorage.getItem(`${key} ${API}`));
  } catch {
    return null; // somebody has edited it by hand
  }
};
const store = (key, value) => (value === null
  ? localStorage.removeItem(`${key} ${API}`) : localStorage.setItem(`${key} ${API}`, JSON.stringify(value)));
const session = () => stored("session");

let renewing = null;

/**
 * A new access token in place of `spent`; null when the session is over. A refresh token works once. So parallel
 * requests of this tab share one renewal, and the lock lets one tab renew while the others wait and take what it got. A
 * browser may tell them of it a moment late: then they use the old one again, for which the server has ten seconds' grace.
 */
function renew(spent) {
  renewing ??= navigator.locks.request(`renew ${API}`, async () => {
    const now = session();
    if (!now || now.access !== spent) return now?.access ?? null;
    try {
      const { data } = await send("POST", "/api/token/refresh/", { body: { refresh: now.refresh } });
      store("session", { ...now, ...data });
      return data.access;
    } catch (problem) {
      if (problem.status !== 401) throw problem;
      store("session", null);
      showLinks();
      return null;
    }
  }).finally(() => { renewing = null; });
  return renewing;
}

async function signIn(username, password) {
  const { data } = await send("POST", "/api/token/", { body: { username, password } });
  store("session", { ...data, name: username });
  const { data: me } = await sendSigned("GET", "/api/users/me/");
  store("session", { ...session(), name: me.username });
  showLinks();
}

async function signOut() {
  const { refresh } = session();
  store("session", null);
  // Drafts are not for the next person in this tab. A session that ends by itself keeps them.
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(`draft ${API} `)) sessionStorage.removeItem(key);
  showLinks();
  go({}); // at once: later, whoever signs out may be on another page already
  try {
    await send("POST", "/api/token/blacklist/", { body: { refresh } });
    say("You are signed out.");
  } catch (problem) {
    // 401: it had ended anyway.
    say(problem.status === 401 ? "You are signed out." : `Signed out on this device only. ${problem.message}`);
  }
}

// --- The basket: ids with what was seen when they were put in; what counts is today's price, see `basketPage`

const basket = () => stored("basket") ?? {};

function putInBasket({ id, name, price }, quantity) {
  const lines = basket();
  if (quantity > 0) lines[id] = { name, price, quantity: Math.min(quantity, 999) };
  else delete lines[id];
  store("basket", lines);
  showLinks();
}

const cents = (price) => Math.round(Number(price) * 100);
const money = (price) => Number(price).toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

// --- Making elements

/** An element. Properties are set as properties, `on…` as listeners, the rest as attributes; children are text or nodes. */
function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in element && name !== "role") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child || child === 0));
  return element;
}

const link = (parameters, words, properties = {}) => h("a", { href: address(parameters), ...properties }, words);
const picture = ({ id, updated_at: state }, size = 400) => h("img", {
  loading: "lazy", // before the source: set after it, the picture would be on its way already
  src: `${API}/api/products/${id}/picture.svg?v=${encodeURIComponent(state)}`,
  alt: "", width: size, height: size, // the name stands beside it
});

/** Tells people who cannot see that something has changed. */
const say = (words) => { $("#status").textContent = words; };

// --- Errors

/** Disables a button for the seconds that the server wants, and counts them down on it. */
function countDown(button, seconds, words) {
  if (!seconds) return;
  const until = Date.now() + seconds * 1000;
  const tick = () => {
    const left = Math.ceil((until - Date.now()) / 1000);
    button.disabled = left > 0;
    button.textContent = left > 0 ? `${words} in ${left} s` : words;
    if (left > 0 && button.isConnected) setTimeout(tick, 250);
  };
  tick();
}

function problemBox(problem, retry) {
  const faults = Object.entries(problem.errors).flatMap(([name, list]) => list.map(({ message }) => `${name}: ${message}`));
  const button = retry && h("button", { type: "button", onclick: retry }, "Try again");
  const box = h("div", { className: "box bad" },
    h("p", { role: "alert" }, problem.message), faults.map((fault) => h("p", {}, fault)),
    problem.status >= 500 && problem.requestId && h("p", { className: "soft" }, `Request ${problem.requestId}`),
    problem.status === 401 && link({ view: "login", next: location.search }, "Sign in", { className: "button" }), button);
  if (button) queueMicrotask(() => countDown(button, problem.wait, "Try again"));
  return box;
}

/** Puts what is wrong beside the fields; what belongs to none of them comes back. */
function showFaults(form, errors) {
  for (const element of form.querySelectorAll("[aria-invalid]")) {
    element.removeAttribute("aria-invalid");
    element.removeAttribute("aria-describedby");
  }
  for (const element of form.querySelectorAll(".error")) element.remove();
  const left = {};
  for (const [name, list] of Object.entries(errors)) {
    const input = form.elements[name];
    if (!input?.id) { left[name] = list; continue; }
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", `${input.id}-error`);
    input.after(h("p", { id: `${input.id}-error`, className: "error" }, list.map(({ message }) => message).join(" ")));
  }
  return left;
}

function field(name, label, { tag = "input", hint, ...properties } = {}, ...children) {
  return h("div", { className: "field" }, h("label", { htmlFor: `f-${name}` }, label), hint && h("p", { className: "hint" }, hint),
    h(tag, { id: `f-${name}`, name, ...properties }, ...children));
}

/** A form that shows the server's answer to what it is filled with, and loses none of it. */
function makeForm({ submit, words, also = [] }, ...fields) {
  const button = h("button", { type: "submit" }, words);
  const message = h("div");
  const form = h("form", { className: "form", noValidate: true, onsubmit: async (event) => {
    event.preventDefault();
    if (button.disabled) return;
    button.disabled = true;
    message.replaceChildren();
    showFaults(form, {});
    let wait = 0;
    try {
      await submit(Object.fromEntries(new FormData(form)), message);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      wait = problem.wait;
      const left = showFaults(form, problem.errors);
      message.replaceChildren(problemBox(Object.assign(problem, { errors: left })));
      form.querySelector("[aria-invalid]")?.focus();
    } finally {
      button.disabled = false;
      countDown(button, wait, words);
    }
  } }, message, ...fields, h("div", { className: "actions" }, button, ...also));
  return form;
}

// --- The address: all that a page depends on is in it, so that going back, reloading and sharing work

const FILTERS = ["category", "search", "min_price", "max_price", "ordering"];

function address(parameters) {
  const kept = Object.entries({ api: chosen, ...parameters }).filter(([, value]) => value);
  return `?${new URLSearchParams(kept)}`;
}

let typed = false; // whether it was typing that led to this page

function go(parameters, { replace = false, typing = false } = {}) {
  const target = typeof parameters === "string" ? parameters : address(parameters);
  if (!replace) history.replaceState({ top: scrollY }, ""); // for coming back to it
  history[replace ? "replaceState" : "pushState"](null, "", target);
  typed = typing;
  return showPage();
}

document.addEventListener("click", (event) => {
  const anchor = event.target.closest?.('a[href^="?"]');
  if (!anchor || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  const wanted = anchor.getAttribute("href");
  go(wanted === "?" ? address({}) : wanted);
});
history.scrollRestoration = "manual"; // the browser would scroll before there is anything to scroll to
addEventListener("popstate", ({ state }) => {
  typed = false;
  clearTimeout(pause);
  showPage({ back: true }).then(() => scrollTo(0, state?.top ?? 0));
});
$(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  $("#main").focus();
});
addEventListener("storage", () => { // another tab has signed in or out, or filled the basket
  showLinks();
  if (query().get("view") === "basket") showPage();
});

// --- What is on every page

function showLinks() {
  const count = Object.values(basket()).reduce((sum, { quantity }) => sum + quantity, 0);
  const who = session();
  const items = [
    link({ view: "basket" }, `Basket (${count})`),
    // Who may write is for the server to say: it depends on rights and settings that this page does not know.
    who && link({ view: "edit" }, "Add a product"),
    who ? h("span", { className: "soft" }, who.name) : link({ view: "login" }, "Sign in"),
    who ? h("button", { type: "button", className: "link", onclick: signOut }, "Sign out") : link({ view: "register" }, "Sign up"),
  ];
  $("#links").replaceChildren(...items.filter(Boolean).map((item) => h("li", {}, item)));
}

let loading = new AbortController();
let lastView;

/** Draws what the address says. A page that is still loading is given up: its answer can never come in after this one. */
async function showPage({ back = false } = {}) {
  loading.abort();
  loading = new AbortController();
  const { signal } = loading;
  const view = query().get("view") ?? "shop";
  const isOther = view !== lastView || view === "product";
  const isFirst = lastView === undefined;
  lastView = view;
  $("#filters").hidden = view !== "shop";
  $("#notice").replaceChildren();
  const main = $("#main");
  if (isOther) main.replaceChildren(view === "shop" ? skeletons() : h("p", { className: "soft" }, "Loading…"));
  main.classList.add("busy");
  try {
    await (Object.hasOwn(PAGES, view) ? PAGES[view] : missingPage)(main, signal, back);
    if (signal.aborted) return;
    const title = main.querySelector("h1");
    document.title = title ? `${title.textContent} · Storefront` : "Storefront";
    if (isOther && !isFirst && !back) scrollTo(0, 0);
    // Somebody who types into the search keeps the cursor there.
    if (title && isOther && !isFirst && document.activeElement?.form?.id !== "search") { title.tabIndex = -1; title.focus({ preventScroll: true }); }
  } catch (problem) {
    if (signal.aborted) return;
    if (!(problem instanceof Problem)) throw problem;
    failed(main, problem, view);
  } finally {
    if (!signal.aborted) main.classList.remove("busy");
  }
}

function failed(main, problem, view) {
  const mayPass = [0, 429].includes(problem.status) || problem.status >= 500;
  const box = problemBox(problem, mayPass && (() => showPage()));
  if (problem.status === 404 && view !== "shop") box.append(link({}, "To the shop", { className: "button" }));
  if (view === "shop") {
    const left = showFaults($("#filter-form"), problem.errors);
    Object.assign(problem, { errors: left });
    if (problem.status === 404) box.append(link({ ...shopState(), page: undefined }, "Go to the first page"));
  }
  if (main.querySelector(".grid .card")) $("#notice").replaceChildren(box); // what was there is better than nothing
  else main.replaceChildren(h("h1", {}, "That did not work"), box);
}

async function missingPage(main) {
  main.replaceChildren(h("h1", {}, "There is no such page"), link({}, "To the shop", { className: "button" }));
}

// --- The shop

const skeletons = () => h("div", { className: "grid" },
  Array.from({ length: 8 }, () => h("div", { className: "skeleton", "aria-hidden": "true" })));

const shopState = () => {
  const parameters = query();
  return Object.fromEntries([...FILTERS, "page", "paging"].map((name) => [name, parameters.get(name) ?? ""]));
};

const lists = new Map(); // long lists as far as they were unrolled, for going back to them

async function shopPage(main, signal, back) {
  const state = shopState();
  fillFilters(state, back);
  const selection = Object.fromEntries(FILTERS.map((name) => [name, state[name]]).filter(([, value]) => value));
  const isLong = state.paging === "more";
  const { ordering, ...filters } = selection;
  const page = isLong ? { cursor: "" } : state.page ? { page: state.page } : {};
  const known = back && isLong && lists.get(location.search);
  const [list, facets] = await Promise.all([
    known || read(`/api/products/?${new URLSearchParams({ ...selection, ...page, page_size: 24 })}`, signal),
    read(`/api/products/facets/?${new URLSearchParams(filters)}`, signal),
  ]);
  if (signal.aborted) return;
  showFaults($("#filter-form"), {});
  showFacets(facets, state);
  const words = `${facets.count.toLocaleString("en")} ${facets.count === 1 ? "product" : "products"}`;
  say(words);
  const title = h("h1", {}, state.search ? `“${state.search}”` : "All products");
  if (!list.results.length) {
    main.replaceChildren(title, h("div", { className: "box" },
      h("p", {}, "Nothing in the shop fits all of this. Try another word, a wider price range or another category."),
      link({}, "Clear all filters", { className: "button" })));
    return;
  }
  const grid = h("div", { className: "grid" }, list.results.map(card));
  main.replaceChildren(h("div", {}, title, h("p", { className: "soft" }, words)), grid,
    isLong ? moreButton(list, grid, signal) : pager(list, state));
}

const card = (product) => h("article", { className: "card" }, picture(product),
  h("h2", {}, link({ view: "product", id: product.id }, product.name, { dir: "auto" })),
  h("p", { className: "soft" }, product.category.name), h("p", { className: "price" }, money(product.price)));

function pager({ page, total_pages: total }, state) {
  const to = (number, words, label) => (number === page
    ? h("span", { "aria-current": "page" }, words)
    : link({ ...state, page: number > 1 ? number : "" }, words, { "aria-label": label ?? `Page ${number}` }));
  const near = [...new Set([1, page - 1, page, page + 1, total])].filter((number) => number >= 1 && number <= total);
  return total < 2 ? "" : h("nav", { className: "pager", "aria-label": "Pages" },
    page > 1 && to(page - 1, "‹", "Previous page"), near.map((number) => to(number, `${number}`)),
    page < total && to(page + 1, "›", "Next page"));
}

function moreButton(list, grid, signal) {
  const all = { results: [...list.results], next: list.next };
  const message = h("div");
  const button = h("button", { type: "button", className: "quiet", hidden: !all.next, onclick: async () => {
    if (button.disabled) return;
    button.disabled = true;
    try {
      const next = await read(all.next, signal);
      const first = grid.children.length;
      grid.append(...next.results.map(card));
      message.replaceChildren();
      all.results.push(...next.results);
      all.next = next.next;
      lists.set(location.search, all);
      say(`${all.results.length} products shown`);
      if (document.activeElement === document.body || document.activeElement === button) {
        grid.children[first]?.querySelector("a").focus({ preventScroll: true });
      }
    } catch (problem) {
      if (signal.aborted || !(problem instanceof Problem)) return;
      message.replaceChildren(problemBox(problem, () => button.click()));
    } finally {
      button.disabled = false;
      button.hidden = !all.next;
    }
  } }, "Load more");
  lists.set(location.search, all);
  return h("div", { className: "pager" }, message, button);
}

/** Fills the fields. Somebody may be typing into the one with the cursor: only going back changes that one too. */
function fillFilters(state, back) {
  for (const element of [$("#q"), ...["min_price", "max_price", "ordering", "paging"].map((name) => $(`#${name}`))]) {
    if (back || element !== document.activeElement) element.value = state[element.name];
  }
}

function showFacets({ categories, price }, { category }) {
  const marked = category.split(",").filter(Boolean);
  const absent = marked.filter((slug) => !categories.some((each) => each.slug === slug));
  const focused = document.activeElement?.name === "category" && document.activeElement.value;
  const rows = [...categories, ...absent.map((slug) => ({ slug, name: slug, count: 0 }))];
  $("#categories").replaceChildren(...rows.map(({ slug, name, count }) => h("li", {}, h("label", {},
    h("input", { type: "checkbox", name: "category", value: slug, checked: marked.includes(slug) }), name,
    h("span", { className: "count" }, `${count}`)))));
  if (focused) [...$("#categories").querySelectorAll("input")].find((input) => input.value === focused)?.focus();
  $("#min_price").placeholder = price.min ?? "";
  $("#max_price").placeholder = price.max ?? "";
}

/** What the forms say, as an address. A first letter is a step back in the history, those after it are not. */
function applyFilters({ typing = false } = {}) {
  const form = new FormData($("#filter-form"));
  const state = Object.fromEntries(["min_price", "max_price", "ordering", "paging"].map((name) => [name, form.get(name).trim()]));
  go({ ...state, search: $("#q").value.trim(), category: form.getAll("category").join(",") }, { replace: typing && typed, typing });
}

let pause;
for (const form of [$("#search"), $("#filter-form")]) {
  form.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(pause); applyFilters(); });
  form.addEventListener("input", ({ target }) => {
    clearTimeout(pause);
    const typing = target.matches("#q, #min_price, #max_price");
    if (typing) pause = setTimeout(applyFilters, 250, { typing }); // a request for each letter would be for nothing
    else applyFilters();
  });
}
$("#filters-toggle").addEventListener("click", ({ currentTarget }) => {
  currentTarget.setAttribute("aria-expanded", currentTarget.getAttribute("aria-expanded") !== "true");
});

// --- One product

async function productPage(main, signal) {
  const product = await read(`/api/products/${encodeURIComponent(query().get("id") ?? "")}/`, signal);
  if (signal.aborted) return;
  const add = h("button", { type: "button", onclick: () => {
    putInBasket(product, (basket()[product.id]?.quantity ?? 0) + 1);
    say(`${product.name} is in your basket.`);
    added.hidden = false;
  } }, "Add to basket");
  const added = h("p", { hidden: true }, "It is in your basket. ", link({ view: "basket" }, "See the basket"));
  main.replaceChildren(h("article", { className: "product" }, picture(product, 600), h("div", {},
    h("h1", { dir: "auto" }, product.name), link({ category: product.category.slug }, product.category.name),
    h("p", { className: "price" }, money(product.price)),
    h("p", { className: "description", dir: "auto" }, product.description || "There is no description."),
    h("div", { className: "actions" }, add,
      session() && link({ view: "edit", id: product.id }, "Edit", { className: "button quiet" })), added)));
}

// --- The basket, at today's prices

async function basketPage(main, signal) {
  const ids = Object.keys(basket());
  const title = h("h1", {}, "Basket");
  if (!ids.length) {
    main.replaceChildren(title, h("div", { className: "box" }, h("p", {}, "There is nothing in it yet. Open a product and add it."),
      link({}, "To the shop", { className: "button" })));
    return;
  }
  const parts = [];
  for (let i = 0; i < ids.length; i += 100) parts.push(ids.slice(i, i + 100)); // what one request takes
  const pages = await Promise.all(parts.map((part) => read(
    `/api/products/?${new URLSearchParams({ id: part.join(","), page_size: 100, fields: "id,name,price,updated_at" })}`, signal)));
  if (signal.aborted) return;
  const today = new Map(pages.flatMap(({ results }) => results).map((product) => [product.id, product]));
  const total = h("strong");
  const draw = () => {
    const lines = basket();
    const sum = Object.entries(lines).reduce((all, [id, { quantity }]) => all + (today.has(id) ? cents(today.get(id).price) * quantity : 0), 0);
    total.textContent = money(sum / 100);
    say(`Total ${total.textContent}`);
  };
  const rows = ids.map((id) => basketLine(id, today.get(id), draw));
  main.replaceChildren(title, h("ul", { className: "lines" }, rows),
    h("p", { className: "total" }, h("span", {}, "Total"), total));
  draw();
}

function basketLine(id, product, draw) {
  const { name, price: before, quantity } = basket()[id];
  const remove = h("button", { type: "button", className: "quiet", "aria-label": `Remove ${name}`, onclick: () => {
    putInBasket({ id }, 0);
    showPage();
    $("#main").focus();
  } }, "Remove");
  if (!product) return h("li", { className: "line" }, h("span"), h("p", {}, h("span", { dir: "auto" }, name), h("br"), "It is not sold any more."), remove);
  const amount = h("input", { type: "number", min: 1, max: 999, value: quantity, "aria-label": `How many of ${name}`, onchange: () => {
    amount.value = Math.max(1, Math.min(999, Math.trunc(Number(amount.value)) || 1));
    putInBasket({ id, name: product.name, price: before }, Number(amount.value));
    draw();
  } });
  const change = cents(before) !== cents(product.price) && h("p", { className: "soft" }, `It was ${money(before)} when you added it.`);
  return h("li", { className: "line" }, picture(product, 72), h("div", {}, link({ view: "product", id }, product.name, { className: "name", dir: "auto" }), change),
    amount, h("p", { className: "price" }, money(product.price)), remove);
}

// --- Signing in and up

/** Where somebody wanted to go before signing in: a page of this shop, and nowhere else. */
const next = () => (query().get("next")?.startsWith("?") ? query().get("next") : address({}));

async function loginPage(main) {
  main.replaceChildren(h("h1", {}, "Sign in"), makeForm({
    words: "Sign in",
    also: [link({ view: "register" }, "No account yet? Sign up")],
    submit: async ({ username, password }) => {
      await signIn(username, password);
      await go(next(), { replace: true });
      say("You are signed in.");
    },
  }, field("username", "User name or e-mail", { autocomplete: "username", autocapitalize: "none" }),
  field("password", "Password", { type: "password", autocomplete: "current-password" })));
}

async function registerPage(main) {
  main.replaceChildren(h("h1", {}, "Sign up"), makeForm({
    words: "Sign up",
    also: [link({ view: "login" }, "You have an account? Sign in")],
    submit: async (body) => {
      await send("POST", "/api/register/", { body });
      await signIn(body.username, body.password);
      await go({}, { replace: true });
      say("Welcome. You are signed in.");
    },
  }, field("username", "User name", { autocomplete: "username", autocapitalize: "none", hint: "3 to 30 letters, digits, dots, hyphens or underscores." }),
  field("email", "E-mail", { type: "email", autocomplete: "email" }),
  field("password", "Password", { type: "password", autocomplete: "new-password", hint: "10 characters or more." })));
}

// --- The editor's form

const FIELDS = { name: "Name", description: "Description", price: "Price", category: "Category" };

async function allCategories(signal) {
  const found = [];
  for (let url = "/api/categories/?page_size=100&fields=name,slug"; url;) {
    const page = await read(url, signal);
    found.push(...page.results);
    url = page.next;
  }
  return found;
}

async function editPage(main, signal) {
  const id = query().get("id");
  const path = id ? `/api/products/${encodeURIComponent(id)}/` : "/api/products/";
  const [categories, found] = await Promise.all([allCategories(signal), id ? send("GET", path, { signal }) : { data: {} }]);
  if (signal.aborted) return;
  let { tag } = found;
  let base; // what the server has, as the form shows it
  let key = {}; // a creation that is sent again creates nothing twice
  const draft = `draft ${API} ${id ?? ""}`; // kept until it is saved: through a reload, or a sign-in in between

  const values = () => Object.fromEntries(Object.keys(FIELDS).map((name) => [name, form.elements[name].value]));
  const fill = (product) => {
    for (const name of Object.keys(FIELDS)) form.elements[name].value = shown(product, name);
  };
  const shown = (product, name) => (name === "category" ? product.category?.slug : product[name]) ?? "";
  const done = (product, words) => {
    sessionStorage.removeItem(draft);
    return go({ view: "product", id: product.id }, { replace: true }).then(() => say(words));
  };

  const save = async (mine, message) => {
    if (!id) {
      const content = JSON.stringify(mine);
      if (key.content !== content) key = { content, name: crypto.randomUUID() };
      const { data } = await sendSigned("POST", path, { body: mine, headers: { "Idempotency-Key": key.name } });
      return done(data, "The product is added.");
    }
    const changes = Object.fromEntries(Object.entries(mine).filter(([name, value]) => value !== base[name]));
    try {
      const { data } = await sendSigned("PATCH", path, { body: changes, headers: { "If-Match": tag } });
      return await done(data, "The product is changed.");
    } catch (problem) {
      if (problem.status !== 412) throw problem;
      return reconcile(problem, message);
    }
  };

  /** Somebody else was faster: both versions side by side, and whoever is here decides. Nothing typed is lost. */
  const reconcile = async (problem, message) => {
    const theirs = await send("GET", path);
    const mine = values();
    const before = base;
    fill(theirs.data);
    base = values();
    tag = theirs.tag;
    const both = Object.keys(FIELDS).filter((name) => mine[name] !== before[name] && mine[name] !== base[name]);
    for (const name of both) form.elements[name].value = mine[name];
    const rows = both.map((name) => h("div", { role: "group", "aria-label": FIELDS[name] }, h("h3", {}, FIELDS[name]),
      h("dl", {}, h("dt", {}, "Yours"), h("dd", {}, mine[name] || "(empty)")),
      h("dl", {}, h("dt", {}, "Now in the shop"), h("dd", {}, base[name] || "(empty)")),
      h("button", { type: "button", className: "quiet", onclick: ({ currentTarget }) => {
        form.elements[name].value = base[name];
        currentTarget.parentElement.remove();
        form.elements[name].focus();
      } }, "Take theirs")));
    const title = h("h2", { tabIndex: -1 }, "Somebody changed this product while you were editing it");
    message.replaceChildren(h("div", { className: "box" }, title, h("p", {}, problem.message),
      h("p", {}, "Nothing is saved yet, and what you typed is still in the form. Fields that you did not touch now show what is in the shop. "
        + "“Save” writes yours over theirs."), h("div", { className: "versions" }, rows)));
    title.focus();
  };

  const remove = h("button", { type: "button", className: "danger", onclick: () => {
    let seen = tag; // of this question alone: what is typed is still of the state that it was begun on
    confirmRemoval(base.name, async () => {
      try {
        await sendSigned("DELETE", path, { headers: { "If-Match": seen } });
      } catch (problem) {
        if (problem.status !== 412) throw problem;
        const now = await send("GET", path);
        seen = now.tag;
        throw askAgain(now.data);
      }
      sessionStorage.removeItem(draft);
      await go({}, { replace: true });
      say("The product is deleted.");
    });
  } }, "Delete");

  /** Somebody else was faster: what they have changed, as a problem to show beside the button. */
  const askAgain = (now) => new Problem(412, {
    detail: "Somebody has changed this product. Delete it as it is now?",
    errors: Object.fromEntries(Object.entries(FIELDS).filter(([name]) => shown(now, name) !== base[name])
      .map(([name, label]) => [label, [{ message: `${shown(now, name) || "(empty)"} (it was ${base[name] || "empty"})` }]])),
  });

  const form = makeForm({ submit: save, words: "Save", also: id ? [remove] : [] },
    field("name", "Name", { autocomplete: "off" }), field("description", "Description", { tag: "textarea" }),
    field("price", "Price", { inputMode: "decimal", autocomplete: "off", hint: "For example 19.99." }),
    field("category", "Category", { tag: "select" }, h("option", { value: "" }, "Choose one"),
      categories.map(({ slug, name }) => h("option", { value: slug }, name))));
  fill(found.data);
  base = values();
  const kept = JSON.parse(sessionStorage.getItem(draft) ?? "null");
  // A draft is of the state that it was begun on: a change since then is still a conflict.
  if (kept) { fill({ ...kept.mine, category: { slug: kept.mine.category } }); base = kept.base; tag = kept.tag; }
  form.addEventListener("input", () => sessionStorage.setItem(draft, JSON.stringify({ mine: values(), base, tag })));
  main.replaceChildren(h("h1", {}, id ? "Edit the product" : "Add a product"), ...[
    kept && h("p", { className: "soft" }, "This is what you typed last time. ", h("button", { type: "button", className: "link", onclick: () => {
      sessionStorage.removeItem(draft);
      showPage();
    } }, "Start over")), form].filter(Boolean));
}

function confirmRemoval(name, remove) {
  const message = h("div");
  const dialog = h("dialog", { "aria-labelledby": "removal", onclose: () => dialog.remove() }, h("form", { method: "dialog", onsubmit: async (event) => {
    if (event.submitter.value !== "yes") return;
    event.preventDefault();
    try {
      await remove();
      dialog.close();
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      message.replaceChildren(problemBox(problem));
    }
  } }, h("h2", { id: "removal" }, `Delete “${name}”?`), h("p", {}, "It cannot be brought back."), message,
  h("div", { className: "actions" }, h("button", { value: "no", className: "quiet" }, "Keep it"), h("button", { value: "yes", className: "danger" }, "Delete it"))));
  document.body.append(dialog);
  dialog.showModal();
}

const PAGES = { shop: shopPage, product: productPage, basket: basketPage, login: loginPage, register: registerPage, edit: editPage };

for (const anchor of document.querySelectorAll('a[href="?"]')) anchor.href = address({});
showLinks();
showPage();

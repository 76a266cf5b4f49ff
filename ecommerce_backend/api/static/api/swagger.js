// The Swagger page: sign in, stay signed in, and send the token along.

import { nameAndReach, repairs } from "./swagger-repairs.js";

// Kept for the tab: it survives a reload, and whoever sits down next at a classroom's computer is not signed in.
const STORE = sessionStorage;
const KEY = "swagger-login";
const MARGIN = 30_000; // milliseconds before its end at which a token is renewed

const form = document.getElementById("sign-in");
const message = document.getElementById("message");

// { access, refresh, until, name }; a token that was pasted has no refresh token.
let login = JSON.parse(STORE.getItem(KEY));
let renewal = null;

// --- Talking to the API ----------------------------------------------------------------------------------------------

class Refused extends Error {
  constructor(status, problem) {
    const faults = Object.values(problem.errors ?? {}).flat();
    super(faults.map((fault) => fault.message).join(" ") || problem.detail);
    this.status = status;
  }
}

async function call(path, { token, ...body }) {
  const options = token
    ? { headers: { Authorization: `Bearer ${token}` } }
    : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(path, { ...options, credentials: "omit" }).catch(() => {
    throw new Error("The server does not answer. Is it still running?");
  });
  const answer = await response.json().catch(() => ({ detail: `The server answered ${response.status}.` }));
  if (!response.ok) throw new Refused(response.status, answer);
  return answer;
}

function claims(token) {
  try {
    return JSON.parse(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")));
  } catch {
    return {};
  }
}

// --- The login -------------------------------------------------------------------------------------------------------

function keep(tokens) {
  const { iat, exp } = claims(tokens.access);
  // By this computer's clock, which may be wrong, and from now.
  login = { ...login, ...tokens, until: Date.now() + (exp - iat) * 1000 };
  STORE.setItem(KEY, JSON.stringify(login));
  ui.preauthorizeApiKey("Bearer", login.access);
  show();
}

function forget(words) {
  login = null;
  STORE.removeItem(KEY);
  ui.authActions.logout(["Bearer"]);
  show(words);
}

function show(words = "") {
  form.hidden = Boolean(login);
  document.getElementById("signed-in").hidden = !login;
  document.getElementById("name").textContent = login?.name ? ` as ${login.name}` : "";
  message.textContent = words;
}

async function adopt(tokens) {
  login = null;
  keep(tokens);
  try {
    const { username } = await call("/api/users/me/", { token: tokens.access });
    if (login?.access === tokens.access) keep({ ...tokens, name: username });
  } catch (error) {
    if (error.status === 401) forget("This token is not valid any more. Sign in again.");
  }
}

// One renewal for all who wait for it: a refresh token is good for one.
function renew() {
  renewal ??= call("/api/token/refresh/", { refresh: login.refresh })
    .then(keep, (error) => {
      if (error.status === 401) forget("Your sign-in has ended. Sign in again.");
    })
    .finally(() => (renewal = null));
  return renewal;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  message.textContent = "";
  try {
    await adopt(await call("/api/token/", Object.fromEntries(new FormData(form))));
    form.reset();
    document.getElementById("sign-out").focus();
  } catch (error) {
    message.textContent = error.message;
  } finally {
    button.disabled = false;
  }
});

document.getElementById("sign-out").addEventListener("click", () => ui.authActions.logout(["Bearer"]));

// --- Swagger UI ------------------------------------------------------------------------------------------------------

async function prepare(request) {
  const sent = request.headers?.Authorization;
  if (!sent || request.loadSpec) return request;
  if (login?.refresh && Date.now() > login.until - MARGIN) await renew();
  request.headers.Authorization = `Bearer ${login?.access ?? sent}`;
  return request;
}

function look(response) {
  const { pathname } = new URL(response.url, location.href);
  if (/^\/api\/token\/(refresh\/)?$/.test(pathname)) {
    if (response.ok) adopt(response.body); // somebody has tried these: go on with what they answered
  } else if (response.status === 401 && login) {
    forget("Your sign-in has ended. Sign in again.");
  }
  return response;
}

// What is wrong with a pasted token, as far as it can be seen.
function complaint(token) {
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) {
    return 'This is no access token. Paste what POST /api/token/ answers as "access".';
  }
  if (claims(token).token_type === "refresh") return "This is the refresh token. Paste the access token.";
  return null;
}

const authorize = (original, system) => (payload) => {
  const token = payload.Bearer.value?.replace(/^["'\s]*(bearer\s+)?|["'\s]+$/gi, "") ?? "";
  const words = complaint(token);
  system.errActions.clear({ authId: "Bearer" });
  if (words) {
    system.errActions.newAuthErr({ authId: "Bearer", source: "auth", level: "error", message: words });
    return;
  }
  original({ ...payload, Bearer: { ...payload.Bearer, value: token } });
  if (token !== login?.access) adopt({ access: token });
};

const logout = (original) => (names) => {
  original(names);
  if (!login) return;
  if (login.refresh) call("/api/token/blacklist/", { refresh: login.refresh }).catch(() => {});
  forget("You are signed out.");
};

const page = document.getElementById("swagger-ui");
const settings = JSON.parse(document.getElementById("settings").textContent);
const ui = SwaggerUIBundle({
  url: settings.url,
  domNode: page,
  deepLinking: true,
  displayRequestDuration: true,
  defaultModelRendering: settings.defaultModelRendering,
  syntaxHighlight: { theme: "obsidian" }, // the only dark one whose numbers can be read
  validatorUrl: null, // the validator is another site's
  requestInterceptor: prepare,
  responseInterceptor: look,
  plugins: [repairs, { statePlugins: { auth: { wrapActions: { authorize, logout } } } }],
  onComplete: () => login && ui.preauthorizeApiKey("Bearer", login.access),
});
nameAndReach(page);
show();

// Node's `fetch` at oidc-provider: discovery, keys, a token by client credentials, introspection, refusals.
// Node looks at no proxy variable of its own accord, so with one set the dispatcher that does is given to it.

import { appendFileSync } from "node:fs";

const base = process.env.BASE_URL.replace(/\/+$/, "");
const secret = process.env.OIDC_SECRET;
if (process.env.HTTPS_PROXY) {
  const { EnvHttpProxyAgent, setGlobalDispatcher } = await import(process.env.UNDICI);
  setGlobalDispatcher(new EnvHttpProxyAgent());
}

const plain = (text) => text.replaceAll(base, "BASE");
const told = (...what) => console.log(plain(JSON.stringify(what)));
const basic = (id, password) => ({ Authorization: `Basic ${Buffer.from(`${id}:${password}`).toString("base64")}` });

async function ask(step, path, { form, headers = {}, method } = {}) {
  const body = form && new URLSearchParams(form);
  const answer = await fetch(base + path, { method: method ?? (form ? "POST" : "GET"), headers, body, redirect: "manual" });
  const text = await answer.text();
  let said = text;
  try {
    said = JSON.parse(text);
  } catch {
    // Not everything is JSON.
  }
  told(step, answer.status, answer.headers.get("content-type"), answer.headers.get("www-authenticate"),
    typeof said === "object" ? said.error ?? Object.keys(said).sort() : said.length > 0);
  return said;
}

const walker = basic("walker", secret);
const found = await ask("discovery", "/.well-known/openid-configuration");
told("endpoints", found.token_endpoint, found.issuer);
const keys = await ask("keys", "/jwks");
told("kinds", keys.keys.map((key) => key.kty).sort());
const grant = { grant_type: "client_credentials" };
const token = await ask("token", "/token", { form: { ...grant, scope: "read" }, headers: walker });
appendFileSync(process.env.SPENT, `${token.access_token}\n`);
told("type", token.token_type, token.scope);
await ask("active", "/token/introspection", { form: { token: token.access_token }, headers: walker });
await ask("rubbish", "/token/introspection", { form: { token: "rubbish" }, headers: walker });
await ask("wrong secret", "/token", { form: grant, headers: basic("walker", "not-this") });
await ask("unknown client", "/token", { form: grant, headers: basic("nobody", "not-this") });
await ask("bad grant", "/token", { form: { grant_type: "password" }, headers: walker });
await ask("bad scope", "/token", { form: { ...grant, scope: "everything" }, headers: walker });
await ask("no token", "/me");
await ask("bad token", "/me", { headers: { Authorization: "Bearer rubbish" } });
await ask("revoked", "/token/revocation", { form: { token: token.access_token }, headers: walker });
await ask("nowhere", "/nowhere");
await ask("wrong method", "/token");

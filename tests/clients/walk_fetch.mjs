// Node's `fetch` walks the sandbox, or a recorder or a replay of it, at $TRUETAPE_URL. What is printed, and
// why, is said in steps.py.

import { createHash, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";

const base = process.env.TRUETAPE_URL.replace(/\/+$/, "");
const steps = JSON.parse(readFileSync(new URL("steps.json", import.meta.url), "utf8"));
const shown = new Set(["content-type", "content-encoding", "location", "link", "www-authenticate", "retry-after",
  "allow", "x-total-count", "x-odd-case", "idempotent-replayed"]);
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
const plain = (text) => text.replaceAll(base, "BASE");

function token(what) {
  if (what === "malformed") return "not-a-token";
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: "https://idp.test", aud: what === "wrong-aud" ? "other" : "api", sub: "u1",
    exp: what === "expired" ? now - 30 : now + 3600 };
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
  const key = what === "bad-signature" ? "another-key" : "sandbox-signing-key-0123456789abcdef";
  return `${signed}.${createHmac("sha256", key).update(signed).digest("base64url")}`;
}

function outline(value) {
  if (Array.isArray(value)) return value.map(outline);
  if (value === null || typeof value !== "object") return value === null ? "null" : typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, outline(inner)]));
}

function told(step, answer, body) {
  const line = { step: step.step, status: answer.status };
  if (step.opaque) line.outline = sha256(body.length ? JSON.stringify(outline(JSON.parse(body.toString()))) : "");
  else line.sha256 = sha256(Buffer.from(plain(body.toString("latin1")), "latin1"));
  const pairs = [...answer.headers].filter(([name]) => shown.has(name) && !(step.opaque && name === "location"));
  line.headers = pairs.map(([name, value]) => [name, plain(value)]);
  const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split("=")[0]);
  if (cookies.length) line.cookies = cookies;
  console.log(JSON.stringify(line));
}

function following(step, answer, body) {
  let url = null;
  if (step.follow === "next") url = JSON.parse(body.toString()).next;
  if (step.follow === "link") url = /<([^>]*)>; rel="next"/.exec(answer.headers.get("link") ?? "")?.[1];
  if (step.follow === "token") {
    const cursor = JSON.parse(body.toString())[step.token];
    url = cursor && step.template.replace("{}", cursor);
  }
  if (step.poll) {
    const path = answer.headers.get("location") ?? step.path;
    return { step: "poll", path, poll: step.poll - 1, opaque: true };
  }
  if (!url) return null;
  if (!url.startsWith("/") && !url.startsWith(base)) throw new Error(`${step.step}: the next page leads elsewhere: ${url}`);
  return { ...step, path: url.replace(base, "") };
}

async function ask(step) {
  const headers = { ...step.headers };
  let body;
  if (step.json) [headers["Content-Type"], body] = ["application/json", JSON.stringify(step.json)];
  if (step.form) [headers["Content-Type"], body] = ["application/x-www-form-urlencoded", step.form];
  if (step.bearer) headers.Authorization = `Bearer ${token(step.bearer)}`;
  const answer = await fetch(base + step.path, { method: step.method ?? "GET", headers, body, redirect: "manual" });
  const [pieces, times] = [[], []];
  for await (const piece of answer.body ?? []) {
    times.push(performance.now());
    pieces.push(piece);
  }
  const gaps = times.slice(1).map((time, i) => time - times[i]);
  if ("TRUETAPE_GAPS" in process.env && step.gaps && (gaps.length !== 3 || Math.min(...gaps) < 150)) {
    throw new Error(`${step.step}: the events came ${gaps} milliseconds apart`);
  }
  return [answer, Buffer.concat(pieces)];
}

for (const first of steps) {
  for (let step = first; step; ) {
    let came;
    try {
      came = await ask(step);
    } catch (error) {
      // Only fetch itself fails with a cause; anything else is a fault of this walk.
      if (!error.cause) throw error;
      // Node tells one and the same reset by either name, as its events happen to fall.
      const code = error.cause.code ?? error.cause.name;
      const failed = code === "ECONNRESET" || code === "UND_ERR_SOCKET" ? "connection ended" : code;
      console.log(JSON.stringify({ step: step.step, failed }));
      break;
    }
    told(step, ...came);
    step = following(step, ...came);
  }
}

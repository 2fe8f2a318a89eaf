// A certified OpenID provider on loopback: `node oidc.mjs PORT CERTIFICATE KEY`, with $MODULES and $OIDC_SECRET.

import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [port, certificate, key] = process.argv.slice(2);
const modules = createRequire(`${process.env.MODULES}/`);
const { default: Provider } = await import(pathToFileURL(modules.resolve("oidc-provider")));
const provider = new Provider(`https://localhost:${port}`, {
  clients: [{ client_id: "walker", client_secret: process.env.OIDC_SECRET, grant_types: ["client_credentials"],
    redirect_uris: [], response_types: [] }],
  scopes: ["read"],
  features: {
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    revocation: { enabled: true },
    devInteractions: { enabled: false },
  },
});
const secure = { cert: readFileSync(certificate), key: readFileSync(key) };
createServer(secure, provider.callback()).listen(Number(port), "127.0.0.1");

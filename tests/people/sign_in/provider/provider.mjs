// The identity provider of the tests: anybody signs in by the name of their account, with any password.
// Called with a folder, how the client proves itself, where claims stand (`id_token` or `userinfo`), and where it
// wants to hear of sign-outs: `names.json` in the folder says how each account is called today and in which groups
// it is, and is read anew each time.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { Provider } from "oidc-provider";

const [folder, authentication, claimsIn, departures] = process.argv.slice(2);

function account(_ctx, id) {
  const known = JSON.parse(readFileSync(join(folder, "names.json"), "utf8"))[id] ?? {};
  return { accountId: id, claims: async () => ({ sub: id, ...known }) };
}

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: "stoa & co",
        client_secret: "a secret: with + and %",
        token_endpoint_auth_method: authentication,
        redirect_uris: ["http://localhost/sign-in/provider/return"],
        post_logout_redirect_uris: ["http://localhost/sign-in"],
        ...(departures ? { backchannel_logout_uri: departures } : {}),
      },
    ],
    clientAuthMethods: [authentication],
    claims: {
      openid: ["sub", ...(claimsIn === "userinfo" ? ["preferred_username"] : [])],
      profile: ["preferred_username", "name", "groups", "realm_access"],
    },
    conformIdTokenClaims: claimsIn === "userinfo",
    cookies: { keys: ["for tests only"] },
    // Its own refuses addresses of this machine, where the client of the tests is.
    fetch: (url, { dispatcher: _, ...options }) => globalThis.fetch(url, options),
    findAccount: account,
    pkce: { required: () => true },
    features: { rpInitiatedLogout: { enabled: true }, backchannelLogout: { enabled: true } },
    ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, IdToken: 600 },
  });
  server.on("request", provider.callback());
  process.stdout.write(`${issuer}\n`);
});

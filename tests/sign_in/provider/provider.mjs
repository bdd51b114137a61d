// The identity provider of the tests: anybody signs in by the name of their account, with any password.
// Called with a folder: `names.json` in it says how each account is called today, and is read anew each time.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { Provider } from "oidc-provider";

const [folder, authentication] = process.argv.slice(2);

function account(_ctx, id) {
  const name = JSON.parse(readFileSync(join(folder, "names.json"), "utf8"))[id];
  return { accountId: id, claims: async () => ({ sub: id, preferred_username: name }) };
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
      },
    ],
    clientAuthMethods: [authentication],
    claims: { openid: ["sub"], profile: ["preferred_username"] },
    conformIdTokenClaims: false,
    cookies: { keys: ["for tests only"] },
    findAccount: account,
    pkce: { required: () => true },
    features: { rpInitiatedLogout: { enabled: true } },
    ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, IdToken: 600 },
  });
  server.on("request", provider.callback());
  process.stdout.write(`${issuer}\n`);
});

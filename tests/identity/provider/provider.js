// A certified OpenID Connect provider on this machine: accounts are called <role>-<name>, clients are told to it.
// It says where it is on its first line, and takes a word a line: "rotate" adds a new key and signs with it,
// "retire" forgets all but the newest.
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { exportJWK, generateKeyPair } from "jose";
import { Provider } from "oidc-provider";

const { alg, address, services } = JSON.parse(process.env.PROVIDER);
const keys = [];

async function addKey() {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  keys.unshift({ ...(await exportJWK(privateKey)), kid: `key-${keys.length + 1}`, use: "sig", alg });
}

const roleOf = (account) => account.split("-")[0];
const web = {
  redirect_uris: services.map((each) => `${address}/${each}/login/back`),
  post_logout_redirect_uris: services.map((each) => `${address}/${each}/session`),
  id_token_signed_response_alg: alg,
};

function configured() {
  return {
    jwks: { keys },
    clients: [
      { client_id: "speir", client_secret: "pages-7Qx2mVt9", ...web },
      { client_id: "speir-public", token_endpoint_auth_method: "none", ...web },
      {
        client_id: "planning-system",
        client_secret: "system-4Kd8nWz1",
        grant_types: ["client_credentials"],
        response_types: [],
        redirect_uris: [],
        id_token_signed_response_alg: alg,
      },
    ],
    claims: { openid: ["sub", "role"] },
    conformIdTokenClaims: false,
    cookies: { keys: ["a key of this test's"] },
    enabledJWA: { idTokenSigningAlgValues: [alg] },
    extraTokenClaims: (_ctx, token) => ({
      role: token.kind === "ClientCredentials" ? "system_client" : roleOf(token.accountId),
    }),
    features: {
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_ctx, resource) => ({
          scope: "scheduling:list_programmes",
          audience: resource.split("/").at(-1),
          accessTokenFormat: "jwt",
          accessTokenTTL: 600,
          jwt: { sign: { alg } },
        }),
      },
    },
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ sub, role: roleOf(sub) }) }),
    ttl: { AccessToken: 600, ClientCredentials: 600, Grant: 3600, IdToken: 600, Interaction: 600, Session: 3600 },
  };
}

let answer;
const server = createServer((asked, answered) => answer(asked, answered));
server.listen(0, "127.0.0.1", async () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const begin = () => (answer = new Provider(issuer, configured()).callback());
  await addKey();
  begin();
  console.log(issuer);
  for await (const word of createInterface(process.stdin)) {
    if (word === "rotate") await addKey();
    if (word === "retire") keys.splice(1);
    begin();
    console.log(keys[0].kid);
  }
  process.exit(0);
});

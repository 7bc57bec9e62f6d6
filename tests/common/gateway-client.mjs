// A client of the gateway, run in a container of its image: `node gateway-client.mjs CONNECTIONS`,
// a JSON list. Each connects on its own, sends its requests all at once, and its end is one line:
// what the gateway answered to `connect` and to each request.
//
//   {name, url, token, password, device, deviceToken, origin, headers, client, scopes, requests}
//
// `device` is the file of a device's key, made when it is not there; without it the client has no
// identity. The token that a gateway gives the device is kept beside it, and used where `deviceToken`
// is "stored".
import crypto from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const { WebSocket } = createRequire("/app/package.json")("ws");
/** The connect frame of openclaw 2026.9.6 is protocol 4, that of clawdbot 2026.1.24-3 protocol 3. */
const PROTOCOLS = [3, 4];
const base64url = (bytes) => Buffer.from(bytes).toString("base64url");

function identity(file) {
  if (!existsSync(file)) {
    const { privateKey } = crypto.generateKeyPairSync("ed25519");
    writeFileSync(file, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  }
  const key = crypto.createPrivateKey(readFileSync(file));
  // The last 32 bytes of the SPKI form are the key itself.
  const raw = crypto.createPublicKey(key).export({ type: "spki", format: "der" }).subarray(-32);
  return { key, id: crypto.createHash("sha256").update(raw).digest("hex"), publicKey: base64url(raw) };
}

/** What a device signs: v2, which all releases with a nonce take. */
function proof({ key, id, publicKey }, { client, role, scopes, token, nonce }) {
  const signedAt = Date.now();
  const fields = ["v2", id, client.id, client.mode, role, scopes.join(","), String(signedAt), token ?? "", nonce];
  return { id, publicKey, signedAt, nonce, signature: base64url(crypto.sign(null, Buffer.from(fields.join("|")), key)) };
}

function connect(connection) {
  const { url = "ws://127.0.0.1:18789", token, password, origin, requests = [] } = connection;
  const stored = `${connection.device}.token`;
  const deviceToken = connection.deviceToken === "stored" ? readFileSync(stored, "utf8") : connection.deviceToken;
  const client = { id: "cli", mode: "cli", version: "1.0.0", platform: "linux", ...connection.client };
  const scopes = connection.scopes ?? ["operator.admin", "operator.read", "operator.write"];
  const done = { name: connection.name, answers: [] };
  let open = requests.length;
  return new Promise((resolve) => {
    const socket = new WebSocket(url, { headers: { ...connection.headers, ...(origin && { origin }) } });
    const send = (id, method, params) => socket.send(JSON.stringify({ type: "req", id, method, params }));
    const hello = (nonce) => {
      const auth = { ...(token && { token }), ...(password && { password }), ...(deviceToken && { deviceToken }) };
      const params = {
        minProtocol: Math.min(...PROTOCOLS), maxProtocol: Math.max(...PROTOCOLS), client,
        role: "operator", scopes, caps: [], auth,
      };
      const signed = { client, role: "operator", scopes, token: token ?? deviceToken, nonce };
      if (connection.device) params.device = proof(identity(connection.device), signed);
      send("connect", "connect", params);
    };
    socket.on("message", (data) => {
      const frame = JSON.parse(data);
      if (frame.type === "event" && frame.event === "connect.challenge") return hello(frame.payload.nonce);
      if (frame.type !== "res") return;
      if (frame.id === "connect") {
        done.connect = frame.ok ? "ok" : frame.error;
        const given = frame.payload?.auth?.deviceToken;
        done.deviceToken = given && "given";
        if (given && connection.device) writeFileSync(stored, given);
        done.device = connection.device && identity(connection.device).id;
        if (!frame.ok) return;
        requests.forEach(({ method, params }, i) => send(String(i), method, params));
        if (!open) socket.close();
        return;
      }
      // An agent's turn is answered twice: that it was taken, and how it ended.
      if (frame.payload?.status === "accepted") return;
      done.answers[frame.id] = frame.ok ? frame.payload : frame.error;
      open -= 1;
      if (!open) socket.close();
    });
    socket.on("error", (error) => { done.error = error.code || error.message; resolve(done); });
    socket.on("close", (code, reason) => resolve({ ...done, code, reason: String(reason) }));
  });
}

const connections = JSON.parse(process.argv[2]);
await Promise.all(connections.map(async (one) => console.log(JSON.stringify(await connect(one)))));

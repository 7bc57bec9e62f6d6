// Stands in for model providers, for a channel's service, and for the place where logins are renewed:
// the first part of the path says how it answers. Run in a container beside the gateway; port 9000 is
// HTTP, 9443 a certificate that nobody signed, on 9001 nothing listens, and 443 has a certificate whose
// authority is put into /certificates, for gateways that are to trust it.
import http from "node:http";
import https from "node:https";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const json = (type, message) => JSON.stringify({ type: "error", error: { type, message }, request_id: "req_011CSample" });
const answers = {
  "key-refused": [401, json("authentication_error", "invalid x-api-key")],
  "bearer-refused": [401, json("authentication_error", "Invalid bearer token")],
  "key-incorrect": [401, JSON.stringify({ error: { message: "Incorrect API key provided: sk-dummy*********************0000. You can find your API key at https://platform.openai.com/account/api-keys.", type: "invalid_request_error", param: null, code: "invalid_api_key" } })],
  "access-denied": [403, json("permission_error", "Your API key does not have permission to use the specified resource.")],
  "rate-limited": [429, json("rate_limit_error", "This request would exceed your account's rate limit. Please try again later."), { "retry-after": "7", "anthropic-ratelimit-requests-limit": "50", "anthropic-ratelimit-requests-remaining": "0", "anthropic-ratelimit-requests-reset": "2026-01-01T12:00:07Z" }],
  "quota-exhausted": [429, JSON.stringify({ error: { message: "You exceeded your current quota, please check your plan and billing details.", type: "insufficient_quota", param: null, code: "insufficient_quota" } })],
  "beta-flag": [400, json("invalid_request_error", "invalid beta flag")],
  "context-openai": [400, JSON.stringify({ error: { message: "This model's maximum context length is 8192 tokens. However, your messages resulted in 20000 tokens. Please reduce the length of the messages.", type: "invalid_request_error", param: "messages", code: "context_length_exceeded" } })],
  "context-anthropic": [400, json("invalid_request_error", "prompt is too long: 215000 tokens > 200000 maximum")],
  "credit-too-low": [400, json("invalid_request_error", "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.")],
  "payment-required": [402, JSON.stringify({ error: { message: "Insufficient credits", code: 402 } })],
  "unknown-model": [404, json("not_found_error", "model: m")],
  "server-error": [500, json("api_error", "Internal server error")],
  "bad-gateway": [502, "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body></html>", { "content-type": "text/html" }],
  overloaded: [529, json("overloaded_error", "Overloaded")],
  redirect: [301, "", { location: "https://login.example.invalid/" }],
  telegram: [401, JSON.stringify({ ok: false, error_code: 401, description: "Unauthorized" })],
  // `/v1/oauth/token` of the hosts where logins of Anthropic are renewed.
  v1: [400, JSON.stringify({ error: "invalid_grant", error_description: "Refresh token not found or invalid" })],
  "login-page": [200, "<html><body>please log in</body></html>", { "content-type": "text/html" }],
};
const anthropic = [
  ["message_start", { message: { id: "msg_1", type: "message", role: "assistant", model: "m", content: [], stop_reason: null, stop_sequence: null, usage: { input_tokens: 1, output_tokens: 1 } } }],
  ["content_block_start", { index: 0, content_block: { type: "text", text: "" } }],
  ["content_block_delta", { index: 0, delta: { type: "text_delta", text: "hello" } }],
  ["content_block_stop", { index: 0 }],
  ["message_delta", { delta: { stop_reason: "end_turn", stop_sequence: null }, usage: { output_tokens: 1 } }],
  ["message_stop", {}],
];
function good(request, response) {
  response.writeHead(200, { "content-type": "text/event-stream" });
  if (request.url.includes("/messages")) {
    for (const [type, rest] of anthropic) response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`);
  } else {
    const chunk = (delta, finish_reason) => `data: ${JSON.stringify({ id: "c1", object: "chat.completion.chunk", created: 1, model: "m", choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
    response.write(chunk({ role: "assistant", content: "hello" }, null));
    response.write(chunk({}, "stop"));
    response.write("data: [DONE]\n\n");
  }
  response.end();
}
function answer(request, response) {
  const how = request.url.split("/")[1];
  console.log(request.method, request.url);
  request.resume();
  if (how === "hang") return;
  if (how === "connection-closed") return request.socket.destroy();
  if (how === "half-an-answer") { response.writeHead(200, { "content-type": "text/event-stream" }); response.write("event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\",\"content\":[],\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}}\n\n"); setTimeout(() => request.socket.destroy(), 200); return; }
  const found = answers[how];
  if (!found) return good(request, response);
  const [status, body, headers] = found;
  response.writeHead(status, { "content-type": "application/json", "request-id": "req_011CSample", ...headers });
  response.end(body);
}
function certificate(name, hosts) {
  const [key, cert] = [`/tmp/${name}.key`, `/tmp/${name}.pem`];
  const names = `subjectAltName=${hosts.map((host) => `DNS:${host}`).join(",")}`;
  const self = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", `/CN=${hosts[0]}`];
  execFileSync("openssl", [...self, "-addext", names, "-keyout", key, "-out", cert], { stdio: "ignore" });
  return { key: readFileSync(key), cert: readFileSync(cert) };
}
const listen = (server, port) => new Promise((done) => server.listen(port, done));
await listen(http.createServer(answer), 9000);
await listen(https.createServer(certificate("unknown", ["provider"]), answer), 9443);
if (existsSync("/certificates")) {
  const trusted = certificate("trusted", ["platform.claude.com", "console.anthropic.com"]);
  writeFileSync("/certificates/authority.pem", trusted.cert);
  await listen(https.createServer(trusted, answer), 443);
}
console.log("ready");

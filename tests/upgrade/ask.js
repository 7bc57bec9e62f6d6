// Runs inside a container, beside its gateway. Waits until the gateway answers, sends it a chat, for
// which a server on loopback stands in for the provider, and prints what came of it as one line of JSON.
"use strict";
const http = require("http");

const [token, seconds, chats] = [process.argv[2], Number(process.argv[3] || 150), Number(process.argv[4] || 1)];
const GATEWAY = 18789;
const PROVIDER = 9911;
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** A provider that knows one word. */
const provider = { keys: [] };
http.createServer((incoming, response) => {
  let body = "";
  incoming.on("data", (part) => { body += part; });
  incoming.on("end", () => {
    if (!/completions/.test(incoming.url)) {
      response.writeHead(200, { "content-type": "application/json" });
      return response.end(JSON.stringify({ object: "list", data: [{ id: "m1", object: "model" }] }));
    }
    provider.keys.push((incoming.headers.authorization || "").replace(/^Bearer /, ""));
    const chunk = (delta, finish) => ({
      id: "c1", object: "chat.completion.chunk", created: 1, model: "m1",
      choices: [{ index: 0, delta, finish_reason: finish }],
    });
    const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
    if (!/"stream"\s*:\s*true/.test(body)) {
      response.writeHead(200, { "content-type": "application/json" });
      const message = { role: "assistant", content: "pong" };
      return response.end(JSON.stringify({
        id: "c1", object: "chat.completion", created: 1, model: "m1", usage,
        choices: [{ index: 0, message, finish_reason: "stop" }],
      }));
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const part of [chunk({ role: "assistant", content: "pong" }, null), { ...chunk({}, "stop"), usage }]) {
      response.write(`data: ${JSON.stringify(part)}\n\n`);
    }
    response.end("data: [DONE]\n\n");
  });
}).listen(PROVIDER, "127.0.0.1");

function request(method, path, body, timeout) {
  return new Promise((resolve) => {
    const text = body === undefined ? "" : JSON.stringify(body);
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json", "content-length": Buffer.byteLength(text) };
    // With several agents a request has to say whose it is.
    Object.assign(headers, { "x-openclaw-agent-id": "main", "x-clawdbot-agent-id": "main" });
    const options = { host: "127.0.0.1", port: GATEWAY, path, method, headers, agent: false, timeout };
    const sent = http.request(options, (response) => {
      let got = "";
      response.on("data", (part) => { got += part; });
      response.on("end", () => resolve({ status: response.statusCode, body: got }));
    });
    sent.on("timeout", () => sent.destroy(new Error("timeout")));
    sent.on("error", (error) => resolve({ error: error.code || error.message }));
    sent.end(text);
  });
}

(async () => {
  const until = Date.now() + seconds * 1000;
  const said = { ready: false, chat: null };
  while (Date.now() < until) {
    const probe = await request("POST", "/tools/invoke", {}, 5000);
    said.probe = probe.status || probe.error;
    if (probe.status === 400 || probe.status === 401) { said.ready = true; break; }
    await sleep(300);
  }
  if (said.ready) {
    for (let turn = 0; turn < chats; turn++) {
      const body = { model: "openclaw", user: `turn${turn}`, messages: [{ role: "user", content: "ping" }] };
      const answer = await request("POST", "/v1/chat/completions", body, 90000);
      said.chat = { status: answer.status || answer.error, said: (answer.body || "").slice(0, 400) };
    }
    said.keys = provider.keys;
  }
  process.stdout.write(JSON.stringify(said) + "\n");
  process.exit(0);
})();

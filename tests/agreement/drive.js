// Runs inside a container of one release, as root. Standard input: one case on each line, as JSON.
// For each it lays out the files, runs the real program with the environment of the case, and
// prints what the program did, as one line of JSON.
//
// A case: {id, env, files, args, cwd, candidates, ports, ask}. `args` are the words of the
// gateway's command; `candidates` the credentials to try on it; `ports` those that its command line
// may dial; `ask` names the questions beyond: "cli", "models", "config", "request". `chosen` has models that
// are asked for, each in a request of its own.
"use strict";
const fs = require("fs");
const http = require("http");
const path = require("path");
const { spawn } = require("child_process");
const { WebSocketServer } = require("/app/node_modules/ws");

const NODE = 1000; // The user that the images run as.
const ROOTS = ["/home/node", "/data", "/srv"];
const PROVIDERS = [9911, 9912];
const LIMIT = Number(process.env.DRIVE_LIMIT || 240) * 1000;
const VERBOSE = process.env.DRIVE_VERBOSE === "1";

const base = { ...process.env };
for (const name of ["HOME", "HOSTNAME", "DRIVE_LIMIT", "DRIVE_VERBOSE"]) delete base[name];
// Docker gives the home directory of the user where nothing else does.
base.HOME = "/home/node";
// Offline: none of these concerns a credential.
Object.assign(base, { npm_config_fetch_retries: "0", OPENCLAW_SKIP_CHANNELS: "1", OPENCLAW_SKIP_CRON: "1" });

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

function own(file) {
  fs.chownSync(file, NODE, NODE);
}

function makeDirectory(dir) {
  if (fs.existsSync(dir)) return;
  makeDirectory(path.dirname(dir));
  fs.mkdirSync(dir);
  own(dir);
}

function layOut(files) {
  for (const root of ROOTS) {
    fs.rmSync(root, { recursive: true, force: true });
    fs.mkdirSync(root);
    own(root);
  }
  for (const name of fs.readdirSync("/tmp")) {
    // Older releases keep there what they made of the sources of their plugins.
    if (name !== "jiti") fs.rmSync(`/tmp/${name}`, { recursive: true, force: true });
  }
  fs.rmSync("/app/.env", { force: true });
  for (const [name, text] of Object.entries(files)) {
    if (name.endsWith("/")) {
      makeDirectory(name.slice(0, -1));
      continue;
    }
    makeDirectory(path.dirname(name));
    fs.writeFileSync(name, text, { mode: 0o600 });
    own(name);
  }
}

function run(words, env, cwd) {
  const child = spawn(words[0], words.slice(1), {
    env, cwd, uid: NODE, gid: NODE, detached: true, stdio: ["ignore", "pipe", "pipe"],
  });
  const state = { child, code: undefined, out: "", err: "" };
  child.stdout.on("data", (part) => { if (state.out.length < 400000) state.out += part; });
  child.stderr.on("data", (part) => { if (state.err.length < 400000) state.err += part; });
  state.ended = new Promise((done) => child.on("exit", (code, signal) => {
    state.code = code === null ? signal : code;
    done();
  }));
  return state;
}

function processes() {
  return fs.readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number)
    .filter((pid) => pid !== process.pid && pid !== 1);
}

/** Ends everything that the case started. */
async function end(state) {
  const signal = (name) => {
    for (const pid of processes()) {
      try {
        if (fs.statSync(`/proc/${pid}`).uid === NODE) process.kill(pid, name);
      } catch { /* It ended meanwhile. */ }
    }
  };
  signal("SIGKILL");
  await Promise.race([state.ended, sleep(5000)]);
}

/** Listening sockets: [port, address in hex], lowest port first. */
function listening() {
  const found = [];
  for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    let text = "";
    try { text = fs.readFileSync(table, "utf8"); } catch { continue; }
    for (const line of text.split("\n").slice(1)) {
      const fields = line.trim().split(/\s+/);
      if (fields[3] !== "0A") continue;
      const [address, port] = fields[1].split(":");
      const number = parseInt(port, 16);
      if (!PROVIDERS.includes(number)) found.push([number, address]);
    }
  }
  return found.sort((a, b) => a[0] - b[0]);
}

function request(port, method, where, credential, body, timeout, more) {
  return new Promise((resolve) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = text === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(text) };
    Object.assign(headers, more);
    if (credential !== undefined) headers.authorization = `Bearer ${credential}`;
    const options = { host: "127.0.0.1", port, path: where, method, headers, agent: false, timeout: timeout || 20000 };
    const sent = http.request(options, (response) => {
      let got = "";
      response.on("data", (part) => { got += part; });
      response.on("end", () => resolve({
        status: response.statusCode, body: got, json: /^application\/json/.test(response.headers["content-type"] || ""),
      }));
    });
    sent.on("timeout", () => sent.destroy(new Error("timeout")));
    sent.on("error", (error) => resolve({ error: error.code || error.message }));
    sent.end(text);
  });
}

/** Waits until the gateway answers, or ends. */
async function answers(state) {
  const until = Date.now() + LIMIT;
  while (Date.now() < until) {
    if (state.code !== undefined) return { exit: state.code };
    const open = listening();
    if (open.length > 0) {
      const [port, address] = open[0];
      const control = await request(port, "POST", "/tools/invoke", undefined, {});
      if (control.status === 401 || control.status === 400 || control.status === 429) {
        const loopback = address === "0100007F" || address === "00000000000000000000000001000000";
        return { port, bind: loopback ? "loopback" : "all", open: control.status === 400 };
      }
      if (VERBOSE && control.status) process.stderr.write(`control ${control.status} ${control.body}\n`);
    }
    await sleep(200);
  }
  return { hung: true };
}

/** The credentials that it takes: all at once, as each refused one is answered later than the one before. */
async function accepted(port, candidates) {
  const answers = await Promise.all(candidates.map((one) => request(port, "POST", "/tools/invoke", one, {}, 60000)));
  const odd = answers.find((answer) => answer.status !== 400 && answer.status !== 401);
  if (odd) return { error: `HTTP ${odd.status || odd.error} for a candidate` };
  return candidates.filter((_, at) => answers[at].status === 400);
}

/** The environment of the helper process that carries what the gateway made of its own. */
function brokerEnvironment() {
  for (const pid of processes()) {
    try {
      const argv = fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      if (!argv.some((word) => word.endsWith("/spawn-broker/worker.js"))) continue;
      const env = {};
      for (const line of fs.readFileSync(`/proc/${pid}/environ`, "utf8").split("\0")) {
        const at = line.indexOf("=");
        if (at > 0) env[line.slice(0, at)] = line.slice(at + 1);
      }
      return env;
    } catch { /* It ended meanwhile. */ }
  }
  return null;
}

/** Servers in place of a provider: they note the first request and refuse it. */
const provider = { seen: null };
for (const port of PROVIDERS) {
  http.createServer((incoming, response) => {
    const key = incoming.headers["x-api-key"] || (incoming.headers.authorization || "").replace(/^Bearer /, "") || null;
    let text = "";
    incoming.on("data", (part) => { text += part; });
    incoming.on("end", () => {
      const main = !/\/models\b/.test(incoming.url);
      if (main && !provider.seen) {
        provider.seen = { port, key, path: incoming.url };
        provider.model = (json(text) || {}).model;
      }
      response.writeHead(401, { "content-type": "application/json" });
      response.end(JSON.stringify({ error: { type: "authentication_error", message: "invalid x-api-key" } }));
    });
  }).listen(port, "127.0.0.1");
}

async function providerRequest(port, credential, model) {
  provider.seen = null;
  const body = { model: "openclaw", messages: [{ role: "user", content: "hi" }] };
  const answer = request(port, "POST", "/v1/chat/completions", credential, body, 120000, model && { "x-openclaw-model": model });
  let done = null;
  answer.then((value) => { done = value; });
  const until = Date.now() + 120000;
  while (!provider.seen && !done && Date.now() < until) await sleep(100);
  if (provider.seen) return provider.seen;
  return { none: done ? `HTTP ${done.status || done.error}` : "timeout", said: done ? (done.body || "").slice(0, 300) : "" };
}

async function listen(port) {
  for (let tries = 0; ; tries++) {
    const server = new WebSocketServer({ host: "127.0.0.1", port });
    const error = await new Promise((done) => { server.once("listening", () => done(null)); server.once("error", done); });
    server.on("error", () => {});
    if (!error) return server;
    if (tries > 50) throw error;
    await sleep(200);
  }
}

/** What the command line sends, to a server that only listens. */
async function client(words, env, cwd, ports) {
  const seen = {};
  const servers = [];
  for (const port of ports) {
    // A gateway that has just been ended may hold its port for a moment.
    const server = await listen(port);
    server.on("connection", (socket) => {
      socket.on("error", () => {});
      socket.on("message", (data) => {
        let frame = {};
        try { frame = JSON.parse(String(data)); } catch { return; }
        if (frame.method !== "connect" || seen.port) return;
        const auth = (frame.params && frame.params.auth) || {};
        seen.port = port;
        seen.token = auth.token === undefined ? null : auth.token;
        seen.password = auth.password === undefined ? null : auth.password;
        socket.close(1008, "unauthorized");
      });
      socket.send(JSON.stringify({ type: "event", event: "connect.challenge", payload: { nonce: "n", ts: Date.now() } }));
    });
    servers.push(server);
  }
  const state = run(words, env, cwd);
  const until = Date.now() + 150000;
  while (state.code === undefined && !seen.port && Date.now() < until) await sleep(50);
  if (!seen.port) await Promise.race([state.ended, sleep(1000)]);
  await end(state);
  for (const server of servers) {
    for (const socket of server.clients) socket.terminate();
    await new Promise((done) => server.close(done));
  }
  if (seen.port) return seen;
  return { code: state.code === undefined ? "hung" : state.code, said: (state.out + state.err).slice(-600) };
}

async function command(words, env, cwd) {
  const state = run(words, env, cwd);
  await Promise.race([state.ended, sleep(90000)]);
  await end(state);
  return { code: state.code === undefined ? "hung" : state.code, out: state.out, err: state.err };
}

function json(text) {
  const start = text.indexOf("{");
  try { return JSON.parse(text.slice(start)); } catch { return null; }
}

async function answer(one) {
  layOut(one.files);
  const env = { ...base, ...one.env };
  const cwd = one.cwd || "/app";
  const entry = one.args.slice(0, 2);
  const truth = { id: one.id };
  const began = Date.now();
  const state = run(one.args, env, cwd);
  const start = await answers(state);
  Object.assign(truth, start);
  if (start.port) {
    truth.accepted = start.open ? [] : await accepted(start.port, one.candidates);
    const broker = brokerEnvironment();
    if (broker) truth.env = broker;
    if (one.ask.includes("request") && (start.open || truth.accepted.length === 1)) {
      truth.request = await providerRequest(start.port, truth.accepted[0]);
      if (one.chosen) truth.request.model = provider.model;
    }
    for (const model of one.chosen || []) {
      // A model that the caller asks for: it is taken, or refused before anything is sent.
      truth.asked ??= {};
      truth.asked[model] = await providerRequest(start.port, truth.accepted[0], model);
      if (truth.asked[model].port) truth.asked[model].model = provider.model;
    }
  }
  if (start.exit !== undefined || start.hung || VERBOSE) truth.said = (state.out + state.err).slice(-900);
  // A machine with too much to do: not what the program does with its settings.
  if (/did not become ready|trigger=timeout/.test(truth.said || "")) throw new Error(`too slow: ${truth.said}`);
  truth.ms = Date.now() - began;
  await end(state);
  if (one.ask.includes("cli")) {
    // The gateway may have moved a state directory: the command line finds what it left.
    truth.cli = await client([...entry, "gateway", "call", "health", "--json", "--timeout", "5000"], env, cwd, one.ports);
  }
  if (one.ask.includes("models")) {
    const got = await command([...entry, "models", "status", "--json"], env, cwd);
    const status = json(got.out);
    truth.models = status && status.auth
      ? { code: got.code, config: status.configPath, providers: status.auth.providers }
      : { code: got.code, said: (got.out + got.err).slice(-600) };
    if (one.chosen && status) {
      const { defaultModel, resolvedDefault, fallbacks, aliases, allowed } = status;
      truth.chosen = { defaultModel, resolvedDefault, fallbacks, aliases, allowed };
    }
  }
  if (one.ask.includes("config")) {
    truth.config = {};
    for (const what of [["file"], ["get", "gateway.port"], ["get", "gateway.bind"]]) {
      const got = await command([...entry, "config", ...what], env, cwd);
      truth.config[what.join(" ")] = { code: got.code, out: got.out.trim().slice(-300) };
    }
  }
  truth.total = Date.now() - began;
  return truth;
}

(async () => {
  const lines = require("readline").createInterface({ input: process.stdin });
  for await (const line of lines) {
    if (line.trim() === "") continue;
    const one = JSON.parse(line);
    let truth;
    try { truth = await answer(one); } catch (error) { truth = { id: one.id, failed: String(error && error.stack) }; }
    process.stdout.write(JSON.stringify(truth) + "\n");
  }
  process.exit(0);
})();

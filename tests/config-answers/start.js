// Runs in a container of the real program: starts the gateway with every case, one JSON line each.
//
//   node start.js [NAME ...]
//
// A case is a home directory of its own. The gateway gets a token, loopback and no network; it has
// started when it answers HTTP.
const { spawn } = require("node:child_process");
const fs = require("node:fs");
const http = require("node:http");
const path = require("node:path");

const names = process.argv.slice(2);
const cases = JSON.parse(fs.readFileSync(path.join(__dirname, "cases.json"), "utf8")).filter((c) => names.length === 0 || names.includes(c.name));
const app = process.env.OPENCLAW_APP ?? "/app";
const legacy = JSON.parse(fs.readFileSync(`${app}/package.json`, "utf8")).name === "clawdbot";
const [prefix, dir, file, entry] = legacy
  ? ["CLAWDBOT", ".clawdbot", "clawdbot.json", `${app}/dist/entry.js`]
  : ["OPENCLAW", ".openclaw", "openclaw.json", `${app}/dist/index.js`];
const PORT = 18789;
const LIMIT_MS = 180_000;

function lay(item) {
  const home = fs.mkdtempSync("/tmp/case-");
  const state = path.join(home, dir);
  fs.mkdirSync(state);
  fs.writeFileSync(path.join(state, file), item.config);
  for (const [name, text] of Object.entries(item.files ?? {})) fs.writeFileSync(path.join(state, name), text);
  const env = { PATH: process.env.PATH, HOME: home, NODE_ENV: "production", npm_config_fetch_retries: "0", NO_COLOR: "1" };
  env[`${prefix}_STATE_DIR`] = state;
  env[`${prefix}_GATEWAY_TOKEN`] = "token-of-the-environment";
  return { home, env: { ...env, ...item.env } };
}

function answers() {
  return new Promise((done) => {
    const request = http.get({ host: "127.0.0.1", port: PORT, path: "/healthz", timeout: 1000 }, (r) => {
      r.resume();
      done(true);
    });
    request.on("error", () => done(false));
    request.on("timeout", () => { request.destroy(); done(false); });
  });
}

async function gateway({ env, home }) {
  const args = [entry, "gateway", "--bind", "loopback", "--port", String(PORT)];
  const child = spawn("node", args, { env, cwd: home, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (d) => { output += d; });
  let exit;
  child.on("exit", (code) => { exit = code ?? -1; });
  const until = Date.now() + LIMIT_MS;
  let started = false;
  while (exit === undefined && !started && Date.now() < until) {
    started = await answers();
    if (!started) await new Promise((r) => setTimeout(r, 200));
  }
  if (exit !== undefined) return { start: `exit ${exit}`, output };
  try { process.kill(-child.pid, "SIGKILL"); } catch {}
  while (exit === undefined) await new Promise((r) => setTimeout(r, 50));
  while (await answers()) await new Promise((r) => setTimeout(r, 200));
  return { start: started ? "starts" : "hangs", output };
}

const LINES = /Invalid config|Unrecognized|Invalid input|blocked|Missing config|refus|Config invalid|Problem|^\s*- |must|Found "/i;

(async () => {
  for (const item of cases) {
    const place = lay(item);
    const { start, output } = await gateway(place);
    const said = [...new Set(output.split("\n").filter((l) => LINES.test(l)).map((l) => l.replaceAll(place.home, "~").replace(/^\d{4}-\S+ /, "")))];
    fs.rmSync(place.home, { recursive: true, force: true });
    process.stdout.write(`${JSON.stringify({ name: item.name, start, said: start === "starts" ? [] : said.slice(0, 8) })}\n`);
  }
})();

// Runs in a container of the real program: what its own functions make of every case, one JSON line
// each: `valid`, `issues`, and whether the gateway `mends` the config when it starts.
//
//   node read.mjs
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { reveal } from "../../xtask/js/reveal.mjs";

const app = process.env.OPENCLAW_APP ?? "/app";
const { name } = JSON.parse(fs.readFileSync(`${app}/package.json`, "utf8"));
const [prefix, dir, file] = name === "clawdbot" ? ["CLAWDBOT", ".clawdbot", "clawdbot.json"] : ["OPENCLAW", ".openclaw", "openclaw.json"];
const here = path.dirname(fileURLToPath(import.meta.url));
const cases = JSON.parse(fs.readFileSync(path.join(here, "cases.json"), "utf8"));
const { PATH } = process.env;

function lay(item) {
  const home = fs.mkdtempSync("/tmp/case-");
  const state = path.join(home, dir);
  fs.mkdirSync(state);
  fs.writeFileSync(path.join(state, file), item.config);
  for (const [name, text] of Object.entries(item.files ?? {})) fs.writeFileSync(path.join(state, name), text);
  for (const key of Object.keys(process.env)) delete process.env[key];
  Object.assign(process.env, { PATH, HOME: home, [`${prefix}_STATE_DIR`]: state, [`${prefix}_GATEWAY_TOKEN`]: "token-of-the-environment", ...item.env });
  return { home, configPath: path.join(state, file) };
}

const first = lay({ config: "{}" });
const io = await reveal(app, ["createConfigIO", "planAutomaticConfigRepair", "resolveStartupConfigSnapshot", "migrateLegacyConfig"]);

/** What the gateway does before it gives up. */
async function mends(snapshot, configPath) {
  if (io.planAutomaticConfigRepair) {
    const core = await io.createConfigIO({ configPath, env: process.env, observe: false, pluginValidation: "core-only" }).readConfigFileSnapshot();
    return Boolean(io.resolveStartupConfigSnapshot(core)) && Boolean(io.planAutomaticConfigRepair(snapshot));
  }
  if (!io.migrateLegacyConfig || !snapshot.legacyIssues?.length) return false;
  return Boolean(io.migrateLegacyConfig(snapshot.parsed).config);
}

for (const item of cases) {
  const { home, configPath } = lay(item);
  const answer = { name: item.name };
  try {
    const snapshot = await io.createConfigIO({ configPath, env: process.env, observe: false }).readConfigFileSnapshot();
    answer.valid = snapshot.valid;
    answer.mode = snapshot.valid ? snapshot.config?.gateway?.mode ?? null : undefined;
    answer.issues = snapshot.issues.map((i) => `${i.path || "<root>"}: ${i.message}`.split("\n")[0].replaceAll(home, "~"));
    if (!snapshot.valid) answer.mends = await mends(snapshot, configPath);
  } catch (error) {
    answer.error = String(error).split("\n")[0].replaceAll(home, "~");
  }
  fs.rmSync(home, { recursive: true, force: true });
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
fs.rmSync(first.home, { recursive: true, force: true });
process.stdout.write("", () => process.exit(0));

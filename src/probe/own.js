// Runs one command of OpenClaw and ends it in time, with everything that it started. argv: limit of
// the command in milliseconds, its words, limit of this script.
const words = process.argv.slice(1);
const limit = Number(words.shift());
setTimeout(() => process.exit(9), Number(words.pop()));

const env = { ...process.env };
for (const name of ["NODE_OPTIONS", "NODE_USE_ENV_PROXY", "NODE_DISABLE_COMPILE_CACHE"]) delete env[name];
// A pipe is no terminal; nothing may ask or colour.
Object.assign(env, { NO_COLOR: "1", CI: "1" });

const { spawn } = require("child_process");
const child = spawn(words[0], words.slice(1), { env, detached: true, stdio: ["ignore", "pipe", "ignore"] });
let out = "";
let full = false;
const kill = () => { try { process.kill(-child.pid, "SIGKILL"); } catch { /* It has ended. */ } };
const tell = (answer) => {
  kill();
  process.stdout.write(JSON.stringify(answer), () => process.exit(0));
};
const timer = setTimeout(() => tell({ timeout: true }), limit);
child.stdout.setEncoding("utf8");
child.stdout.on("data", (part) => {
  out += part;
  if (out.length > 2 ** 20 && !full) {
    full = true;
    tell({ full });
  }
});
child.on("error", (error) => { clearTimeout(timer); tell({ error: error.code || "EUNKNOWN" }); });
child.on("close", (code, signal) => { clearTimeout(timer); if (!full) tell({ code, signal, out }); });

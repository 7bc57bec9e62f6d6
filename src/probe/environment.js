// Finds the gateway's process and prints the environment that it has, or had when it started.
// argv: limit in milliseconds.
setTimeout(() => process.exit(9), Number(process.argv[1]));
const fs = require("fs");

function look(pid) {
  const at = `/proc/${pid}/`;
  try {
    return {
      pid,
      parent: Number(/^PPid:\s*(\d+)/m.exec(fs.readFileSync(`${at}status`, "utf8"))[1]),
      argv: fs.readFileSync(`${at}cmdline`, "utf8").split("\0").filter((word) => word !== ""),
    };
  } catch {
    return null; // It ended meanwhile.
  }
}

const everything = fs.readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number).map(look);
const processes = everything.filter((p) => p && p.pid !== process.pid && p.argv.length > 0);
const isNode = (word) => /(^|\/)(node|nodejs|bun)$/.test(word);
const isBroker = (p) => p.argv.some((word) => word.endsWith("/spawn-broker/worker.js"));
// OpenClaw renames its process; a title replaces the whole command line.
const isGateway = (p) =>
  /^(openclaw|clawdbot|moltbot)-gateway$/.test(p.argv[0]) ||
  (isNode(p.argv[0]) && p.argv.includes("gateway") &&
    p.argv.some((word) => /(^|\/)(dist\/(index|entry)\.js|(openclaw|clawdbot|moltbot)(\.mjs)?)$/.test(word)));

const gateways = processes.filter(isGateway);
// A launcher that started the real one has the same words.
const inner = gateways.filter((p) => !gateways.some((other) => other.parent === p.pid));
const brokers = processes.filter((p) => isBroker(p) && processes.some((other) => other.pid === p.parent));

const found = brokers.length > 0 ? brokers : inner;
const answer = { kind: brokers.length > 0 ? "broker" : "gateway", count: found.length };
if (found.length === 1) {
  answer.pid = found[0].pid;
  try {
    const lines = fs.readFileSync(`/proc/${answer.pid}/environ`, "utf8").split("\0");
    answer.env = lines.filter((line) => line.includes("=")).map((line) => {
      const at = line.indexOf("=");
      return [line.slice(0, at), line.slice(at + 1)];
    });
  } catch (error) {
    answer.error = error.code || "EUNKNOWN";
  }
}
process.stdout.write(JSON.stringify(answer), () => process.exit(0));

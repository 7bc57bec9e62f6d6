// Looks into /proc: the gateway's process, the environment that it has and was started with, and
// what listens. argv: limit in milliseconds.
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

function environ(pid) {
  const lines = fs.readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
  return lines.filter((line) => line.includes("=")).map((line) => {
    const at = line.indexOf("=");
    return [line.slice(0, at), line.slice(at + 1)];
  });
}

// `0100007F:4965`, `00000000000000000000000001000000:4965`: the kernel writes words of the address
// as numbers of this machine.
function listener(line) {
  const [, local, , state] = line.trim().split(/\s+/);
  if (state !== "0A") return null;
  const [address, port] = local.split(":");
  const loopback = address.length === 8
    ? address.endsWith("7F")
    : /^0{24}01000000$/.test(address) || /^0{16}FFFF0000......7F$/.test(address);
  const reach = /^0+$/.test(address) ? "all" : loopback ? "loopback" : "one";
  return { port: parseInt(port, 16), reach };
}

function listeners() {
  const found = [];
  for (const file of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    let text;
    try { text = fs.readFileSync(file, "utf8"); } catch { continue; } // No IPv6.
    found.push(...text.split("\n").slice(1).filter((line) => line.trim() !== "").map(listener).filter(Boolean));
  }
  return found;
}

const answer = { kind: "gateway", count: 0 };
let everything = [];
try {
  everything = fs.readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number).map(look);
} catch (error) {
  answer.error = error.code || "EUNKNOWN";
}
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
answer.kind = brokers.length > 0 ? "broker" : "gateway";
answer.count = found.length;
if (found.length === 1) {
  answer.pid = found[0].pid;
  try {
    answer.env = environ(answer.pid);
  } catch (error) {
    answer.error = error.code || "EUNKNOWN";
  }
}
// What the engine started the container with shows in process 1. An init of root's may not be
// looked into; the gateway then shows what its start script made of it.
const gateway = brokers.length === 1 ? brokers[0].parent : found.length === 1 ? found[0].pid : null;
for (const [pid, of] of [[1, "first"], [gateway, "gateway"]]) {
  try {
    answer.start = { of, env: environ(pid) };
    break;
  } catch {
    continue;
  }
}
try { answer.listening = listeners(); } catch { /* Told as unknown. */ }
process.stdout.write(JSON.stringify(answer), () => process.exit(0));

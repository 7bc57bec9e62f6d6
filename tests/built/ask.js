// Run in a container with a gateway, on standard input of `node -`: where it listens, as whom it runs, and
// which of the credentials in CANDIDATES it accepts.
const fs = require("fs");
const http = require("http");

const candidates = JSON.parse(process.env.CANDIDATES);

function listening() {
  const found = [];
  for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    let text = "";
    try { text = fs.readFileSync(table, "utf8"); } catch { continue; }
    for (const line of text.split("\n").slice(1)) {
      const fields = line.trim().split(/\s+/);
      if (fields[3] !== "0A") continue;
      const [address, port] = fields[1].split(":");
      found.push([parseInt(port, 16), address]);
    }
  }
  return found.sort((a, b) => a[0] - b[0]);
}

function request(port, credential) {
  return new Promise((resolve) => {
    const headers = { "content-type": "application/json", "content-length": 2 };
    if (credential !== undefined) headers.authorization = `Bearer ${credential}`;
    const options = { host: "127.0.0.1", port, path: "/tools/invoke", method: "POST", headers, timeout: 60000 };
    const sent = http.request(options, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode));
    });
    sent.on("error", () => resolve(0));
    sent.on("timeout", () => sent.destroy());
    sent.end("{}");
  });
}

/** The process of the gateway: the one that listens has no name of its own, so the last that says it. */
function gateway() {
  const all = fs.readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number).sort((a, b) => a - b);
  let found = null;
  for (const pid of all.filter((pid) => pid !== process.pid)) {
    try {
      const argv = fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      const name = fs.readFileSync(`/proc/${pid}/comm`, "utf8").trim();
      if (/^(tini|sh|dash|bash)$/.test(name) || !/node|openclaw|clawdbot|MainThread/.test(`${name} ${argv[0]}`)) continue;
      const status = fs.readFileSync(`/proc/${pid}/status`, "utf8");
      const environ = fs.readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
      const home = environ.find((line) => line.startsWith("HOME="));
      found = found || { user: Number(/^Uid:\s+(\d+)/m.exec(status)[1]), home: home ? home.slice(5) : null };
    } catch { /* It ended meanwhile. */ }
  }
  return found;
}

(async () => {
  const open = listening();
  if (open.length === 0) return console.log("{}");
  const [port, address] = open[0];
  const control = await request(port, undefined);
  if (![400, 401, 429].includes(control)) return console.log("{}");
  const loopback = address === "0100007F" || address === "00000000000000000000000001000000";
  const answers = await Promise.all(candidates.map((one) => request(port, one)));
  const odd = answers.find((status) => status !== 400 && status !== 401);
  if (odd !== undefined) return console.log(JSON.stringify({ error: `HTTP ${odd} for a candidate` }));
  console.log(JSON.stringify({
    port, bind: loopback ? "loopback" : "all", open: control === 400,
    accepted: candidates.filter((_, at) => answers[at] === 400), ...gateway(),
  }));
})();

// Asks the gateway's health endpoints over loopback. argv: port, limit in milliseconds.
const [port, limit] = process.argv.slice(1).map(Number);
setTimeout(() => process.exit(9), limit);

async function ask(module, path) {
  const http = require(module);
  return new Promise((resolve) => {
    const options = {
      host: "127.0.0.1", port, path, agent: new http.Agent(), timeout: 3000, rejectUnauthorized: false,
    };
    const request = http.get(options, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (part) => { if (body.length < 4096) body += part; });
      response.on("end", () => resolve({ path, status: response.statusCode, body }));
    });
    request.on("timeout", () => request.destroy(Object.assign(new Error(), { code: "ETIMEDOUT" })));
    request.on("error", (error) => resolve({ path, error: error.code || "EUNKNOWN" }));
  });
}

(async () => {
  const answers = [];
  for (const path of ["/healthz", "/startupz", "/readyz"]) {
    let answer = await ask("http", path);
    if (answer.error && answer.error !== "ECONNREFUSED" && answer.error !== "ETIMEDOUT") {
      answer = await ask("https", path);
    }
    answers.push(answer);
    if (answer.error) break;
  }
  process.stdout.write(JSON.stringify(answers), () => process.exit(0));
})();

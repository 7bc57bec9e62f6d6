// Tries credentials on the gateway over loopback. argv: port, limit in milliseconds. Standard
// input: a JSON list of credentials, so that they are in no argument, variable, file or log.
const [port, limit] = process.argv.slice(1).map(Number);
setTimeout(() => process.exit(9), limit);
const credentials = JSON.parse(require("fs").readFileSync(0, "utf8"));

// Requests that ask for a credential and change nothing. The second names no tool: a gateway that
// takes the credential answers that a name is wanted.
const questions = [["GET", "/control-ui-config.json"], ["POST", "/tools/invoke"]];

// openclaw 2026.9.6 answers a wrong credential the later the more were wrong before, 5 s at most, and
// the right one at once (`LOOPBACK_FAILURE_DELAY_MAX_MS`).
const longest = 6500;
// So long the others have when one was accepted, in milliseconds.
const grace = 600;

const accepts = ({ status }) => status === 200 || status === 400;

async function tryAll(module, question) {
  let found;
  const accepted = new Promise((resolve) => { found = resolve; });
  const held = accepted.then(() => new Promise((resolve) => setTimeout(resolve, grace, { held: true })));
  return Promise.all(credentials.map((credential) => {
    const asked = ask(module, question, credential).then((answer) => {
      if (accepts(answer)) found();
      return answer;
    });
    return Promise.race([asked, held]);
  }));
}

async function ask(module, [method, path], credential) {
  const http = require(module);
  return new Promise((resolve) => {
    const headers = method === "POST" ? { "content-type": "application/json", "content-length": 2 } : {};
    if (credential !== undefined) headers.authorization = `Bearer ${credential}`;
    const options = {
      host: "127.0.0.1", port, path, method, headers,
      agent: new http.Agent(), timeout: credential === undefined ? 3000 : longest, rejectUnauthorized: false,
    };
    const request = http.request(options, (response) => {
      const json = /^application\/json/.test(response.headers["content-type"] || "");
      response.resume();
      response.on("end", () => resolve({ status: response.statusCode, json }));
    });
    request.on("timeout", () => request.destroy(Object.assign(new Error(), { code: "ETIMEDOUT" })));
    request.on("error", (error) => resolve({ error: error.code || "EUNKNOWN" }));
    request.end(method === "POST" ? "{}" : undefined);
  });
}

(async () => {
  const answer = { controls: [], tries: [] };
  let module = "http";
  for (const question of questions) {
    let control = await ask(module, question);
    if (control.error && control.error !== "ECONNREFUSED" && control.error !== "ETIMEDOUT") {
      module = "https";
      control = await ask(module, question);
    }
    answer.controls.push({ question: question.join(" "), ...control });
    if (control.status === 401 && control.json) {
      answer.tries = await tryAll(module, question);
      break;
    }
    if (control.error) break;
  }
  process.stdout.write(JSON.stringify(answer), () => process.exit(0));
})();

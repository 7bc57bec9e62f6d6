// Asks each provider for its list of models, the way OpenClaw would reach it: through its proxy,
// with its certificates. argv: limit in milliseconds. Standard input: the routes and the proxies,
// as JSON, so that keys are in no argument, variable, file or log.
setTimeout(() => process.exit(9), Number(process.argv[1]));
const [dns, net, tls, http] = ["dns", "net", "tls", "http"].map((name) => require(name));
const { routes, proxies, trusting, step } = JSON.parse(require("fs").readFileSync(0, "utf8"));

// Which proxy is in effect for which kind of address was decided before; here it is held against the
// address (OpenClaw 2026.9.6, proxy-env).
const loopback = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;
function proxyOf(url) {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  const matches = (word) => {
    const [, name, at] = /^(.*?)(?::(\d+))?$/.exec(word.replace(/^\*?\./, ""));
    return (!at || at === port) && (host === name || host.endsWith(`.${name}`));
  };
  const address = (proxy) => new URL(/^\w+:\/\//.test(proxy) ? proxy : `http://${proxy}`);
  // OpenClaw's own proxy leaves loopback alone and nothing else.
  if (proxies.managed) return loopback.test(host) ? null : address(proxies.managed);
  const skip = proxies.none.split(/[\s,]+/).filter((word) => word !== "");
  if (proxies.none === "*" || skip.some(matches)) return null;
  const proxy = url.protocol === "https:" ? proxies.https : proxies.http;
  return proxy ? address(proxy) : null;
}

const stop = (stage, error) => Object.assign(new Error(), { stage, code: error.code || "EUNKNOWN" });
const within = (stage, work) => new Promise((resolve, reject) => {
  const timer = setTimeout(() => reject(stop(stage, { code: "ETIMEDOUT" })), step);
  work((value) => { clearTimeout(timer); resolve(value); },
    (error) => { clearTimeout(timer); reject(stop(stage, error)); });
});

const connect = (host, port) => within("dns", (resolve, reject) =>
  dns.lookup(host, (error, address) => (error ? reject(error) : resolve(address))))
  .then((address) => within("tcp", (resolve, reject) => {
    const socket = net.connect({ host: address, port });
    socket.once("connect", () => resolve(socket)).once("error", reject);
  }));

const secure = (socket, host) => within("tls", (resolve, reject) => {
  const name = net.isIP(host) ? undefined : host;
  const over = tls.connect({ socket, servername: name, host, rejectUnauthorized: !trusting });
  over.once("secureConnect", () => resolve(over)).once("error", reject);
});

const tunnel = (socket, proxy, host, port) => within("proxy", (resolve, reject) => {
  const user = proxy.username ? [decodeURIComponent(proxy.username), decodeURIComponent(proxy.password)].join(":") : null;
  const login = user === null ? "" : `Proxy-Authorization: Basic ${Buffer.from(user).toString("base64")}\r\n`;
  socket.write(`CONNECT ${host}:${port} HTTP/1.1\r\nHost: ${host}:${port}\r\n${login}\r\n`);
  let head = "";
  socket.once("error", reject).once("close", () => reject({ code: "ECONNRESET" }));
  socket.on("data", function read(part) {
    head += part.toString("latin1");
    if (!head.includes("\r\n\r\n")) return head.length > 8192 && reject({ code: "EPROTO" });
    socket.removeListener("data", read);
    const status = Number((/^HTTP\/1\.\d (\d{3})/.exec(head) || [])[1]);
    return status >= 200 && status < 300 ? resolve(socket) : reject({ code: `HTTP_${status || 0}` });
  });
});

const request = (socket, url, headers) => within("http", (resolve, reject) => {
  // The socket is given, TLS and proxy included, so this is plain HTTP over it.
  const asked = http.get({
    createConnection: () => socket, host: url.hostname, path: url.pathname + url.search,
    headers: { host: url.host, accept: "application/json", "user-agent": "clawdock-probe", connection: "close", ...headers },
  }, (response) => {
    let body = "";
    response.setEncoding("utf8");
    response.on("data", (part) => { if (body.length < 8192) body += part; });
    const kept = ([name]) => /^(retry-after|x-ratelimit-.*|anthropic-ratelimit-.*)$/.test(name);
    response.on("close", () => resolve({
      status: response.statusCode, body: body.slice(0, 8192),
      headers: Object.fromEntries(Object.entries(response.headers).filter(kept)),
    }));
  });
  asked.once("error", reject);
});

async function ask(route, headers) {
  const url = new URL(route.url);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const port = Number(url.port) || (url.protocol === "https:" ? 443 : 80);
  const proxy = proxyOf(url);
  let socket = null;
  try {
    if (proxy) {
      const at = Number(proxy.port) || (proxy.protocol === "https:" ? 443 : 80);
      try {
        socket = await connect(proxy.hostname, at);
        if (proxy.protocol === "https:") socket = await secure(socket, proxy.hostname);
      } catch (error) {
        throw stop("proxy", error);
      }
      socket = await tunnel(socket, proxy, host, port);
    } else {
      socket = await connect(host, port);
    }
    if (url.protocol === "https:") socket = await secure(socket, host);
    return { proxied: proxy !== null, ...(await request(socket, url, headers)) };
  } catch (error) {
    return { proxied: proxy !== null, stage: error.stage || "url", error: error.code || "EUNKNOWN" };
  } finally {
    if (socket) socket.destroy();
  }
}

async function follow(route) {
  try {
    const answer = await ask(route, route.headers);
    // A list that is open to everybody proves nothing of the key.
    if (answer.status === 200) answer.open = (await ask(route, route.without)).status === 200;
    return answer;
  } catch {
    return { stage: "url", error: "ERR_INVALID_URL" };
  }
}

Promise.all(routes.map(follow)).then((answers) =>
  process.stdout.write(JSON.stringify(answers), () => process.exit(0)));

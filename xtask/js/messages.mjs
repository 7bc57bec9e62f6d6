// What a release can say of failures, as JSON: {"messages": [{"area", "text"}], "words": [...]}.
//
//   node messages.mjs PACKAGE_FOLDER
//
// `messages` are the texts of the areas below (start, auth, pairing, config, state, migrations, providers,
// network, proxies, channels, secrets) that are given to an error, a warning or a line of a log; `{}` stands for
// what is filled in. `words` are the words of all texts of the package. The package is read as text: strings,
// templates and the calls around them are found without a parser, so that a new build needs no change here.
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
const folder = process.argv[2];
const files = [];
(function walk(d) { for (const n of readdirSync(d)) { const p = join(d, n); if (statSync(p).isDirectory()) { if (n !== "node_modules" && n !== "control-ui" && n !== "canvas-host") walk(p); } else if (/\.(m?js)$/.test(n)) files.push(p); } })(join(folder, "dist"));
const SAY = /^(?:\w*Error|\w*Exception|error|warn|fatal|info|log|debug|fail|note|die|abort|reject|invalid|refuse|\w*[eE]rror|\w*[wW]arn(?:ing)?|\w*[fF]ail(?:ure|ed)?|logWarn|logError|push)$/;
const KEY = /^(?:message|error|reason|errorMessage|warning|hint|detail|details|text|summary|title|fixHint|remediation|note)$/i;
const found = new Map();
for (const file of files) scan(relative(folder, file), readFileSync(file, "utf8"));
function add(text, file, how) {
  text = text.replace(/\s+/g, " ").trim();
  if (!/[A-Za-z]{2,}/.test(text) || text.length < 8) return;
  const words = text.match(/[A-Za-z]{2,}/g) ?? [];
  if (words.length < 2) return;
  const e = found.get(text);
  if (e) { e.n++; return; }
  found.set(text, { file: file.replace(/^dist\//, ""), how, n: 1 });
}
function scan(file, s) {
  const stack = []; // {open, callee}
  let i = 0, prev = ""; // prev significant token text
  const n = s.length;
  const idents = [];
  function callee() { return prev; }
  function readString(q) { let j = i + 1, out = ""; while (j < n && s[j] !== q) { if (s[j] === "\\") { const c = s[j + 1]; out += c === "n" ? " " : c === "t" ? " " : c === "u" ? (() => { const m = /^\{([0-9a-f]+)\}/i.exec(s.slice(j + 2)) ?? /^([0-9a-f]{4})/i.exec(s.slice(j + 2)); if (m) { j += m[0].length; return String.fromCodePoint(parseInt(m[1], 16)); } return ""; })() : c; j += 2; } else out += s[j++]; } i = j + 1; return out; }
  function readTemplate() { let out = ""; i++; while (i < n && s[i] !== "`") { if (s[i] === "\\") { const c = s[i + 1]; out += c === "n" ? " " : c; i += 2; } else if (s[i] === "$" && s[i + 1] === "{") { i += 2; const depth = stack.length; stack.push({ open: "{", callee: "" }); const save = prev; prev = ""; while (i < n && stack.length > depth) token(); prev = save; out += "{}"; } else out += s[i++]; } i++; return out; }
  function context() {
    for (let k = stack.length - 1, d = 0; k >= 0 && d < 4; k--, d++) { const c = stack[k]; if (c.open === "(" && SAY.test(c.callee)) return c.callee; if (c.open === "(" && c.callee && !/^(?:join|filter|Boolean|String|trim|concat|if|return)$/.test(c.callee) && d > 1) break; }
    return "";
  }
  function token() {
    const c = s[i];
    if (c === " " || c === "\n" || c === "\t" || c === "\r") { i++; return; }
    if (c === "/" && s[i + 1] === "/") { const e = s.indexOf("\n", i); i = e < 0 ? n : e; return; }
    if (c === "/" && s[i + 1] === "*") { const e = s.indexOf("*/", i); i = e < 0 ? n : e + 2; return; }
    if (c === "/" && (prev === "" || /^[(,=:[!&|?{};+\-*%<>~^]$|^return$|^typeof$|^case$|^in$|^of$|^=>$/.test(prev))) { // regex
      let j = i + 1, cls = false; while (j < n && (cls || s[j] !== "/") && s[j] !== "\n") { if (s[j] === "\\") j++; else if (s[j] === "[") cls = true; else if (s[j] === "]") cls = false; j++; } i = j + 1; while (/[a-z]/.test(s[i] ?? "")) i++; prev = "re"; return; }
    if (c === '"' || c === "'" || c === "`") {
      const before = prev, ctx = context(), key = s.slice(Math.max(0, i - 60), i);
      const text = c === "`" ? readTemplate() : readString(c);
      const m = /(?:^|[\s,{(;])["']?(\w+)["']?\s*[:=]\s*(?:[\w.!&|?() ]+\?\s*)?$/.exec(key);
      const how = ctx ? ctx : m && (KEY.test(m[1]) || /^[A-Z][A-Z0-9_]+$/.test(m[1])) ? m[1] : /(?:return|=>|\?|:|\|\||\?\?)\s*$/.test(key) ? "value" : "";
      if (how) add(text, file, how);
      prev = "str"; return; }
    const id = /[A-Za-z_$#]/.test(c) ? /^[\w$#]+/.exec(s.slice(i, i + 200))[0] : null;
    if (id) { i += id.length; prev = id; return; }
    if (/[0-9]/.test(c)) { i += /^[\w.]+/.exec(s.slice(i, i + 50))[0].length; prev = "num"; return; }
    if (c === "(" || c === "[" || c === "{") { stack.push({ open: c, callee: c === "(" ? prev : "" }); i++; prev = c; return; }
    if (c === ")" || c === "]" || c === "}") { stack.pop(); i++; prev = c; return; }
    i++; prev = c;
  }
  while (i < n) token();
}
/** Files of the areas, without the hash of the build. */
const AREA = /^(run|pre-bootstrap|gateway[a-z-]*|server-(startup|start|http|channels|close|ws|auth)[a-z-]*|message-handler|ws-[a-z-]*|connect-error[a-z-]*|known-weak[a-z-]*|auth[a-z.-]*|openclaw-(state|agent)-[a-z-]*|startup-state-migrations|state-migrations[a-z.-]*|io\.[a-z-]*|config[a-z.-]*|model-(auth|fallback|selection|registry|account)[a-z.-]*|oauth[a-z-]*|prepare-auth|provider-[a-z.-]*|fetch-guard|ssrf[a-z-]*|net|proxy[a-z-]*|active-proxy[a-z-]*|credentials[a-z-]*|secret[a-z.-]*|device-[a-z-]*|pairing[a-z-]*|channel-[a-z-]*|call|client|client-info|tls|origin-check|doctor-(gateway|state|auth|config|security|sqlite|health)[a-z-]*|usage|embedded-agent|node-version|builtin-openclaw|plugin-(install|skills|state)[a-z.-]*|errors?|classify-core|entry|openclaw)$/;
/** What texts are given to that say no failure. */
const NO_FAILURE = new Set(["value", "push", "text", "summary", "title", "debug", "info", "log", "TypeError", "RangeError", "note"]);
const messages = [];
const counted = new Map();
for (const [text, { file, how }] of found) {
  const area = file.replace(/^.*\//, "").replace(/-[\w-]{8}\.m?js$/, "").replace(/\.m?js$/, "");
  const words = text.match(/[A-Za-z]{2,}/g) ?? [];
  if (words.length >= 4 && text.length <= 600 && !/^(?:worker\/|extensions\/imap|api|i18n)/.test(file)) {
    for (const word of new Set(text.match(/[A-Za-z][A-Za-z0-9_./'-]*[A-Za-z0-9]|[A-Za-z]/g) ?? [])) {
      const plain = /^(?:[A-Za-z][a-z]+|[A-Z]+)$/.test(word);
      const compound = /^[A-Za-z]+(?:[-_.][A-Za-z0-9]+)+$|^[a-z]+(?:[A-Z][a-z0-9]+)+$/.test(word);
      if (plain || compound) counted.set(plain ? word.toLowerCase() : word, (counted.get(plain ? word.toLowerCase() : word) ?? 0) + 1);
    }
  }
  // Names and addresses are no texts.
  if (NO_FAILURE.has(how) || !AREA.test(area) || words.length < 3 || text.length > 400 || text.split(" ").length < 3) continue;
  if (/^(?:CREATE|SELECT|INSERT|ALTER|PRAGMA|DROP|UPDATE|DELETE) /.test(text) || /[\u3000-\u9fff]/.test(text)) continue;
  messages.push({ area, text });
}
const words = [...counted].filter(([word, n]) => n >= 2 && word.length >= 2 && word.length <= 48).map(([word]) => word);
process.stdout.write(JSON.stringify({ messages, words }));

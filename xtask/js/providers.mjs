// Prints which providers, channels and plugins an unpacked package of OpenClaw has, as JSON.
//
//   node providers.mjs PACKAGE_FOLDER
//
// Until 2026.3.13 a function decides which variables hold a provider's key: it is run with an environment
// that notes what it is asked for. Afterwards tables and the manifests of plugins do.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const folder = process.argv[2];
const read = (...path) => readFileSync(join(folder, ...path), "utf8");
const json = (...path) => JSON.parse(read(...path));
const unique = (list) => [...new Set(list)];
const { version } = json("package.json");

/** The scripts right in the folders where the program keeps what is looked for, by their names. */
function candidates() {
  const wanted = /^(?:provider-env-vars|provider-auth|model-auth|model-selection|auth-profiles|agent-scope|reply|discord|env-api-keys|provider-id|config)\b.*\.m?js$/;
  const folders = ["dist", "dist/agents", "dist/providers", "dist/secrets", "dist/infra"];
  const all = folders.filter((dir) => existsSync(join(folder, dir)));
  return all.flatMap((dir) => readdirSync(join(folder, dir)).filter((name) => wanted.test(name)).map((name) => join(dir, name)));
}

/** A declaration at the top of a script, from its first line to the line that ends it. */
function declaration(source, name) {
  // A bundler tells equal names of two modules apart by a number.
  return written(source, name)?.replace(/\b(\w+)\$\d+\b/g, "$1");
}

/** The same, as it is written. */
function written(source, called) {
  const name = called.replace("$", "\\$");
  const found = source.match(new RegExp(`^(?:export )?(?:const|let|var) ${name} = (?:\\{|\\[|new )[\\s\\S]*?(?:;$|^[}\\]]\\)?;?$)`, "m"))
    ?? source.match(new RegExp(`^(?:export )?function ${name}\\([\\s\\S]*?^}`, "m"));
  return found?.[0].replace(/^export /, "");
}

/** Runs declarations with names that are not declared answered by a stand-in. */
function evaluate(parts, wanted, given = {}) {
  const standIn = new Proxy(function () {}, {
    get: (_, key) => (key === Symbol.toPrimitive ? () => "" : key === Symbol.iterator ? function* () {} : standIn),
    apply: () => undefined,
  });
  const scope = new Proxy(given, {
    has: (_, key) => typeof key === "string" && !(key in globalThis && !(key in given)),
    get: (target, key) => (key === Symbol.unscopables ? undefined : key in target ? target[key] : standIn),
  });
  return new Function("scope", `with (scope) { ${parts.join("\n")}\nreturn { ${wanted.join(", ")} }; }`)(scope);
}

// ---- variables of providers ---------------------------------------------------------------------

const first = (path) => (/\bprovider-id\b/.test(path) ? 0 : 1);
const files = candidates().sort((a, b) => first(a) - first(b)).map((path) => [path, read(path)]);
const fileWith = (pattern) => files.find(([, source]) => pattern.test(source));

/** Names that a script declares elsewhere: looked for in all of them. */
function fromAnywhere(name) {
  for (const [, source] of files) {
    const found = declaration(source, name);
    if (found) return found;
  }
  return undefined;
}

function byFunction() {
  const holder = fileWith(/^(?:export )?function resolveEnvApiKey\(/m);
  if (!holder) throw new Error("no script declares resolveEnvApiKey: this script must learn its new name");
  const body = declaration(holder[1], "resolveEnvApiKey");
  const asked = [];
  const env = new Proxy({}, { get: (_, name) => (asked.push(name), undefined), has: (_, name) => (asked.push(name), false) });
  const names = unique([...body.matchAll(/\b(normalizeProviderId(?:ForAuth)?|PROVIDER_ENV_API_KEY_CANDIDATES|BUNDLED_PROVIDER_AUTH_ENV_VAR_CANDIDATES|CORE_PROVIDER_AUTH_ENV_VAR_CANDIDATES)\b/g)].map((m) => m[1]));
  const parts = [];
  for (let name; (name = names.shift()); ) {
    const [called] = written(holder[1], "resolveEnvApiKey").match(new RegExp(`\\b${name}(?:\\$\\d+)?\\b`)) ?? [name];
    const text = declaration(holder[1], called) ?? declaration(holder[1], name) ?? fromAnywhere(name);
    if (!text) { if (/^normalize/.test(name)) continue; throw new Error(`no script declares ${name}`); }
    parts.unshift(text);
    for (const [, more] of text.matchAll(/\b(normalizeProviderId|normalizeLowercaseStringOrEmpty|BUNDLED_PROVIDER_AUTH_ENV_VAR_CANDIDATES|CORE_PROVIDER_AUTH_ENV_VAR_CANDIDATES)\b/g)) {
      if (more !== name && !names.includes(more) && !parts.some((p) => p.includes(` ${more}(`) || p.includes(`const ${more} `))) names.push(more);
    }
  }
  const given = {
    process: { env },
    normalizeOptionalSecretInput: (value) => value,
    getShellEnvAppliedKeys: () => [],
    normalizeOptionalLowercaseString: (v) => v?.trim().toLowerCase(),
    normalizeLowercaseStringOrEmpty: (v) => (v ?? "").trim().toLowerCase(),
    getEnvApiKey: () => undefined,
    hasAnthropicVertexAvailableAuth: () => false,
  };
  if (!parts.some((p) => p.startsWith("function normalizeProviderId("))) given.normalizeProviderId = (id) => id.trim().toLowerCase();
  if (!parts.some((p) => p.startsWith("function normalizeProviderIdForAuth("))) given.normalizeProviderIdForAuth = (id) => id.trim().toLowerCase();
  const { resolveEnvApiKey, ...others } = evaluate([...parts, body], ["resolveEnvApiKey", ...["normalizeProviderId"].filter((n) => parts.some((p) => p.startsWith(`function ${n}(`)))], given);
  const text = [body, ...parts].join("\n");
  const ids = unique([...text.matchAll(/["']?\b([a-z0-9][a-z0-9.-]*)\b["']?\s*:\s*[["]/g), ...text.matchAll(/=== "([a-z0-9][a-z0-9.-]*)"/g)].map((m) => m[1]));
  const providers = {};
  const aliases = {};
  for (const id of ids) {
    const canonical = (others.normalizeProviderId ?? given.normalizeProviderId)(id);
    asked.length = 0;
    resolveEnvApiKey(id, env);
    const variables = unique(asked.filter((name) => typeof name === "string" && /^[A-Z][A-Z0-9_]+$/.test(name)));
    if (canonical !== id) aliases[id] = canonical;
    else if (variables.length) providers[id] = variables;
  }
  return { providers, aliases };
}

const extensionsAt = existsSync(join(folder, "dist", "extensions")) && readdirSync(join(folder, "dist", "extensions")).length ? ["dist", "extensions"] : ["extensions"];
const extensions = existsSync(join(folder, ...extensionsAt)) ? readdirSync(join(folder, ...extensionsAt)).filter((id) => existsSync(join(folder, ...extensionsAt, id, "openclaw.plugin.json")) || existsSync(join(folder, ...extensionsAt, id, "clawdbot.plugin.json"))) : [];
const manifests = extensions.map((id) => {
  const name = existsSync(join(folder, ...extensionsAt, id, "openclaw.plugin.json")) ? "openclaw.plugin.json" : "clawdbot.plugin.json";
  return { folder: id, ...json(...extensionsAt, id, name) };
});

function byManifests(core) {
  const providers = {};
  const aliases = {};
  const add = (id, names) => {
    if (names?.length) providers[id] = unique([...(providers[id] ?? []), ...names]);
  };
  for (const manifest of manifests) {
    for (const [id, names] of Object.entries(manifest.providerAuthEnvVars ?? {}).sort(([a], [b]) => a.localeCompare(b))) add(id, names);
    for (const { id, envVars } of manifest.setup?.providers ?? []) add(id, envVars);
    Object.assign(aliases, manifest.providerAuthAliases);
  }
  for (const manifest of manifests) {
    for (const { provider, deprecatedChoiceIds } of manifest.providerAuthChoices ?? []) {
      for (const id of deprecatedChoiceIds ?? []) if (id !== provider && providers[provider]) aliases[id] ??= provider;
    }
  }
  for (const [id, target] of Object.entries(aliases)) if (providers[target]) add(id, providers[target]);
  Object.assign(providers, core);
  return { providers, aliases };
}

const table = (name) => {
  const holder = fileWith(new RegExp(`^const ${name} = `, "m"));
  return holder && evaluate([declaration(holder[1], name)], [name])[name];
};
const core = table("CORE_PROVIDER_AUTH_ENV_VAR_CANDIDATES");
const bundled = table("BUNDLED_PROVIDER_AUTH_ENV_VAR_CANDIDATES");
const tables = core && bundled ? { providers: { ...bundled, ...core }, aliases: {} } : core && manifests.some((m) => m.providerAuthEnvVars || m.setup?.providers) ? byManifests(core) : byFunction();
const { providers, aliases } = tables;
// Other names that every comparison of ids goes through, until 2026.6.8.
const normalizing = fromAnywhere("normalizeProviderId");
for (const [, id] of normalizing?.matchAll(/=== "([a-z0-9][a-z0-9.-]*)"/g) ?? []) {
  const { normalizeProviderId } = evaluate([normalizing], ["normalizeProviderId"], { normalizeLowercaseStringOrEmpty: (v) => v.trim().toLowerCase() });
  if (normalizeProviderId(id) !== id) aliases[id] ??= normalizeProviderId(id);
}
if (Object.keys(providers).length < 10) throw new Error(`only ${Object.keys(providers)} have variables: this script must learn how this release finds them`);
// Until 2026.4.27 a function of its own decides for this one.
const vertex = fromAnywhere("resolveGoogleVertexEnvApiKey");
if (vertex?.includes("env.GOOGLE_CLOUD_API_KEY")) providers["google-vertex"] ??= ["GOOGLE_CLOUD_API_KEY"];
// What serves chat models, so that `models.providers` configures it.
const TOOLS = ["deepgram", "voyage"];
const models = manifests.some((m) => m.providers) ? manifests.flatMap((m) => m.providers ?? []) : Object.keys(providers).filter((id) => !TOOLS.includes(id));

// ---- plugins that are not in the package ----------------------------------------------------------

const catalogue = (kind) => {
  const path = join("scripts", "lib", `official-external-${kind}-catalog.json`);
  return existsSync(join(folder, path)) ? json(path).entries : [];
};
const external = {};
for (const entry of catalogue("provider")) {
  for (const { id, envVars, aliases: others } of entry.openclaw?.providers ?? []) {
    for (const name of [id, ...(others ?? [])]) if (!providers[name]) external[name] = { plugin: entry.name, variables: envVars ?? [] };
  }
}

// ---- channels -------------------------------------------------------------------------------------

const channels = {};
for (const manifest of manifests) {
  for (const id of manifest.channels ?? []) channels[id] = null;
}
for (const id of existsSync(join(folder, ...extensionsAt)) ? readdirSync(join(folder, ...extensionsAt)) : []) {
  const path = [...extensionsAt, id, "package.json"];
  const channel = existsSync(join(folder, ...path)) && json(...path).openclaw?.channel?.id;
  if (channel) channels[channel] = null;
}
for (const entry of catalogue("channel")) {
  const id = entry.openclaw?.channel?.id;
  if (id && !(id in channels)) channels[id] = entry.name;
}

// ---- the model of agents for which none is chosen --------------------------------------------------

/** What `agents/defaults` declares: a bundler may put it into several scripts. */
function defaultModel() {
  const folders = ["dist", "dist/agents"].filter((dir) => existsSync(join(folder, dir)));
  const scripts = folders.flatMap((dir) => readdirSync(join(folder, dir)).filter((name) => /\.m?js$/.test(name)).map((name) => join(dir, name)));
  const found = scripts.flatMap((path) => [...read(path).matchAll(/^(?:export )?const DEFAULT_PROVIDER = "([^"]+)";\s*(?:export )?const DEFAULT_MODEL = "([^"]+)";/gm)].map(([, provider, model]) => `${provider}/${model}`));
  const [first, ...others] = unique(found);
  if (!first || others.length) throw new Error(`${found.length ? `${unique(found)} are` : "nothing is"} declared as default model: this script must learn its new name`);
  return first;
}

const sorted = (object) => Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
process.stdout.write(JSON.stringify({ version, providers: sorted(providers), aliases: sorted(aliases), external: sorted(external), channels: sorted(channels), models: unique(models).sort(), default: defaultModel() }), () => process.exit(0));

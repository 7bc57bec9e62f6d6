// Prints what an unpacked package of OpenClaw says about variables, as JSON.
//
//   node tables.mjs PACKAGE_FOLDER
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { reveal, scripts } from "./reveal.mjs";

const folder = process.argv[2];
const json = (...path) => JSON.parse(readFileSync(join(folder, ...path), "utf8"));
const { version } = json("package.json");
const unique = (list) => [...new Set(list)];
const sorted = (list) => unique(list).sort();

const WANTED = {
  core: "CORE_PROVIDER_AUTH_ENV_VAR_CANDIDATES",
  workspaceNames: "BLOCKED_WORKSPACE_DOTENV_KEYS",
  workspacePrefixes: "BLOCKED_WORKSPACE_DOTENV_PREFIXES",
  workspaceSuffixes: "BLOCKED_WORKSPACE_DOTENV_SUFFIXES",
  workspaceWords: "BLOCKED_WORKSPACE_DOTENV_TOKEN_SEQUENCES",
  hostPolicy: "host_env_security_policy_default",
  configBlocked: "isBlockedConfigEnvVar",
  port: "DEFAULT_GATEWAY_PORT",
  rotation: "resolveProviderApiKeyConfig",
};
const found = await reveal(folder, Object.values(WANTED));
const of = Object.fromEntries(Object.entries(WANTED).map(([key, name]) => {
  if (found[name] === undefined) throw new Error(`no module declares ${name}: xtask/js/tables.mjs must learn its new name`);
  return [key, found[name]];
}));

// ---- providers -------------------------------------------------------------------------------

const manifests = readdirSync(join(folder, "dist", "extensions"))
  .map((id) => join("dist", "extensions", id, "openclaw.plugin.json"))
  .filter((path) => existsSync(join(folder, path)))
  .map((path) => json(path));
const catalogue = (kind) => json("scripts", "lib", `official-external-${kind}-catalog.json`).entries.map((e) => e.openclaw);

const providers = {};
const aliases = {};
const baseUrls = {};
const models = new Set();
for (const manifest of manifests) {
  for (const { id, envVars } of manifest.setup?.providers ?? []) {
    if (!envVars?.length) continue;
    providers[id] = { variables: unique([...(providers[id]?.variables ?? []), ...envVars]), bundled: true };
  }
  Object.assign(aliases, manifest.providerAuthAliases);
  for (const id of manifest.providers ?? []) models.add(id);
  for (const [id, provider] of Object.entries(manifest.modelCatalog?.providers ?? {})) {
    if (provider.baseUrl) baseUrls[id] = provider.baseUrl;
  }
}
// An id that onboarding once wrote: `resolveProviderAuthAliasMap`.
for (const manifest of manifests) {
  for (const { provider, deprecatedChoiceIds } of manifest.providerAuthChoices ?? []) {
    for (const id of deprecatedChoiceIds ?? []) if (id !== provider) aliases[id] ??= provider;
  }
}
for (const [id, target] of Object.entries(aliases)) {
  const variables = providers[target]?.variables;
  if (variables) providers[id] ??= { variables, bundled: true };
}
for (const [id, variables] of Object.entries(of.core)) providers[id] = { variables, bundled: true };
for (const provider of Object.values(providers)) provider.bundled = true;
for (const [id, provider] of Object.entries(providers)) {
  const target = aliases[id] ?? id;
  provider.models = models.has(id) || models.has(target);
  provider.base_url = baseUrls[id] ?? baseUrls[target] ?? null;
}
// What a plugin that is not part of the package says counts once it is installed. Both core rows
// and manifests of the package come first.
const external = catalogue("provider").flatMap((entry) => entry.providers ?? []);
for (const { id, envVars } of external) {
  providers[id] ??= { variables: envVars ?? [], bundled: false, models: true, base_url: null };
}
for (const { id, aliases: others } of external) {
  for (const other of others ?? []) if (!providers[other]) aliases[other] ??= id;
}

// ---- channels, web search, usage --------------------------------------------------------------

const channelEntries = [...catalogue("channel"), ...channelsOfPackage()];
function channelsOfPackage() {
  const files = readdirSync(join(folder, "dist", "extensions")).map((id) => join("dist", "extensions", id, "package.json"));
  return files.filter((path) => existsSync(join(folder, path))).map((path) => json(path).openclaw ?? {});
}
const channels = channelEntries.flatMap(({ channel }) => {
  const env = channel?.configuredState?.env ?? {};
  const fields = (channel?.setup?.fields ?? []).flatMap((field) => field.envVars ?? []);
  return [...(env.allOf ?? []), ...(env.anyOf ?? []), ...fields];
});
const searches = ["provider", "plugin"].flatMap(catalogue).flatMap((e) => e.webSearchProviders ?? []);
const usage = manifests.flatMap((m) => Object.values(m.providerUsageAuthEnvVars ?? {}).flat());

// ---- rotation ---------------------------------------------------------------------------------

// Names that follow a pattern, and those that do not.
const rotation = {};
for (const id of Object.keys(providers).filter((id) => !(id in aliases))) {
  const { liveSingle, listVar } = of.rotation(id);
  rotation[id] = [listVar, liveSingle];
}

// ---- OPENCLAW_* variables ---------------------------------------------------------------------

const NAME = /\bOPENCLAW_[A-Z0-9_]*[A-Z0-9]\b/g;
// Variables of OpenClaw's own tests and build machines.
const OF_TESTS = /^OPENCLAW_(?:TEST|QA|CRABBOX|TESTBOX|VITEST|E2E|LOCAL_CHECK|LIVE_(?:TEST|GATEWAY|PROVIDERS?|CLI))(?:_|$)/;
const places = new Map();
for (const path of [...scripts(join(folder, "dist")), join(folder, "openclaw.mjs")]) {
  // The Control UI runs in a browser; a hand-off is a copy of an older program.
  if (/[/\\](control-ui|native-hook-relay|managed-handoff)/.test(path)) continue;
  // Bundles without line breaks: of their texts it cannot be told which are only in a list.
  const bundle = /[/\\]worker[/\\]/.test(path);
  const source = readFileSync(path, "utf8");
  if (!source.includes("OPENCLAW_")) continue;
  const lists = ["BLOCKED_WORKSPACE_DOTENV_KEYS", "BLOCKED_WORKSPACE_DOTENV_PREFIXES"].map((name) => {
    const start = source.search(new RegExp(`^const ${name} = `, "m"));
    return start < 0 ? [-1, -1] : [start, source.indexOf("]", start)];
  });
  for (const match of source.matchAll(NAME)) {
    const [before, after] = [source[match.index - 1], source[match.index + match[0].length]];
    const listed = lists.some(([start, end]) => match.index > start && match.index < end);
    const quoted = /["'`]/.test(before) && after === before && !isCode(source, match.index - 1);
    const read = before === "." || (quoted && !bundle);
    const known = places.get(match[0]) ?? { read: false, listed: false };
    places.set(match[0], { read: known.read || (read && !listed), listed: known.listed || listed });
  }
}
/** A text that is compared with or given as an error's code. */
function isCode(source, at) {
  return /(?:code:|code =|[!=]==)\s*$/.test(source.slice(Math.max(0, at - 12), at));
}
const names = [...places.keys()].filter((name) => !OF_TESTS.test(name));
const read = names.filter((name) => places.get(name).read);

// What the official compose file, its setup script and its Dockerfile use. They are not part of the
// npm package: docker-compose.yml, scripts/docker/setup.sh and Dockerfile of openclaw/openclaw.
const OF_COMPOSE = [
  "OPENCLAW_AUTH_PROFILE_SECRET_DIR", "OPENCLAW_BRIDGE_PORT", "OPENCLAW_BUILD_TIMESTAMP", "OPENCLAW_CONFIG_DIR",
  "OPENCLAW_DOCKER_APT_PACKAGES", "OPENCLAW_DOCKER_BUILD_NODE_OPTIONS", "OPENCLAW_DOCKER_BUILD_SKIP_DTS",
  "OPENCLAW_DOCKER_BUILD_TSDOWN_MAX_OLD_SPACE_MB", "OPENCLAW_DOCKER_SOCKET", "OPENCLAW_EXTENSIONS",
  "OPENCLAW_EXTRA_MOUNTS", "OPENCLAW_GATEWAY_BIND", "OPENCLAW_HOME_VOLUME", "OPENCLAW_IMAGE",
  "OPENCLAW_IMAGE_APT_PACKAGES", "OPENCLAW_IMAGE_PIP_PACKAGES", "OPENCLAW_INSTALL_BROWSER",
  "OPENCLAW_INSTALL_DOCKER_CLI", "OPENCLAW_MSTEAMS_PORT", "OPENCLAW_SANDBOX", "OPENCLAW_SKIP_ONBOARDING",
  "OPENCLAW_TZ", "OPENCLAW_VARIANT",
];
const compose_only = OF_COMPOSE.filter((name) => !read.includes(name));

// ---- block lists ------------------------------------------------------------------------------

const config_names = sorted([...of.configBlocked.toString().matchAll(NAME)].map((m) => m[0]));
const { blockedEverywhereKeys, blockedOverrideOnlyKeys, blockedPrefixes, blockedOverridePrefixes } = of.hostPolicy;
for (const list of [blockedEverywhereKeys, blockedOverrideOnlyKeys, blockedPrefixes, blockedOverridePrefixes]) {
  if (!Array.isArray(list)) throw new Error(`the host policy has the keys ${Object.keys(of.hostPolicy)}`);
}
const prefixes = unique(of.workspacePrefixes);
const blocked = {
  workspace_names: sorted(of.workspaceNames),
  // A prefix that another one begins says nothing new.
  workspace_prefixes: prefixes.filter((p) => !prefixes.some((q) => q !== p && p.startsWith(q))),
  workspace_suffixes: of.workspaceSuffixes,
  workspace_words: of.workspaceWords,
  host_names: sorted([...blockedEverywhereKeys, ...blockedOverrideOnlyKeys]),
  host_prefixes: unique([...blockedPrefixes, ...blockedOverridePrefixes]),
  config_names,
};

process.stdout.write(JSON.stringify({
  openclaw: version,
  gateway_port: of.port,
  providers,
  aliases,
  rotation,
  usage_only: sorted(usage),
  channels: sorted(channels),
  web_search: sorted(searches.flatMap((s) => s.envVars ?? [])),
  read: sorted(read),
  compose_only: sorted(compose_only),
  blocked,
}), () => process.exit(0));

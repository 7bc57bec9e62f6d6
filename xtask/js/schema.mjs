// Prints the schema of openclaw.json that an unpacked package checks with, as JSON:
// {"package", "version", "root", "facts", "nodes": [...]}, where a node refers to others by index and
// stands behind them. Equal nodes are one. What a node looks like is said in src/openclaw/release/schema/mod.rs.
//
//   node schema.mjs PACKAGE_FOLDER
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { reveal, scripts } from "./reveal.mjs";

const folder = process.argv[2];
const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
const names = ["OpenClawSchema", "ClawdbotSchema", "MoltbotSchema"];
// A module is loaded once: everything that is wanted must be asked for at once.
const found = await reveal(folder, [...names, "BUILT_IN_MODEL_PROVIDER_OVERLAY_IDS", "GENERATED_BUNDLED_CHANNEL_CONFIG_METADATA"]);
const schema = names.map((n) => found[n]).find((s) => s !== undefined);
if (schema === undefined) throw new Error(`${folder} declares none of ${names.join(", ")}`);

const nodes = [];
const known = new Map();
const visited = new Map();

function intern(line) {
  if (!known.has(line)) known.set(line, nodes.push(line) - 1);
  return known.get(line);
}

/** A word is written as it is; anything else as JSON writes it. */
const word = (text) => (/^[A-Za-z_$*][\w.$*-]*$/.test(text) ? text : JSON.stringify(text));

const WRAPPERS = new Set(["optional", "default", "prefault", "readonly", "nonoptional", "catch"]);

function visit(schema) {
  if (visited.has(schema)) return visited.get(schema);
  // A schema that contains itself: what is inside is not checked.
  visited.set(schema, intern("any"));
  const index = intern(describe(schema));
  visited.set(schema, index);
  return index;
}

function describe(schema) {
  const def = schema._zod.def;
  const checks = [def, ...(def.checks ?? []).map((c) => c._zod.def)].filter((c) => c.check);
  const has = (check) => checks.find((c) => c.check === check);
  const code = checks.some((c) => c.check === "custom") ? " code" : "";
  if (WRAPPERS.has(def.type)) {
    const inner = visit(def.innerType);
    return def.type === "catch" ? "any" : nodes[inner];
  }
  if (def.coerce) return "any";
  switch (def.type) {
    case "any":
    case "unknown":
      return "any";
    case "never":
    case "null":
      return def.type;
    case "boolean":
      return "bool";
    case "string":
      return `str${texts(checks)}${code}`;
    case "number":
      return `num${numbers(checks)}${code}`;
    case "literal":
      return `is ${def.values.map((v) => JSON.stringify(v)).join(" ")}`;
    case "enum":
      return `is ${Object.values(def.entries).map((v) => JSON.stringify(v)).join(" ")}`;
    case "array":
      return `list ${visit(def.element)}${lengths(has)}${code}`;
    case "tuple":
      return `tuple ${def.items.map(visit).join(" ")}`;
    case "record":
      return `map ${visit(def.keyType)} ${visit(def.valueType)}${code}`;
    case "union":
      return `or ${def.options.map(visit).join(" ")}${code}`;
    case "nullable":
      return `or ${visit(def.innerType)} ${intern("null")}`;
    case "intersection":
      return `and ${visit(def.left)} ${visit(def.right)}`;
    case "lazy":
      return nodes[visit(def.getter())];
    case "pipe":
      // What is written is changed by code, before or after it is looked at.
      return def.in._zod.def.type === "transform" ? `changed ${visit(def.out)}` : nodes[visit(def.in)];
    case "transform":
      return "any";
    case "object": {
      const keys = Object.entries(def.shape).map(([key, value]) => {
        const optional = value.safeParse(undefined).success ? "?" : "";
        return ` ${word(key)}${optional}:${visit(value)}`;
      });
      const rest = def.catchall?._zod.def.type;
      const others = rest === "never" ? "closed" : rest === undefined || rest === "unknown" ? "open" : `${visit(def.catchall)}`;
      return `object ${others}${keys.join("")}${code}`;
    }
    default:
      throw new Error(`a schema of type ${def.type} is new: xtask/js/schema.mjs must learn it`);
  }
}

function texts(checks) {
  let written = "";
  for (const check of checks) {
    if (check.check === "min_length") written += ` min=${check.minimum}`;
    else if (check.check === "max_length") written += ` max=${check.maximum}`;
    else if (check.check === "length_equals") written += ` min=${check.length} max=${check.length}`;
    else if (check.check === "overwrite") written += " trim";
    else if (check.check === "custom") continue;
    else if (check.format === "starts_with") written += ` starts=${JSON.stringify(check.prefix)}`;
    else if (check.format === "regex") written += ` matches=${JSON.stringify(String(check.pattern))}`;
    else if (check.check === "string_format") written += ` format=${check.format}`;
    else throw new Error(`a check ${check.check} of texts is new: xtask/js/schema.mjs must learn it`);
  }
  return written;
}

function numbers(checks) {
  let written = "";
  for (const check of checks) {
    if (check.check === "number_format") written += " int";
    else if (check.check === "greater_than") written += ` ${check.inclusive ? "min" : "over"}=${check.value}`;
    else if (check.check === "less_than") written += ` ${check.inclusive ? "max" : "under"}=${check.value}`;
    else if (check.check !== "custom") throw new Error(`a check ${check.check} of numbers is new: xtask/js/schema.mjs must learn it`);
  }
  return written;
}

function lengths(has) {
  const [min, max] = [has("min_length"), has("max_length")];
  return (min ? ` min=${min.minimum}` : "") + (max ? ` max=${max.maximum}` : "");
}

const root = visit(schema);
// Checks that are code: what they decide from, where it is a table.
const facts = {};
const fact = (name, list) => {
  if (list) facts[name] = intern(`is ${[...new Set(list)].sort().map((id) => JSON.stringify(id)).join(" ")}`);
};
fact("overlays", found.BUILT_IN_MODEL_PROVIDER_OVERLAY_IDS);
fact("channels", found.GENERATED_BUNDLED_CHANNEL_CONFIG_METADATA?.map((entry) => entry.channelId));
const manifests = bundledManifests();
fact("plugins", manifests?.map((manifest) => manifest.id));
fact("searches", manifests?.flatMap((manifest) => manifest.contracts?.webSearchProviders ?? []));
function bundledManifests() {
  const extensions = join(folder, "dist", "extensions");
  if (!existsSync(extensions)) return undefined;
  const paths = readdirSync(extensions).map((id) => join(extensions, id, "openclaw.plugin.json"));
  return paths.filter(existsSync).map((path) => JSON.parse(readFileSync(path, "utf8")));
}
// What is looked at beside the schema, known by what is said of it.
const RULES = {
  "binding-agents": "(not in agents.entries).",
  "tailscale-bind": "gateway.bind must resolve to loopback when gateway.tailscale.mode=",
  "channel-ids": "unknown channel id: ",
  "memory-slot": "plugins.slots.memory",
  "web-search": "unknown web_search provider: ",
  "cron-retention": "sessionRetention",
};
const sources = [...scripts(join(folder, "dist"))].map((path) => readFileSync(path, "utf8"));
fact("rules", Object.keys(RULES).filter((rule) => sources.some((source) => source.includes(RULES[rule]))));
process.stdout.write(JSON.stringify({ package: name, version, root, facts, nodes }), () => process.exit(0));

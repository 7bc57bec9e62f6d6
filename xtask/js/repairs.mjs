// Which keys and values of earlier releases a gateway mends when it starts, as JSON:
// {"mended": [...], "touched": [...]}. A `*` in a path stands for any key.
//
//   a.b          a key that the schema does not know
//   a.b text     the same, with a text
//   a.b type     a known key with a value of a wrong type
//   a.b value    a known key with a wrong value of the right type
//   a.b=text     a known key with this text
//
//   node repairs.mjs PACKAGE_FOLDER
//
// The migrations are code, so they are tried: every key that their code names is put below every
// object of the schema, and wrong values into every known key. `mended` is what was valid afterwards
// whatever the value was, `touched` what depended on the value, and what a rule names. Of releases
// whose gateway is not known to mend its config there are the rules alone.
import { readFileSync } from "node:fs";
import { reveal, scripts } from "./reveal.mjs";
import { join } from "node:path";

const folder = process.argv[2];
const WANTED = ["OpenClawSchema", "ClawdbotSchema", "MoltbotSchema", "LEGACY_CONFIG_MIGRATIONS", "findLegacyConfigIssues", "LEGACY_CONFIG_MIGRATION_RULES", "LEGACY_CONFIG_RULES", "migrateLegacyContextBudgetConfig", "migratePersistedImplicitMainRoster", "planAutomaticConfigRepair"];
const SAMPLE = "sample";
const VALUES = [true, 7, "text", null, ["text"], { enabled: true }];
// Addresses that people write where a name is expected.
const HOSTS = ["0.0.0.0", "127.0.0.1", "localhost", "::", "::1", "[::]", "[::1]", "*", "all"];
const found = await reveal(folder, WANTED);
const schema = found.OpenClawSchema ?? found.ClawdbotSchema ?? found.MoltbotSchema;
const migrations = found.LEGACY_CONFIG_MIGRATIONS;
const rules = found.LEGACY_CONFIG_MIGRATION_RULES ?? found.LEGACY_CONFIG_RULES ?? [];
const results = new Map();
if (schema && migrations && found.planAutomaticConfigRepair) experiment();
report();

// ---- what may be written where ------------------------------------------------------------------

function collect() {
  const objects = new Map();
  const leaves = new Map();
  walk(schema, [], 0);
  return { objects, leaves };

  function walk(schema, path, depth) {
    const def = schema._zod.def;
    const name = path.join(".");
    if (depth > 40 || path.length > 9) return;
    switch (def.type) {
      case "object":
        if (!objects.has(name)) objects.set(name, { path, keys: new Set() });
        for (const [key, value] of Object.entries(def.shape)) {
          objects.get(name).keys.add(key);
          const at = [...path, key].join(".");
          if (!leaves.has(at)) leaves.set(at, { path: [...path, key], leaf: value });
          walk(value, [...path, key], depth + 1);
        }
        break;
      case "record":
        walk(def.valueType, [...path, SAMPLE], depth + 1);
        break;
      case "array":
        walk(def.element, [...path, "0"], depth + 1);
        break;
      case "union":
        def.options.forEach((option) => walk(option, path, depth + 1));
        break;
      case "lazy":
        walk(def.getter(), path, depth + 1);
        break;
      case "pipe":
        walk(def.in._zod.def.type === "transform" ? def.out : def.in, path, depth + 1);
        break;
      default:
        if (def.innerType) walk(def.innerType, path, depth + 1);
    }
  }
}

/** A config that holds a value at a path and nothing else; lists where a path says `0`. */
function config(path, value) {
  return path.reduceRight((inner, key) => (key === "0" ? [inner] : { [key]: inner }), value);
}

// ---- what the migrations do ---------------------------------------------------------------------

function migrated(raw) {
  const next = structuredClone(raw);
  for (const migration of migrations) migration.apply(next, [], { authoredRaw: raw, resolvedRaw: raw });
  // What is done each time a config is read (`prepareConfigObjectWithPlugins`, openclaw 2026.9.6).
  const read = found.migrateLegacyContextBudgetConfig?.(next).config ?? next;
  return found.migratePersistedImplicitMainRoster?.(read, { env: {}, homedir: () => "/home/node" }).config ?? read;
}

/** Valid after the migrations, and nothing is left to complain of. */
function mends(raw) {
  try {
    const next = migrated(raw);
    if (!schema.safeParse(next).success) return false;
    return !found.findLegacyConfigIssues || found.findLegacyConfigIssues(next, next).length === 0;
  } catch {
    return false;
  }
}

/** A check that throws does not accept. */
function accepts(schema, value) {
  try {
    return schema.safeParse(value).success;
  } catch {
    return false;
  }
}

/** What the code of the migrations names, and the short texts that stand near each name. */
function words() {
  const keys = new Set();
  const near = new Map();
  for (const path of scripts(join(folder, "dist"))) {
    if (!/legacy/.test(path)) continue;
    const lines = readFileSync(path, "utf8").split("\n");
    lines.forEach((line, at) => {
      const texts = [...lines.slice(Math.max(0, at - 1), at + 2).join("\n").matchAll(/["'`]([A-Za-z0-9][A-Za-z0-9_.:-]{1,24})["'`]/g)].map((m) => m[1]);
      for (const [, word] of line.matchAll(/(?:\.|["'`])([A-Za-z][A-Za-z0-9_]{1,40})\b/g)) {
        keys.add(word);
        if (!near.has(word)) near.set(word, new Set());
        texts.forEach((text) => near.get(word).add(text));
      }
    });
  }
  return { keys, near: (key) => [...new Set([...HOSTS, ...(near.get(key) ?? [])])] };
}

function shown(path) {
  return path.map((key) => (key === SAMPLE ? "*" : key)).join(".");
}

function mendsAt(path, value) {
  return mends(config(path, value));
}

function judge(name, path, values) {
  const outcomes = values.map((value) => mendsAt(path, value));
  if (outcomes.some(Boolean)) results.set(name, (results.get(name) ?? true) && outcomes.every(Boolean));
}

function judgeKey(path, key) {
  judge(shown([...path, key]), [...path, key === SAMPLE ? "AnyKey" : key], VALUES);
  const texts = ["text", "30m", "1", "on"].map((text) => mendsAt([...path, key === SAMPLE ? "AnyKey" : key], text));
  if (texts.every(Boolean)) results.set(`${shown([...path, key])} text`, true);
}

function experiment() {
  const { objects, leaves } = collect();
  const { keys: named, near } = words();
  for (const { path, keys } of objects.values()) {
    const unknown = [...named].filter((word) => !keys.has(word));
    const candidates = new Set();
    for (const value of VALUES) {
      let left;
      try {
        const next = migrated(config(path, Object.fromEntries(unknown.map((word) => [word, value]))));
        left = path.reduce((node, key) => node?.[key], next);
      } catch {
        continue;
      }
      for (const word of unknown) if (left === null || typeof left !== "object" || !Object.hasOwn(left, word)) candidates.add(word);
    }
    // Where everything is gone either any key is taken, or the object itself was taken away.
    if (candidates.size === unknown.length) {
      judgeKey(path, SAMPLE);
      continue;
    }
    for (const word of candidates) judgeKey(path, word);
  }
  for (const { path, leaf } of leaves.values()) {
    const type = (value) => (Array.isArray(value) ? "array" : value === null ? "null" : typeof value);
    const taken = new Set([...VALUES, 1, 0.5, "1"].filter((value) => accepts(leaf, value)).map(type));
    const wrong = [...VALUES, -1, 0, 0.25, 1.5, 1e9].filter((value) => !accepts(leaf, value));
    const [values, types] = [wrong.filter((v) => taken.has(type(v))), wrong.filter((v) => !taken.has(type(v)))];
    // A choice of texts takes none of those tried.
    const texts = near(path.at(-1));
    const choice = !accepts(leaf, "text") && texts.some((text) => accepts(leaf, text));
    if (types.length > 0) judge(`${shown(path)} type`, path, choice ? types.filter((v) => typeof v !== "string") : types);
    if (values.length > 0) judge(`${shown(path)} value`, path, values);
    if (choice) {
      for (const text of texts) if (!accepts(leaf, text) && mendsAt(path, text)) results.set(`${shown(path)}=${text}`, true);
    }
  }
}

/** Whether a rule has something against this very text. */
function matches(rule, text) {
  try {
    return rule.match(text, config(rule.path, text)) === true && rule.match("text", config(rule.path, "text")) !== true;
  } catch {
    return false;
  }
}

function report() {
  const mended = [...results].filter(([, all]) => all).map(([name]) => name);
  const touched = [...results].filter(([, all]) => !all).map(([name]) => name);
  for (const rule of rules) {
    const name = rule.path.join(".");
    if (!results.has(name)) touched.push(name);
    for (const host of HOSTS) {
      if (rule.match && !results.has(`${name}=${host}`) && matches(rule, host)) touched.push(`${name}=${host}`);
    }
  }
  process.stdout.write(JSON.stringify({ mended: mended.sort(), touched: [...new Set(touched)].sort() }), () => process.exit(0));
}

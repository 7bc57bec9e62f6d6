// Lets a script import the modules of an unpacked npm package of OpenClaw.
//
// Two things stand in the way. The tables that are wanted are constants that no module exports, in
// files whose names change with every build: `reveal` finds the file by the text of a declaration
// and adds an export of it while it is loaded. And the package comes without its dependencies: an
// import that cannot be resolved is answered with a stand-in that takes any use. Nothing is
// written to the package.
import { registerHooks } from "node:module";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const PREFIX = "revealed$";
const wanted = new Set();

/** A value that can be called, constructed, iterated, extended and asked for any property. */
function makeStandIn() {
  const made = new Proxy(function () {}, {
    get(target, key) {
      if (key === Symbol.toPrimitive) return () => "";
      if (key === Symbol.iterator) return function* () {};
      if (key === "then") return undefined;
      return Reflect.get(target, key) ?? makeStandIn();
    },
    apply: makeStandIn,
    construct: (_, __, type) => (type === made ? makeStandIn() : Object.create(type.prototype)),
  });
  return made;
}
const standIn = makeStandIn();
globalThis.standIn$ = standIn;

function importedNames(source, specifier) {
  const names = new Set();
  const quoted = specifier.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const statements = new RegExp(`(?:import|export)\\s*(?:[\\w$]+\\s*,\\s*)?\\{([^}]*)\\}\\s*from\\s*["']${quoted}["']`, "g");
  for (const [, list] of source.matchAll(statements)) {
    for (const part of list.split(",")) {
      const name = part.trim().split(/\s+as\s+/)[0];
      if (name && name !== "default") names.add(name);
    }
  }
  return names;
}

registerHooks({
  resolve(specifier, context, next) {
    try {
      return next(specifier, context);
    } catch (error) {
      const bare = !/^(node:|file:|\.|\/)/.test(specifier);
      if (!bare) throw error;
      const required = context.conditions?.includes("require");
      const url = `stand-in:${encodeURIComponent(specifier)}?${encodeURIComponent(context.parentURL ?? "")}${required ? "?required" : ""}`;
      return { url, format: required ? "commonjs" : "module", shortCircuit: true };
    }
  },
  load(url, context, next) {
    if (url.startsWith("stand-in:") && url.endsWith("?required")) {
      return { format: "commonjs", source: "module.exports = globalThis.standIn$;", shortCircuit: true };
    }
    if (url.startsWith("stand-in:")) {
      const [specifier, parent] = url.slice("stand-in:".length).split("?").map(decodeURIComponent);
      const source = parent.startsWith("file:") ? readFileSync(fileURLToPath(parent), "utf8") : "";
      const exports = [...importedNames(source, specifier)].map((n, i) => `const v${i} = globalThis.standIn$; export { v${i} as ${n} };`);
      return { format: "module", source: `${exports.join("\n")}\nexport default globalThis.standIn$;`, shortCircuit: true };
    }
    const loaded = next(url, context);
    if (loaded.format !== "module" || !url.startsWith("file:")) return loaded;
    let source = String(loaded.source);
    for (const name of wanted) {
      if (declares(source, name)) source += `\nexport { ${name} as ${PREFIX}${name} };`;
    }
    return { ...loaded, source };
  },
});

function declares(source, name) {
  return new RegExp(`^(?:export )?(?:async )?(?:const|let|var|function) ${name.replaceAll("$", "\\$")}\\b`, "m").test(source);
}

/** Every JavaScript file below a folder. */
export function* scripts(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== "node_modules") yield* scripts(path);
    } else if (/\.(mjs|js)$/.test(entry.name)) yield path;
  }
}

/**
 * The values that the package declares under these names, each taken from the first file that
 * declares it and can be loaded. A name that no file declares is left out.
 */
export async function reveal(packageFolder, names) {
  names.forEach((name) => wanted.add(name));
  const found = {};
  const problems = [];
  for (const path of scripts(join(packageFolder, "dist"))) {
    const missing = names.filter((name) => !(name in found));
    if (missing.length === 0) break;
    const source = readFileSync(path, "utf8");
    if (!missing.some((name) => declares(source, name))) continue;
    try {
      const module = await import(pathToFileURL(path).href);
      for (const name of missing) {
        if (`${PREFIX}${name}` in module) found[name] = module[`${PREFIX}${name}`];
      }
    } catch (error) {
      problems.push({ declared: missing.filter((name) => declares(source, name)), text: `${path}: ${error.stack}` });
    }
  }
  const lost = names.filter((name) => !(name in found) && problems.some(({ declared }) => declared.includes(name)));
  if (lost.length > 0) throw new Error(`${lost} cannot be had:\n${problems.map((p) => p.text).join("\n")}`);
  return found;
}

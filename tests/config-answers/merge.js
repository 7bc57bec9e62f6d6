// Puts how the gateway started (`start`, `said`) from one file of answers into another.
const fs = require("node:fs");
const [into, from] = process.argv.slice(2);
const lines = (file) => fs.readFileSync(file, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line));
const started = new Map(lines(from).map((answer) => [answer.name, answer]));
const merged = lines(into).map((answer) => {
  const { start, said } = started.get(answer.name) ?? {};
  // A gateway that neither answered nor ended in time says nothing.
  return start === undefined || start === "hangs" ? answer : { ...answer, start, said };
});
fs.writeFileSync(into, merged.map((answer) => `${JSON.stringify(answer)}\n`).join(""));

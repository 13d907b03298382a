// Answers of the server, see app.py.

import { PatternError } from "./query.js";

async function ask(name, asked = {}) {
  const kept = Object.entries(asked).filter(([, value]) => value !== undefined && value !== "");
  const answer = await fetch(`api/${name}?${new URLSearchParams(kept)}`);
  const found = await answer.json();
  if (found?.place !== undefined && answer.status === 400) throw new PatternError(found.error, found.place);
  if (!answer.ok && answer.status !== 404) throw new Error(found?.error ?? answer.statusText);
  return found;
}

async function askFile(name, asked) {
  const answer = await fetch(`api/${name}?${new URLSearchParams(asked)}`);
  if (!answer.ok) throw new Error((await answer.json()).error);
  return answer.blob();
}

export async function open() {
  const backend = { corpus: await ask("corpus") };
  for (const name of ["search", "count", "values", "collocates", "documents", "sql", "sentence", "overview"]) {
    backend[name] = (asked) => ask(name, asked);
  }
  backend.file = askFile;
  return backend;
}

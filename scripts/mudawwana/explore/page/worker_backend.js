// Answers of static_worker.js. A worker that computes for longer than it may is ended, and another begins.

import { PatternError } from "./query.js";

const NAMES = ["search", "count", "values", "collocates", "documents", "sql", "sentence", "overview", "file"];
const PAUSE_MS = 100;

export async function open() {
  const runner = new Runner();
  const backend = { corpus: await runner.ask("corpus") };
  runner.limit = backend.corpus.limit_seconds;
  for (const name of NAMES) backend[name] = (...asked) => runner.ask(name, ...asked);
  return backend;
}

class Runner {
  constructor() {
    this.limit = 60; // seconds, until the corpus says its own
    this.last = 0;
    this.waiting = new Map();
  }

  start() {
    this.worker = new Worker(new URL("static_worker.js", import.meta.url), { type: "module" });
    this.worker.onmessage = ({ data }) => this.receive(data);
    this.worker.onerror = ({ message }) => this.refuse(new Error(message ?? "static_worker.js"));
  }

  ask(name, ...asked) {
    if (!this.worker) this.start();
    return new Promise((resolve, reject) => {
      this.last += 1;
      this.waiting.set(this.last, { resolve, reject });
      this.worker.postMessage({ id: this.last, name, asked });
      this.watch();
    });
  }

  // While files come, the worker answers at once that it is there; while it computes, it does not.
  watch() {
    if (this.timer || !this.waiting.size) return;
    this.timer = setTimeout(() => this.end(), 1000 * this.limit);
    this.worker.postMessage({ id: 0, name: "ping", asked: [] });
  }

  receive({ id, answer, message, place }) {
    if (id === 0) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => {
        this.timer = null;
        this.watch();
      }, PAUSE_MS);
      return;
    }
    const { resolve, reject } = this.waiting.get(id);
    this.waiting.delete(id);
    if (message === undefined) resolve(answer);
    else reject(place === undefined ? new Error(message) : new PatternError(message, place));
  }

  end() {
    this.worker.terminate();
    this.worker = null;
    const message = `the search was stopped after ${this.limit} seconds; ask for less at once, or give it more time by --time-limit.`;
    this.refuse(new PatternError(message, null));
  }

  refuse(error) {
    clearTimeout(this.timer);
    this.timer = null;
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}

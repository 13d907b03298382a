// static_backend.js in a thread of its own: a pattern that takes too long is ended with it (worker_backend.js).

import { PatternError } from "./query.js";
import { open } from "./static_backend.js";

const opened = open();
opened.catch(() => {}); // who asks is told

addEventListener("message", async ({ data: { id, name, asked } }) => {
  if (name === "ping") return postMessage({ id });
  try {
    const backend = await opened;
    postMessage({ id, answer: name === "corpus" ? backend.corpus : await backend[name](...asked) });
  } catch (error) {
    postMessage({ id, message: error.message, place: error instanceof PatternError ? error.place : undefined });
  }
});

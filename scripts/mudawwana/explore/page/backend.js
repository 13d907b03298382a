// Where answers come from: a server (mudawwana explore) or files beside this page (mudawwana explore --static).
// Both have the same functions and give the same answers.

const { open } = await import(document.documentElement.dataset.backend === "static" ? "./worker_backend.js" : "./http_backend.js");

export const backend = await open();

// An answer that says what is wrong with the pattern: `place` counts code points from 0.
export { PatternError } from "./query.js";

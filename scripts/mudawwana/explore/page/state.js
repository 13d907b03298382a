// What the page shows stands in its address, so that any view can be linked to.

export function readState() {
  return Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
}

export function makeHash(state) {
  const kept = Object.entries(state).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return `#${new URLSearchParams(kept)}`;
}

export function go(state) {
  location.hash = makeHash(state);
}

// The spelling that %d compares: fold_for_search of spellings.py, by the table that the export writes.

export function foldText(text, table) {
  const letters = Array.from(text.toLowerCase(), (letter) => table[letter] ?? letter);
  return letters.join("").split(/\s+/u).filter(Boolean).join(" ");
}

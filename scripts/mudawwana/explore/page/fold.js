// The spelling that %d compares: fold_for_search of spellings.py, by the table that the export writes.

// A hamza on a tatweel sits on the tooth of a yeh.
const SEAT = /\u0640[\u064b-\u0652\u0670]*\u0654/gu;

export function foldText(text, table) {
  const letters = Array.from(text.normalize("NFC").toLowerCase().replace(SEAT, "\u064a"), (letter) => table[letter] ?? letter);
  return letters.join("").replaceAll("ءا", "ا").split(/\s+/u).filter(Boolean).join(" ");
}

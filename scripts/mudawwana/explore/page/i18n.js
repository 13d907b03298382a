// The interface in English and Arabic, and the names of UD's tags in both.

import { ARABIC_DEPRELS, ARABIC_FEATURES, ARABIC_UPOS, ENGLISH_DEPRELS, ENGLISH_UPOS } from "./tags.js";

const TEXTS = {
  views: ["Views", "الصفحات"],
  overview: ["Overview", "نظرة عامة"],
  search: ["Search", "بحث"],
  help: ["Help", "مساعدة"],
  sentence: ["Sentence", "جملة"],
  theme_auto: ["Colours: as the system", "الألوان: كالنظام"],
  theme_light: ["Colours: light", "الألوان: فاتحة"],
  theme_dark: ["Colours: dark", "الألوان: داكنة"],
  failed: ["This could not be shown:", "تعذّر العرض:"],
  query: ["Word or pattern", "كلمة أو نمط"],
  find: ["Search", "ابحث"],
  layer: ["Layer", "الطبقة"],
  all_layers: ["all", "الكل"],
  auto: ["auto (models)", "آلية (النماذج)"],
  gold: ["gold (reference)", "ذهبية (مرجعية)"],
  concordance: ["Concordance", "كشاف السياقات"],
  values: ["Frequencies", "التكرارات"],
  collocates: ["Collocates", "المتلازمات"],
  documents: ["Documents", "الوثائق"],
  sql: ["SQL", "SQL"],
  before: ["before", "ما قبل"],
  hit: ["hit", "النتيجة"],
  after: ["after", "ما بعد"],
  corpus: ["corpus", "المدوّنة"],
  sort: ["Sorted by", "الترتيب"],
  hits: ["hits", "نتيجة"],
  is_never: ["is never", "ليس من قيمها"],
  nobody_has: ["no word of this corpus has", "ليس لأي كلمة في هذه المدوّنة"],
  nearest: ["the nearest is", "والأقرب"],
  did_you_mean: ["Did you mean one of these? They find:", "أتقصد أحد هذه؟ نتائجها:"],
  no_hits: ["No hits.", "لا نتائج."],
  counting: ["counting…", "يُعَدّ…"],
  at_least: ["at least", "على الأقل"],
  previous: ["Previous", "السابق"],
  next: ["Next", "التالي"],
  of: ["of", "من"],
  document: ["Document", "الوثيقة"],
  permalink: ["Copy the link", "انسخ الرابط"],
  copied: ["Copied.", "نُسخ."],
  csv: ["CSV", "CSV"],
  conllu: ["CoNLL-U", "CoNLL-U"],
  item: ["Of", "الكلمة"],
  attribute: ["What", "الخاصة"],
  window: ["Words on each side", "كلمات في كل جهة"],
  value: ["Value", "القيمة"],
  count: ["Count", "العدد"],
  share: ["Share", "النسبة"],
  together: ["Near hits", "قرب النتائج"],
  frequency: ["In all", "في الكل"],
  likelihood: ["Log-likelihood", "أرجحية لوغاريتمية"],
  log_dice: ["logDice", "logDice"],
  per_million: ["per million words", "في المليون كلمة"],
  words: ["words", "كلمات"],
  absent: ["(none)", "(بلا)"],
  types: ["different values", "قيمة مختلفة"],
  error_at: ["Character", "الحرف"],
  sql_note: ["Over the config tokens of the data set; in the Hub's SQL console the table is called train.", "على إعداد tokens؛ في منصّة SQL في Hub اسم الجدول train."],
  tree: ["Dependency tree, from right to left", "شجرة الاعتماد من اليمين إلى اليسار"],
  raw: ["Raw text", "النص الخام"],
  annotation: ["Annotation", "التحليل"],
  details: ["Word", "كلمة"],
  table: ["All words", "كل الكلمات"],
  compare: ["Layers side by side", "الطبقتان جنبًا إلى جنب"],
  differ: ["words differ", "كلمات مختلفة"],
  differs: ["differs", "مختلف"],
  segmentation: ["segmentation", "التقطيع"],
  no_sentence: ["There is no such sentence.", "لا توجد هذه الجملة."],
  ud_level: ["UD level", "مستوى UD"],
  incidents: ["Incidents", "الملاحظات"],
  confidence: ["Confidence", "الثقة"],
  svg: ["SVG", "SVG"],
  png: ["PNG", "PNG"],
  download: ["Download", "تنزيل"],
  form: ["form", "الصيغة"],
  lemma: ["lemma", "المعجمية"],
  upos: ["part of speech", "قسم الكلام"],
  deprel: ["relation", "العلاقة"],
  feats: ["features", "السمات"],
  head: ["head", "الرأس"],
  token: ["token", "الوحدة"],
  length: ["sentence length in words", "طول الجملة بالكلمات"],
  clitics: ["clitics (closed classes inside tokens)", "اللواصق (أقسام مغلقة داخل الوحدات)"],
  tokens: ["tokens of several words", "وحدات من عدة كلمات"],
  size_documents: ["documents", "وثائق"],
  size_sentences: ["sentences", "جمل"],
  size_tokens: ["tokens", "وحدات"],
  size_words: ["words", "كلمات"],
  size_multiword_tokens: ["tokens of several words", "وحدات من عدة كلمات"],
  size_form_types: ["different forms", "صيغ مختلفة"],
  size_lemma_types: ["different lemmas", "معجميات مختلفة"],
  every_bar: ["Every bar leads to the search behind it.", "كل شريط يقود إلى البحث الذي وراءه."],
  show_sentence: ["Show the sentence", "اعرض الجملة"],
};

let chosen = navigator.language?.startsWith("ar") ? "ar" : "en";

export function language() {
  return chosen;
}

export function setLanguage(name) {
  chosen = name === "ar" ? "ar" : "en";
  dispatchEvent(new Event("languagechosen"));
}

// The text of the interface; a key without one is its own text.
export function t(key) {
  return TEXTS[key]?.[chosen === "ar" ? 1 : 0] ?? key;
}

// What a tag of UD means, in the reader's language; "" where that is not known.
export function explainUpos(tag) {
  return (chosen === "ar" ? ARABIC_UPOS : ENGLISH_UPOS)[tag] ?? "";
}

export function explainDeprel(tag) {
  const names = chosen === "ar" ? ARABIC_DEPRELS : ENGLISH_DEPRELS;
  return names[tag] ?? names[tag.split(":")[0]] ?? "";
}

export function explainFeature(feature) {
  return chosen === "ar" ? (ARABIC_FEATURES[feature] ?? ARABIC_FEATURES[feature.split("=")[0]] ?? "") : "";
}

export function formatNumber(number, digits = 0) {
  return number.toLocaleString(chosen === "ar" ? "ar-u-nu-latn" : "en", { maximumFractionDigits: digits, minimumFractionDigits: digits });
}

// The pattern language on one page; each example leads to its search.

import { make } from "./dom.js";
import { language, t } from "./i18n.js";
import { makeHash } from "./state.js";

const PARTS = [
  {
    title: ["Plain Arabic", "كلمات عادية"],
    text: [
      "A word is found as form, as lemma, or as a whole token, with or without vowels and hamza. Several words: consecutive tokens, no clitic between them.",
      "تُطلب الكلمة صيغةً أو معجميةً أو وحدةً كاملة، بالحركات والهمزات أو دونها. عدة كلمات: وحدات متتالية بلا لواصق بينها.",
    ],
    examples: [["كتاب", "book", "كتاب"], ["رئيس الوزراء", "prime minister", "وحدتان متتاليتان"]],
  },
  {
    title: ["Words", "الكلمات"],
    text: [
      "`[...]` is one word, `[]` any. A value is compared whole, as a regular expression (`. | ( ) [ ] * + ? { }`; a backslash makes these letters); `==` compares letter by letter. `%d` leaves out vowels and hamza. What a word does not have is the empty text. `&` is and, `|` is or, `!` is not.",
      "`[...]` كلمة واحدة و`[]` أي كلمة. تُقارن القيمة كاملة بوصفها تعبيرًا نمطيًا، و`==` حرفًا بحرف. `%d` يتجاهل الحركات والهمزات. ما ليس للكلمة قيمته فارغة. `&` «و»، `|` «أو»، `!` «ليس».",
    ],
    examples: [
      ['[upos="VERB"]', "a verb", "فعل"],
      ['[lemma="رئيس"%d & feats.Definite="Def"]', "a definite form of this lemma, whatever its vowels", "المعجمية معرفةً"],
      ['[form=".*ات" & upos!="VERB"]', "ends in ات and is no verb", "تنتهي بـ«ات» وليست فعلًا"],
      ['[feats.Case="" & upos="NOUN|ADJ"]', "a noun or adjective without case", "اسم أو صفة بلا حالة"],
      ["[upos_prob<0.5]", "a word of whose tag the models are not sure", "كلمة لا تثق النماذج بقسمها"],
    ],
  },
  {
    title: ["Sequences", "المتتاليات"],
    text: [
      "Words side by side follow each other; `[]{0,3}` is so many words between, `...` any number; `+` is the next word of the same token.",
      "الكلمات المتجاورة متتالية؛ `[]{0,3}` عدد الكلمات بينها، و`...` أي عدد؛ و`+` الكلمة التالية في الوحدة نفسها.",
    ],
    examples: [
      ['[upos="VERB"] []{0,2} [upos="PROPN"]', "a verb, then a name, at most two words between", "فعل ثم علم بينهما كلمتان على الأكثر"],
      ['[upos="CCONJ"] + [upos="VERB"]', "a conjunction and a verb in one token", "عاطف وفعل في وحدة واحدة"],
    ],
  },
  {
    title: ["Trees", "الأشجار"],
    text: [
      "`A >nsubj B`: `A` is the head of `B` by this relation; `<` the other way round; `>` alone: by any; `nsubj:*` with its subtypes. Names before a colon let several parts, divided by commas, speak of the same word. A part with `!` must not be there. Different items are different words.",
      "`A >nsubj B`: `A` رأس `B` بهذه العلاقة؛ و`<` بالعكس؛ و`>` وحدها: أي علاقة؛ و`nsubj:*` مع فروعها. الاسم قبل النقطتين يعيد ذكر الكلمة نفسها في أجزاء تفصلها الفواصل. والجزء المسبوق بـ`!` يجب ألا يوجد. العناصر المختلفة كلمات مختلفة.",
    ],
    examples: [
      ['V:[upos="VERB"] >nsubj S:[upos="PROPN"], V >obj []', "a verb with a name as its subject, and an object", "فعل فاعله علم وله مفعول"],
      ['V:[upos="VERB"], !V >nsubj:* []', "a verb without a subject", "فعل بلا فاعل ظاهر"],
      ['[upos="ADJ"] <amod [upos="NOUN"]', "an adjective and its noun", "نعت ومنعوته"],
      ['V:[upos="VERB"] >obj O:[], V ... O', "an object after its verb", "مفعول بعد فعله"],
    ],
  },
];

// What stands between backticks is a piece of pattern, from left to right wherever it stands.
function showPatterns(text) {
  return text.split("`").map((piece, n) => (n % 2 ? make("code", { dir: "ltr" }, piece) : piece));
}

export async function showHelp(view, _state, backend) {
  const place = language() === "ar" ? 1 : 0;
  view.append(make("h1", {}, t("help")));
  for (const part of PARTS) {
    const examples = part.examples.flatMap(([pattern, english, arabic]) => [
      make("dt", {}, make("a", { href: makeHash({ view: "search", q: pattern }), dir: /[["]/u.test(pattern) ? "ltr" : "rtl" }, make("code", {}, pattern))),
      make("dd", {}, place ? arabic : english),
    ]);
    view.append(make("section", {}, make("h2", {}, part.title[place]), make("p", {}, ...showPatterns(part.text[place])), make("dl", { class: "examples" }, ...examples)));
  }
  const names = Object.keys(backend.corpus.attributes).flatMap((name, n) => [n ? " " : "", make("code", { dir: "ltr" }, name)]);
  view.append(make("section", {}, make("h2", {}, t("attribute")), make("p", {}, ...names)));
}

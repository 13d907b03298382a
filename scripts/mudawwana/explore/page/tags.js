// UD's tags, explained; the Arabic terms are those of Arabic grammar where it has one.

export const ENGLISH_UPOS = {
  ADJ: "adjective", ADP: "adposition", ADV: "adverb", AUX: "auxiliary", CCONJ: "coordinating conjunction",
  DET: "determiner", INTJ: "interjection", NOUN: "noun", NUM: "numeral", PART: "particle", PRON: "pronoun",
  PROPN: "proper noun", PUNCT: "punctuation", SCONJ: "subordinating conjunction", SYM: "symbol", VERB: "verb", X: "other",
};

export const ARABIC_UPOS = {
  ADJ: "صفة", ADP: "حرف جر", ADV: "ظرف", AUX: "فعل مساعد", CCONJ: "حرف عطف", DET: "محدِّد", INTJ: "اسم تعجب",
  NOUN: "اسم", NUM: "عدد", PART: "أداة", PRON: "ضمير", PROPN: "اسم علم", PUNCT: "ترقيم", SCONJ: "أداة ربط",
  SYM: "رمز", VERB: "فعل", X: "غير ذلك",
};

export const ENGLISH_DEPRELS = {
  acl: "clausal modifier of noun", advcl: "adverbial clause", advmod: "adverbial modifier", amod: "adjectival modifier",
  appos: "apposition", aux: "auxiliary", "aux:pass": "passive auxiliary", case: "case marking", cc: "coordinating conjunction",
  ccomp: "clausal complement", compound: "compound", conj: "conjunct", cop: "copula", csubj: "clausal subject", dep: "unspecified",
  det: "determiner", discourse: "discourse element", dislocated: "dislocated", expl: "expletive", fixed: "fixed expression",
  flat: "flat expression", goeswith: "goes with", iobj: "indirect object", list: "list", mark: "marker", nmod: "nominal modifier",
  "nmod:poss": "possessive modifier", nsubj: "nominal subject", "nsubj:pass": "passive subject", nummod: "numeric modifier",
  obj: "object", obl: "oblique nominal", "obl:arg": "oblique argument", orphan: "orphan", parataxis: "parataxis",
  punct: "punctuation", reparandum: "repair", root: "root", vocative: "vocative", xcomp: "open clausal complement",
  "acl:relcl": "relative clause",
};

export const ARABIC_DEPRELS = {
  acl: "جملة نعتية", "acl:relcl": "جملة صلة", advcl: "جملة حالية أو ظرفية", advmod: "ظرف", amod: "نعت", appos: "بدل",
  aux: "فعل مساعد", "aux:pass": "مساعد المجهول", case: "حرف جر", cc: "حرف عطف", ccomp: "جملة مفعول", compound: "مركّب",
  conj: "معطوف", cop: "رابطة", csubj: "جملة فاعل", dep: "علاقة غير محددة", det: "محدِّد", discourse: "عنصر خطاب",
  dislocated: "مقدَّم أو مؤخَّر", expl: "ضمير شأن", fixed: "عبارة ثابتة", flat: "تركيب مسطح", goeswith: "تابع كلمة مقطوعة",
  iobj: "مفعول ثانٍ", list: "قائمة", mark: "أداة مصدرية", nmod: "مضاف إليه أو شبه جملة", "nmod:poss": "مضاف إليه",
  nsubj: "فاعل أو مبتدأ", "nsubj:pass": "نائب فاعل", nummod: "عدد", obj: "مفعول به", obl: "متعلِّق بالفعل",
  "obl:arg": "متمم بحرف جر", orphan: "يتيم", parataxis: "جملة مجاورة", punct: "ترقيم", reparandum: "تصحيح", root: "الجذر",
  vocative: "منادى", xcomp: "تكملة مفتوحة",
};

export const ARABIC_FEATURES = {
  "Aspect=Imp": "مضارع", "Aspect=Perf": "ماضٍ", "Case=Acc": "منصوب", "Case=Gen": "مجرور", "Case=Nom": "مرفوع",
  "Definite=Com": "مركّب التعريف", "Definite=Cons": "مضاف", "Definite=Def": "معرفة", "Definite=Ind": "نكرة", "Foreign=Yes": "أجنبي",
  "Gender=Fem": "مؤنث", "Gender=Masc": "مذكر", "Mood=Imp": "أمر", "Mood=Ind": "مرفوع (فعل)", "Mood=Jus": "مجزوم",
  "Mood=Sub": "منصوب (فعل)", "Number=Dual": "مثنى", "Number=Plur": "جمع", "Number=Sing": "مفرد", "NumType=Card": "عدد أصلي",
  "NumType=Ord": "عدد ترتيبي", "Person=1": "متكلم", "Person=2": "مخاطب", "Person=3": "غائب", "Polarity=Neg": "نفي",
  "PronType=Dem": "اسم إشارة", "PronType=Int": "استفهام", "PronType=Prs": "ضمير شخصي", "PronType=Rel": "اسم موصول",
  "Tense=Fut": "مستقبل", "Tense=Past": "ماضٍ", "Tense=Pres": "حاضر", "VerbForm=Fin": "فعل متصرف", "VerbForm=Part": "اسم فاعل أو مفعول",
  "VerbForm=Vnoun": "مصدر", "VerbForm=Conv": "حال فعلي", "VerbForm=Inf": "مصدر", "Voice=Act": "معلوم", "Voice=Pass": "مجهول", Abbr: "اختصار", ExtPos: "قسم العبارة",
  NumForm: "كتابة العدد", Typo: "خطأ إملائي",
};

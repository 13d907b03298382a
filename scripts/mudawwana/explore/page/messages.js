// What is wrong with a pattern, in Arabic: the parser (query.py, query.js) says it in English.

import { make } from "./dom.js";
import { language } from "./i18n.js";

// Latin and signs are isolated, so that the Arabic around them keeps its order.
const isolate = (text) => `\u2066${text}\u2069`;

const MESSAGES = [
  [/^(.) as a letter is written (.+)$/u, (one, two) => `يُكتب ${one} حرفًا هكذا: ${two}`],
  [/^this (.) closes nothing; as a letter it is written (.+)$/u, (one, two) => `هذا ${one} لا يغلق شيئًا؛ ويُكتب حرفًا هكذا: ${two}`],
  [/^this (.) is not closed; as a letter it is written (.+)$/u, (one, two) => `هذا ${one} لم يُغلق؛ ويُكتب حرفًا هكذا: ${two}`],
  [/^a backslash needs the character that it makes a letter$/u, () => "الشرطة المائلة تحتاج إلى الرمز الذي تجعله حرفًا"],
  [/^(.+) has no meaning here; a backslash makes (.+) letters$/u, (one, two) => `${one} لا معنى له هنا؛ الشرطة المائلة تجعل هذه الرموز حروفًا: ${two}`],
  [/^no range of characters; as a letter - is written (.+)$/u, (one) => `ليس هذا مجالًا من الحروف؛ وتُكتب الشرطة حرفًا هكذا: ${one}`],
  [/^(.) as a letter in (.+) is written (.+)$/u, (one, two, three) => `يُكتب ${one} حرفًا داخل ${two} هكذا: ${three}`],
  [/^there is no character between (.) and (.)$/u, (one, two) => `لا حرف بين ${one} و${two}`],
  [/^a number of times is written (.+) or (.+); as a letter \{ is (.+)$/u, (one, two, three) => `يُكتب عدد المرات هكذا: ${one} أو ${two}؛ والقوس حرفًا: ${three}`],
  [/^(.+) has nothing to repeat; as a letter it needs a backslash$/u, (one) => `لا شيء يكرره ${one}؛ ويحتاج حرفًا إلى شرطة مائلة قبله`],
  [/^the times must rise, to (\d+) at most$/u, (one) => `يجب أن تتصاعد أعداد المرات، إلى ${one} على الأكثر`],
  [/^a word or a pattern is missing$/u, () => "تنقص كلمة أو نمط"],
  [/^this quote is not closed$/u, () => "علامة الاقتباس هذه لم تُغلق"],
  [/^(.+) has no meaning here$/u, (one) => `${one} لا معنى له هنا`],
  [/^(.+) is not expected here$/u, (one) => `${one} في غير موضعه`],
  [/^a pattern needs a part without (.)$/u, (one) => `يحتاج النمط إلى جزء لا يسبقه ${one}`],
  [/^a word is missing, such as (.+) or (.+)$/u, (one, two) => `تنقص كلمة، مثل ${one} أو ${two}`],
  [/^something to compare is missing; it has (.+)$/u, (one) => `تنقص خاصة للمقارنة؛ للكلمة: ${one}`],
  [/^(.+) is missing$/u, (one) => `ينقص ${one.replace(" or ", "\u2069 أو \u2066")}`],
  [/^(.+) is never true: (.+) is there$/u, (one, two) => `${one} لا يصدق أبدًا: ${two} موجودة`],
  [/^(.+) cannot stand on both sides$/u, (one) => `لا تقف ${one} في الجهتين معًا`],
  [/^the numbers of words must rise: (\d+) is more than (\d+)$/u, (one, two) => `يجب أن يتصاعد عدد الكلمات: ${one} أكثر من ${two}`],
  [/^(.+) stands between two words$/u, (one) => `موضع ${one} بين كلمتين`],
  [/^there is no (.+): before this name stands no (.+)$/u, (one, two) => `لا توجد ${one}: لم يسبق هذا الاسمَ ${two}`],
  [/^there is a (.+) already; capital and small letters count as the same$/u, (one) => `الاسم ${one} موجود؛ ولا فرق بين الحروف الكبيرة والصغيرة`],
  [/^(.+) cannot name a word; take letters, digits and _, such as (.+)$/u, (one, two) => `لا يصلح ${one} اسمًا لكلمة؛ الاسم حروف لاتينية وأرقام، مثل ${two}`],
  [/^(.+) is nothing that a word has; it has (.+)$/u, (one, two) => `ليس للكلمة ${one}؛ لها: ${two}`],
  [/^(.+) is text, which (.+) does not compare$/u, (one, two) => `${one} نص لا يقارنه ${two}`],
  [/^(.+) is a number, which (.+) and (.+) compare$/u, (one, two, three) => `${one} عدد يقارنه ${two} و${three}`],
  [/^(.+) is compared with a number$/u, (one) => `${one} يُقارن بعدد`],
  [/^(.+) is compared with a text in quotes: (.+)$/u, (one, two) => `${one} يُقارن بنص بين علامتي اقتباس: ${two}`],
  [/^(.+) goes with (.+)$/u, (one, two) => `${one} يصحب ${two}`],
  [/^(.+) is "true" or "false"$/u, (one) => `قيمة ${one} هي ${isolate('"true"')} أو ${isolate('"false"')}`],
  [/^a pattern has (\d+) characters at most$/u, (one) => `لا يزيد النمط على ${one} حرف`],
  [/^a pattern asks for (\d+) words at most$/u, (one) => `لا يطلب النمط أكثر من ${one} كلمة`],
  [/^a pattern has (\d+) parts with (.) at most$/u, (one, two) => `لا تزيد أجزاء النمط التي تسبقها ${two} على ${one}`],
  [/^a pattern has (\d+) tests at most$/u, (one) => `لا تزيد المقارنات في النمط على ${one}`],
  [/^a number has (\d+) digits at most$/u, (one) => `لا يزيد العدد على ${one} رقمًا`],
  [/^more than (\d+) brackets are open here$/u, (one) => `هنا أكثر من ${one} قوسًا مفتوحًا`],
  [/^with its repetitions written out, this has more than (\d+) characters$/u, (one) => `إذا كُتب هذا بتكراره كاملًا زاد على ${one} حرف`],
  [/^the search was stopped after (.+) seconds; ask for less at once, or give it more time by (.+)\.$/u, (one, two) => `توقف البحث بعد ${one} ثانية؛ اطلب أقل في المرة الواحدة، أو أعطه وقتًا أطول بالخيار ${two}`],
  [/^the search needs more memory than there is; ask for less at once\.$/u, () => "يحتاج البحث إلى ذاكرة أكبر من المتاحة؛ اطلب أقل في المرة الواحدة"],
  [/^the explorer has been stopped\.$/u, () => "توقف برنامج البحث"],
  [/^(.+) cannot be counted by; (.+) can$/u, (one, two) => `لا يُعدّ بحسب ${one}؛ يُعدّ بحسب: ${two}`],
  [/^the pattern names no word (.+); it has (.+)$/u, (one, two) => `لا يسمّي النمط كلمة ${one}؛ فيه: ${two}`],
];

// The message in Arabic; one that is not known here stays as it is.
export function translateMessage(message) {
  for (const [expression, write] of MESSAGES) {
    const found = expression.exec(message);
    if (found) return write(...found.slice(1).map(isolate));
  }
  return message;
}

// The message in the reader's language.
export function explainError({ message }) {
  return language() === "ar" ? make("bdi", { lang: "ar", dir: "rtl" }, translateMessage(message)) : make("bdi", { lang: "en", dir: "ltr" }, message);
}

"""Writes tokenisers.json: what the package tokenizers makes of texts in all scripts.

Made with tokenizers 0.23.3 (pip install tokenizers). The tokenizers are trained here on a small corpus; each case has the
tokenizer.json, texts with their tokens and what these say again, and a digest of the tokens of every block of Unicode.
"""

import json
import pathlib
import unicodedata

from tokenizers import (AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers)

CORPUS = [
  "The quick brown fox jumps over the lazy dog, and the dog doesn't mind; it's 12,345 times 67.",
  "Where there is a will there is a way, whether they'll or they'd say it or we've heard it.",
  "Die Würde des Menschen ist unantastbar. Große Äpfel fallen über die Brücke.",
  "Les élèves étaient là, où l'été s'achève à Noël — ça va être naïf.",
  "В начале было слово, и слово было у Бога, и слово было Бог.",
  "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια.",
  "人人生而自由,在尊严和权利上一律平等。他们赋有理性和良心。",
  "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。",
  "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다.",
  "يولد جميع الناس أحرارًا متساوين في الكرامة والحقوق.",
  "כל בני האדם נולדו בני חורין ושווים בערכם ובזכויותיהם.",
  "सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता है।",
  "def f(x):\n    return [x**2 for x in range(10)]  # squares\n\n\nprint(f(3))\n",
  "aaaa aaaaaaa banana bananas 1000000 2024-01-31 3.14159 0xFF",
] * 3

TEXTS = CORPUS[:14] + [
  "", " ", "  ", "\n", " \n \n\n  x", "a", "a ", " a", "\ta\t\tb", "trailing   ", "   leading", "a\r\nb\r\n\r\nc",
  "I'm you're he'S WE'LL they'D can't 'tis rock'n'roll ''s '", "'\u017f it'\u017f \u017ft",
  "no\u00a0break\u2003wide\u3000full\u200bzero\u2028line\u0085next\u000bvert",
  "e\u0301 é E\u0301 \u212b \u00c5 A\u030a ﬁ ﬀ ² ½ Ⅷ ٣٤ ①",
  "İstanbul IĞDIR ßtraße ǅ Σας ΣΑΣ", "👩‍👩‍👧‍👦 🏳️‍🌈 🇩🇪 👍🏽 ❤️", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𐍈𐌰 𒀀𒁀 𓀀 𠀀𪜀",
  "\u0000nul \ufffd \ufeffbom \u00adsoft \ue000private", "x" * 120, "ab" * 60 + " " + "1234567" * 4,
  "[CLS] and [SEP] <|endoftext|> in text<|endoftext|>", "<s> <mask>  here<mask>there <mask> , word words sword",
  "don't do not n't  .  ,  ! ? 's", "ก็ภาษาไทย ສະບາຍດີ မြန်မာ ខ្មែរ བོད་ཡིག ქართული Հայերեն አማርኛ ᏣᎳᎩ ᠮᠣᠩᠭᠣᠯ",
  "$100,000.00 (50%) #tag @user http://a.b/c?d=e&f=g ~/.x_y-z `code` {k: v} a+b=c | ^ \\ ",
  "12345678901 ١٢٣٤٥ 一二三 ⅠⅡ 1²3 x1y2",
]

GPT2 = r"""'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"""
LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
          r"|\s*[\r\n]+|\s+(?!\S)|\s+")
QWEN2 = LLAMA3.replace("{1,3}", "")


def trained(tokenizer, trainer):
  tokenizer.train_from_iterator(CORPUS, trainer)
  return tokenizer


def byte_pairs(size, **more):
  return trainers.BpeTrainer(
    vocab_size=size, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False, **more)


def gpt2():
  t = Tokenizer(models.BPE())
  t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
  t.decoder = decoders.ByteLevel()
  t.post_processor = processors.ByteLevel(trim_offsets=False)
  t = trained(t, byte_pairs(420))
  t.add_special_tokens(["<|endoftext|>"])
  return t


def llama3():
  t = Tokenizer(models.BPE(ignore_merges=True))
  t.pre_tokenizer = pre_tokenizers.Sequence([
    pre_tokenizers.Split(Regex(LLAMA3), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
  t.decoder = decoders.ByteLevel()
  t = trained(t, byte_pairs(400))
  t.add_special_tokens(["<|begin_of_text|>", "<|endoftext|>"])
  t.post_processor = processors.Sequence([
    processors.ByteLevel(trim_offsets=True),
    processors.TemplateProcessing(
      single="<|begin_of_text|> $A", pair="<|begin_of_text|> $A <|begin_of_text|> $B",
      special_tokens=[("<|begin_of_text|>", t.token_to_id("<|begin_of_text|>"))])])
  return t


def qwen2():
  t = Tokenizer(models.BPE())
  t.normalizer = normalizers.NFC()
  t.pre_tokenizer = pre_tokenizers.Sequence([
    pre_tokenizers.Split(Regex(QWEN2), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
  t.decoder = decoders.ByteLevel()
  return trained(t, byte_pairs(330))


def roberta():
  t = Tokenizer(models.BPE())
  t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
  t.decoder = decoders.ByteLevel()
  t = trained(t, byte_pairs(300, special_tokens=["<s>", "</s>"]))
  t.add_special_tokens([AddedToken("<mask>", lstrip=True, normalized=False)])
  t.post_processor = processors.RobertaProcessing(("</s>", 1), ("<s>", 0))
  t.enable_truncation(40)
  return t


def bert(lowercase, accents):
  t = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=100))
  t.normalizer = normalizers.BertNormalizer(lowercase=lowercase, strip_accents=accents)
  t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
  t.decoder = decoders.WordPiece()
  t = trained(t, trainers.WordPieceTrainer(
    vocab_size=520, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"], show_progress=False))
  t.post_processor = processors.TemplateProcessing(
    single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
  return t


def llama2():
  t = Tokenizer(models.BPE(byte_fallback=True, fuse_unk=True, unk_token="<unk>"))
  t.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
  t.decoder = decoders.Sequence([
    decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
  special = ["<unk>", "<s>", "</s>"] + [f"<0x{b:02X}>" for b in range(256)]
  return trained(t, trainers.BpeTrainer(vocab_size=560, special_tokens=special, limit_alphabet=90, show_progress=False))


def pieces():
  t = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True))
  t.normalizer = normalizers.Sequence([
    normalizers.Strip(), normalizers.NFKD(), normalizers.Lowercase(), normalizers.StripAccents(), normalizers.NFKC()])
  t.pre_tokenizer = pre_tokenizers.Sequence([
    pre_tokenizers.Metaspace("▁", "first"), pre_tokenizers.Digits(individual_digits=True),
    pre_tokenizers.Punctuation("merged_with_previous")])
  t.decoder = decoders.Metaspace("▁", "first")
  t = trained(t, trainers.BpeTrainer(vocab_size=340, special_tokens=["<unk>"], show_progress=False))
  t.add_tokens([AddedToken("word", single_word=True, normalized=True), AddedToken("<mask>", lstrip=True, rstrip=True)])
  return t


def spaces():
  t = Tokenizer(models.WordPiece(unk_token="?", max_input_chars_per_word=12))
  t.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Whitespace(), pre_tokenizers.Digits()])
  t.decoder = decoders.WordPiece(cleanup=False)
  return trained(t, trainers.WordPieceTrainer(vocab_size=330, special_tokens=["?"], show_progress=False))


def blocks():
  """Texts of all characters that Unicode 14 knows, 512 numbers at a time; of the large scripts each 97th."""
  large = [(0x3400, 0xA000), (0xAC00, 0xD7B0), (0xE000, 0xF900), (0x17000, 0x18D10), (0x20000, 0x110000)]
  for start in range(0, 0x110000, 512):
    chosen = []
    for code in range(start, start + 512):
      if unicodedata.category(chr(code)) in ("Cn", "Cs"):
        continue
      if any(low <= code < high for low, high in large) and code % 97:
        continue
      chosen.append(chr(code))
    if chosen:
      yield start, "".join(f"a{c}1 {c}{c} b" for c in chosen)


def digest(tokens):
  value = 0xCBF29CE484222325
  for token in tokens:
    value = ((value ^ token) * 0x100000001B3) % 2**64
  return f"{value:016x}"


def case(name, tokenizer):
  encodings = [tokenizer.encode(text).ids for text in TEXTS]
  again = [tokenizer.decode(tokens) for tokens in encodings]
  return {
    "name": name,
    "tokenizer": json.loads(tokenizer.to_str()),
    "tokens": encodings,
    # Nothing where a text comes back as it was.
    "again": [None if one == text else one for one, text in zip(again, TEXTS)],
    "whole": tokenizer.decode(encodings[0], skip_special_tokens=False),
    "bare": tokenizer.encode(TEXTS[0], add_special_tokens=False).ids,
    "blocks": {f"{start:x}": digest(tokenizer.encode(text, add_special_tokens=False).ids) for start, text in blocks()},
  }


if __name__ == "__main__":
  cases = [
    case("gpt2", gpt2()), case("llama3", llama3()), case("qwen2", qwen2()), case("roberta", roberta()),
    case("bert-uncased", bert(True, None)), case("bert-cased", bert(False, False)), case("llama2", llama2()),
    case("pieces", pieces()), case("spaces", spaces())]
  lines = [json.dumps(c, separators=(",", ":"), ensure_ascii=True) for c in cases]
  texts = json.dumps(TEXTS, separators=(",", ":"), ensure_ascii=True)
  path = pathlib.Path(__file__).resolve().parent / "tokenisers.json"
  path.write_text('{"texts":' + texts + ',"cases":[\n' + ",\n".join(lines) + "\n]}\n")
  print(path.name, [len(line) for line in lines])

"""Writes sentences.json: what MiniLM, as `make encoder` brings it, makes of texts by transformers.

Made with transformers 5.24.0, tokenizers 0.23.3 and torch 2.13.0 (pip install transformers); the mean over tokens, of
length 1, as sentence-transformers has it. The first 16 numbers of each vector are kept.
"""

import json
import pathlib

import torch
from tokenizers import Tokenizer
from transformers import AutoModel

torch.set_num_threads(1)
here = pathlib.Path(__file__).parent
folder = here.parent.parent / ".venv/share/latent/minilm"
tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
tokenizer.no_padding()
model = AutoModel.from_pretrained(folder).eval()
texts = [
  "A cat sits on the mat.", "Ein Hund läuft über die Straße — schnell!", "人人生而自由 naïve café İstanbul",
  "The stock market fell 3.5% on Monday, didn't it?", "word " * 200, ""]
cases = []
for text in texts:
  ids = tokenizer.encode(text).ids
  with torch.no_grad():
    hidden = model(torch.tensor([ids])).last_hidden_state
  vector = torch.nn.functional.normalize(hidden.mean(1), dim=1)[0]
  cases.append({"text": text, "tokens": len(ids), "vector": [round(float(x), 7) for x in vector[:16]]})
(here / "sentences.json").write_text(json.dumps(cases, ensure_ascii=False, indent=1) + "\n")

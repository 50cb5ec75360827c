"""A small language model as nanoGPT trains one: pre-norm blocks, scaled dot-product attention, tied embeddings, AdamW.

Prints tokens a second after the warm-up, and the loss of held-out rows in nats per token after all steps.
"""

import argparse
import math
import time

import numpy
import torch
from fashion import peak, report
from torch import nn
from torch.nn import functional as F


class Attention(nn.Module):
  def __init__(self, width, heads):
    super().__init__()
    self.heads = heads
    self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)

  def forward(self, x):
    n, t, width = x.shape
    q, k, v = (
      part.view(n, t, self.heads, width // self.heads).transpose(1, 2)
      for part in self.qkv(x).split(width, dim=2))
    y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
    return self.out(y.transpose(1, 2).contiguous().view(n, t, width))


class Block(nn.Module):
  def __init__(self, width, heads):
    super().__init__()
    self.first, self.attention = nn.LayerNorm(width), Attention(width, heads)
    self.second = nn.LayerNorm(width)
    self.mlp = nn.Sequential(
      nn.Linear(width, 4 * width), nn.GELU(approximate="tanh"), nn.Linear(4 * width, width))

  def forward(self, x):
    x = x + self.attention(self.first(x))
    return x + self.mlp(self.second(x))


class Model(nn.Module):
  def __init__(self, vocabulary, context, width, blocks, heads):
    super().__init__()
    self.tokens, self.places = nn.Embedding(vocabulary, width), nn.Embedding(context, width)
    self.blocks = nn.ModuleList([Block(width, heads) for _ in range(blocks)])
    self.norm = nn.LayerNorm(width)
    self.apply(self.start)
    for name, weight in self.named_parameters():
      if name.endswith(("out.weight", "mlp.2.weight")):
        nn.init.normal_(weight, std=0.02 / math.sqrt(2 * blocks))

  @staticmethod
  def start(part):
    if isinstance(part, (nn.Linear, nn.Embedding)):
      nn.init.normal_(part.weight, std=0.02)
    if isinstance(part, nn.Linear):
      nn.init.zeros_(part.bias)

  def forward(self, rows):
    x = self.tokens(rows[:, :-1]) + self.places(torch.arange(rows.shape[1] - 1))
    for block in self.blocks:
      x = block(x)
    logits = self.norm(x) @ self.tokens.weight.t()
    return F.cross_entropy(logits.flatten(0, 1), rows[:, 1:].flatten())


def main():
  parser = argparse.ArgumentParser(description=__doc__)
  parser.add_argument("train", help="a NumPy array of rows of tokens, each one longer than the context")
  parser.add_argument("test")
  for name, value in [
      ("width", 256), ("blocks", 4), ("heads", 4), ("batch", 16), ("warmup", 10), ("steps", 50),
      ("vocabulary", 257), ("threads", 2), ("seed", 1)]:
    parser.add_argument(f"--{name}", type=int, default=value)
  chosen = parser.parse_args()
  torch.set_num_threads(chosen.threads)
  torch.manual_seed(chosen.seed)
  train, test = (
    torch.from_numpy(numpy.load(path)).long() for path in (chosen.train, chosen.test))
  model = Model(
    chosen.vocabulary, train.shape[1] - 1, chosen.width, chosen.blocks, chosen.heads)
  matrices = [p for p in model.parameters() if p.dim() > 1]
  others = [p for p in model.parameters() if p.dim() <= 1]
  optimiser = torch.optim.AdamW(
    [{"params": matrices, "weight_decay": 0.1}, {"params": others, "weight_decay": 0}],
    lr=2e-3, betas=(0.9, 0.999), fused=True)
  total = chosen.warmup + chosen.steps
  for step in range(total):
    if step == chosen.warmup:
      began = time.perf_counter()
    rise = min(1, (step + 1) / 50)
    fall = 0.5 * (1 + math.cos(math.pi * max(0, step - 50) / max(1, total - 50)))
    for group in optimiser.param_groups:
      group["lr"] = 2e-3 * rise * fall
    rows = train[torch.randint(len(train), (chosen.batch,))]
    loss = model(rows)
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimiser.step()
  seconds = time.perf_counter() - began
  memory = peak()
  with torch.no_grad():
    model.eval()
    held = sum(model(part).item() * len(part) for part in test.split(32)) / len(test)
  tokens = chosen.steps * chosen.batch * (train.shape[1] - 1)
  report(
    value=tokens / seconds, peak_memory_bytes=memory, quality=held,
    version=f"PyTorch {torch.__version__}")


if __name__ == "__main__":
  main()

"""The probe of Torroba Hennigen, Cotterell & Stanczak, 2023, beside a normal probe and probes from scratch.

Written after the authors' trainer (copenlu/flexible-probing: Poisson subsets, five draws, the score function without a
baseline, patience of 50 epochs), to see whether what `latent check S062` found of small, correlated states is our
program's alone. Prints the share of a label's entropy that each tells by 16 random subsets of 32 numbers.

Usage: python intrinsic_probe.py (needs torch)
"""

import math

import torch
from torch.nn import functional

COUNT, WIDTH, SEEN = 2000, 32, 1000


def states():
  """Features of two layers of six factors, with noise; the label is the sign of the first factor."""
  factors = torch.randn(COUNT, 6)
  mixed = torch.tanh(factors @ torch.randn(6, 40)) @ torch.randn(40, WIDTH) / 6
  x, y = mixed + 0.3 * torch.randn(COUNT, WIDTH), (factors[:, 0] > 0).long()
  return (x - x[:SEEN].mean(0)) / x[:SEEN].std(0), y


def told(logits, y):
  share = y.double().mean().item()
  entropy = -share * math.log(share) - (1 - share) * math.log(1 - share)
  return (entropy - functional.cross_entropy(logits, y).item()) / entropy


def latent_probe(x, y, rate=0.01, epochs=1000, scale=0.01, draws=5, patience=50):
  probe, odds = torch.nn.Linear(WIDTH, 2), torch.nn.Parameter(torch.rand(WIDTH))
  optimiser = torch.optim.Adam([*probe.parameters(), odds], lr=rate)
  cut, best, waited, kept = len(x) * 9 // 10, math.inf, 0, None

  def losses(x, y):
    def drawn():
      return (torch.rand(x.shape) < torch.sigmoid(odds)).float().detach()

    def missed(mask):
      return functional.cross_entropy(probe(x * mask), y, reduction="none")

    likelihood = sum(missed(drawn()) for _ in range(draws)) / draws
    score = 0
    for _ in range(draws):
      mask = drawn()
      score = score + missed(mask).detach() * (mask @ odds - functional.softplus(odds).sum())
    entropy = (functional.softplus(odds) - odds * torch.sigmoid(odds)).sum()
    return likelihood.mean() + (score / draws).mean() - scale * entropy, likelihood.mean() - scale * entropy

  for _ in range(epochs):
    optimiser.zero_grad()
    losses(x[:cut], y[:cut])[0].backward()
    optimiser.step()
    with torch.no_grad():
      held = losses(x[cut:], y[cut:])[1].item()
    if held < best:
      best, waited, kept = held, 0, (probe.weight.detach().clone(), probe.bias.detach().clone())
    else:
      waited += 1
      if waited == patience:
        break
  return lambda x, subset: x[:, subset] @ kept[0][:, subset].T + kept[1]


def normal_probe(x, y):
  classes = []
  for label in (0, 1):
    rows = x[y == label]
    centred = rows - rows.mean(0)
    scatter, n = centred.T @ centred, len(rows)
    covariance = (torch.diag(scatter.diag() / n) + scatter) / (n + 2 * WIDTH + 4)
    classes.append((rows.mean(0), covariance, math.log(n / len(y))))

  def logits(x, subset):
    return torch.stack([
      torch.distributions.MultivariateNormal(mean[subset], covariance[subset][:, subset]).log_prob(x[:, subset]) + share
      for mean, covariance, share in classes
    ], 1)

  return logits


def scratch(x, y, test, subset):
  probe = torch.nn.Linear(len(subset), 2)
  optimiser = torch.optim.LBFGS(probe.parameters(), max_iter=100)

  def closure():
    optimiser.zero_grad()
    loss = functional.cross_entropy(probe(x[:, subset]), y) + 0.5 / len(x) * probe.weight.square().sum()
    loss.backward()
    return loss

  optimiser.step(closure)
  return probe(test[:, subset]).detach()


def main():
  torch.manual_seed(0)
  torch.set_num_threads(1)
  x, y = states()
  (train, seen), (test, judged) = (x[:SEEN], y[:SEEN]), (x[SEEN:], y[SEEN:])
  probes = {"latent": latent_probe(train, seen), "normal": normal_probe(train, seen)}
  print("size", *probes, "from scratch", sep="\t")
  for size in (1, 2, 4, 8, 16):
    subsets = [torch.randperm(WIDTH)[:size].tolist() for _ in range(16)]
    means = [sum(told(probe(test, s), judged) for s in subsets) / 16 for probe in probes.values()]
    alone = sum(told(scratch(train, seen, test, s), judged) for s in subsets) / 16
    print(size, *(f"{value:.3f}" for value in [*means, alone]), sep="\t")


if __name__ == "__main__":
  main()

"""One-hot and relaxed categorical variables by torch.distributions, gradients through a draw as in algorithms 1 and 2
of Liu et al., 2023, and the coupling of Marghi et al., 2021, by autograd; writes categorical.json."""

import pathlib

import torch
from torch import distributions as D

from golden import Draw, case, write


def one_hot(name, draw, value):
  def run(inputs, parameters):
    q = D.Independent(
      D.OneHotCategorical(logits=parameters["logits"], validate_args=False), 1, validate_args=False)
    even = D.OneHotCategorical(logits=torch.zeros_like(parameters["logits"]))
    return {
      "logProb": q.log_prob(inputs["value"]),
      "entropy": q.entropy(),
      "divergence": D.kl_divergence(q.base_dist, even).sum(1),
    }

  return case(name, "OneHot", run, {"value": value}, {"logits": draw})


def relaxed(name, draw, value, temperature):
  def run(inputs, parameters):
    q = D.RelaxedOneHotCategorical(
      torch.tensor(temperature), logits=parameters["logits"], validate_args=False)
    return {"logProb": q.log_prob(inputs["value"]).sum(1)}

  return case(
    name, "Relaxed", run, {"value": value}, {"logits": draw}, args={"temperature": temperature})


def straight_through(logits, hard, temperature):
  soft = (logits / temperature).softmax(-1)
  return soft - soft.detach() + hard


def reinmax(logits, hard, temperature):
  p0 = logits.softmax(-1)
  p1 = (hard + (logits / temperature).softmax(-1)) / 2
  p1 = ((p1.log() - logits).detach() + logits).softmax(-1)
  p2 = 2 * p1 - p0 / 2
  return p2 - p2.detach() + hard


def passed(name, op, rule, draw, value, temperature):
  def run(inputs, parameters):
    y = rule(parameters["logits"], inputs["value"], temperature)
    # A curve, so that what the gradient is taken at counts.
    return {"draw": y, "loss": (y * torch.tensor([1.0, -0.7, 0.4, 2.0])).sum(-1).exp().sum(1)}

  return case(
    name, op, run, {"value": value}, {"logits": draw}, args={"temperature": temperature})


def coupling(name, d, temperature, floor=1e-8):
  """What two arms pay for their categories: how far these are apart, and the negative joint entropy."""
  def run(inputs, parameters):
    p, q = ((parameters[key].softmax(-1) / temperature).softmax(-1) for key in ("logits", "other"))
    scaled = [(c + floor).log() / (c.var(0, unbiased=False) + floor).sqrt() for c in (p, q)]
    return {
      "distance": torch.linalg.vector_norm(scaled[0] - scaled[1], dim=-1) ** 2,
      "entropy": (p * p.log()).sum(-1) + (q * q.log()).sum(-1),
    }

  # Gradients through a small deviation lose a digit in float32.
  return case(
    name, "Coupling", run, {}, {"logits": d(5, 4), "other": d(5, 4)},
    args={"temperature": temperature}, relative=1e-4)


def cases():
  d = Draw("categorical")
  value = torch.nn.functional.one_hot(torch.tensor([[0, 2, 3], [1, 1, 0]]), 4)
  inside = (d(2, 3, 4)).softmax(-1)
  found = [one_hot("oneHot", d(2, 3, 4) * 2, value)]
  found += [relaxed(f"relaxed{t}", d(2, 3, 4), inside.clone(), t) for t in (0.5, 1.0, 2.0)]
  for t in (1.0, 1.5):
    found.append(passed(f"straightThrough{t}", "StraightThrough", straight_through, d(2, 3, 4), value, t))
    found.append(passed(f"reinMax{t}", "ReinMax", reinmax, d(2, 3, 4), value, t))
  return found + [coupling(f"coupling{t}", d, t) for t in (0.25, 1.0)]


if __name__ == "__main__":
  write(pathlib.Path(__file__).resolve().parent / "categorical.json", cases())

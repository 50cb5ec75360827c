"""Log densities with gradients, moments and entropies, and divergences, in nats."""

import math

import torch
from torch import distributions as D
from torch.distributions.kl import kl_divergence
from torch.nn import functional as F

from golden import Draw, case

STATISTICS = ("mean", "variance", "entropy")


def entry(name, op, value, parameters, make=None, log_prob=None, statistics=STATISTICS, **options):
  """A case from a `torch.distributions` class, or from formulas where they are more exact."""
  make = make or getattr(D, op)

  def run(inputs, parameters):
    distribution = make(**parameters)
    density = log_prob or (lambda x, **_: distribution.log_prob(x))
    outputs = {"logProb": density(inputs["value"], **parameters)}
    for key in statistics:
      found = getattr(distribution, key)
      outputs[key] = found() if callable(found) else found
    return outputs

  return case(name, op, run, {"value": value}, parameters, plain=STATISTICS, **options)


def densities():
  d = Draw("densities")
  pair = ("mean", "variance")
  cases = [
    entry("normal", "Normal", d(6), {"loc": d(6), "scale": d.positive(6)}),
    entry("normalFar", "Normal", torch.tensor([12.0, -30.0, 0.01]),
          {"loc": torch.tensor([0.5, 1.0, 0.0]), "scale": torch.tensor([0.7, 2.0, 0.03])}),
    entry("bernoulli", "Bernoulli", torch.tensor([0.0, 1.0, 1.0, 0.0, 1.0, 0.0]),
          {"logits": torch.tensor([0.0, 0.3, -2.5, 4.0, 15.0, -15.0])},
          make=lambda logits: D.Bernoulli(logits=logits, validate_args=False)),
    entry("bernoulliGrey", "Bernoulli", torch.tensor([0.25, 0.5, 0.9, 0.1]),
          {"logits": torch.tensor([-0.4, 2.5, 1.2, -6.0])},
          make=lambda logits: D.Bernoulli(logits=logits, validate_args=False)),
    entry("laplace", "Laplace", d(6), {"loc": d(6), "scale": d.positive(6)}),
    entry("studentT", "StudentT", d(5),
          {"df": d.positive(5, low=2.5, high=9.0), "loc": d(5), "scale": d.positive(5)}),
    entry("categorical", "Categorical", torch.tensor([2, 0, 3]), {"logits": d(3, 4)},
          make=lambda logits: D.Categorical(logits=logits), statistics=("entropy",)),
    entry("poisson", "Poisson", torch.tensor([0.0, 1.0, 4.0, 9.0]), {"rate": d.positive(4)},
          statistics=pair),
    entry("gamma", "Gamma", d.positive(5),
          {"concentration": d.positive(5), "rate": d.positive(5)}),
    entry("beta", "Beta", d.unit(5),
          {"concentration1": d.positive(5), "concentration0": d.positive(5)}),
    entry("dirichlet", "Dirichlet",
          torch.tensor([[0.2, 0.5, 0.3], [0.05, 0.15, 0.8]]), {"concentration": d.positive(2, 3)}),
    entry("logNormal", "LogNormal", d.positive(5), {"loc": d(5), "scale": d.unit(5)}),
    entry("negativeBinomial", "NegativeBinomial", torch.tensor([0.0, 1.0, 3.0, 7.0]),
          {"total_count": d.positive(4), "logits": d(4)}, statistics=pair,
          make=lambda total_count, logits: D.NegativeBinomial(total_count, logits=logits)),
    entry("exponential", "Exponential", d.positive(4), {"rate": d.positive(4)}),
    von_mises(),
    continuous_bernoulli(),
    logistic(),
    discretised_logistic(),
  ]
  return cases


def continuous_bernoulli():
  """log p = x l + log(1 - s(l)) + log C(l), where C(l) = l / tanh(l / 2) is smooth and even."""
  logits = torch.tensor([-20.0, -5.0, -0.02, -1e-4, 0.0, 1e-4, 0.02, 5.0, 20.0, 0.6])
  values = torch.tensor([0.1, 0.8, 0.3, 0.45, 0.7, 0.2, 0.9, 0.99, 0.35, 0.0])
  near = logits.abs() < 0.1
  far = torch.where(near, torch.ones(()), logits)
  series = math.log(2) + logits**2 / 12 - 7 * logits**4 / 1440
  norm = torch.where(near, series, torch.log(far / torch.tanh(far / 2)))
  expected = values * logits + F.logsigmoid(-logits) + norm
  distribution = D.ContinuousBernoulli(logits=logits)
  torch.testing.assert_close(distribution.log_prob(values), expected, rtol=1e-8, atol=1e-9)
  # The Taylor branch of PyTorch's moments is cut after two terms: right to 1e-9 near zero.
  return entry("continuousBernoulli", "ContinuousBernoulli", values, {"logits": logits},
               make=lambda logits: D.ContinuousBernoulli(logits=logits))


def von_mises():
  """PyTorch approximates log I0 to 2e-7 only; the scaled Bessel functions are exact."""
  d = Draw("vonMises")

  class VonMises:
    def __init__(self, loc, concentration):
      self.mean = loc
      ratio = torch.special.i1e(concentration) / torch.special.i0e(concentration)
      self.variance = 1 - ratio

  def log_prob(value, loc, concentration):
    scaled = torch.log(torch.special.i0e(concentration))
    return concentration * (torch.cos(value - loc) - 1) - math.log(2 * math.pi) - scaled

  value, loc, concentration = d(5), d(5), torch.tensor([0.05, 0.7, 3.0, 9.0, 40.0])
  torch.testing.assert_close(D.VonMises(loc, concentration).log_prob(value),
                             log_prob(value, loc, concentration), rtol=1e-6, atol=1e-6)
  return entry("vonMises", "VonMises", value, {"loc": loc, "concentration": concentration},
               make=VonMises, log_prob=log_prob, statistics=("mean", "variance"))


def logistic():
  d = Draw("logistic")

  class Logistic:
    def __init__(self, loc, logScale):
      self.mean = loc
      self.variance = (math.pi * logScale.exp()) ** 2 / 3
      self.entropy = logScale + 2

  def log_prob(value, loc, logScale):
    z = (value - loc) * torch.exp(-logScale)
    return -z - logScale - 2 * F.softplus(-z)

  return entry("logistic", "Logistic", d(6), {"loc": d(6), "logScale": d(6)}, make=Logistic,
               log_prob=log_prob)


def discretised_logistic():
  """The mass of a logistic on 256 levels k/255 of [0, 1]; the outermost bins take the tails.

  log P = log(s(a) - s(b)) with a, b the upper and lower edge of the level, half a step away; the
  difference is written as s(a) s(-b) (1 - exp(b - a)), which is exact far from the centre too.
  """
  levels = 256

  def log_prob(value, loc, logScale):
    half = 0.5 / (levels - 1)
    inverse = torch.exp(-logScale)
    upper = (value + half - loc) * inverse
    lower = (value - half - loc) * inverse
    inside = F.logsigmoid(upper) + F.logsigmoid(-lower) + torch.log(-torch.expm1(lower - upper))
    first = value < half
    last = value > 1 - half
    return torch.where(first, F.logsigmoid(upper), torch.where(last, F.logsigmoid(-lower), inside))

  every = torch.arange(levels) / (levels - 1)
  whole = log_prob(every, torch.tensor(0.4), torch.tensor(-2.0)).exp().sum()
  torch.testing.assert_close(whole, torch.tensor(1.0))
  value = torch.tensor([0, 0, 1, 128, 128, 200, 254, 255, 255, 255]) / (levels - 1)
  loc = torch.tensor([0.1, 0.8, 0.3, 0.5, 0.9, 0.78, 0.95, 0.9, 0.2, 1.1])
  scale = torch.tensor([-2.0, -1.5, -2.5, -4.5, -6.0, -7.0, -3.0, -2.2, -3.5, -1.0])
  # Wide: at log scale -7 one float32 step of the value moves log P by 6e-5.
  return entry("discretisedLogistic", "DiscretisedLogistic", value,
               {"loc": loc, "logScale": scale}, make=lambda loc, logScale: None,
               log_prob=log_prob, statistics=(), args={"levels": levels},
               relative=1e-4, absolute=2e-4)


def divergence(kind, make=None, **parameters):
  """KL(p || q) for two members of a family, or against the standard normal."""
  make = make or getattr(D, kind)

  def run(_, given):
    def member(prefix):
      return make(**{k[2:]: v for k, v in given.items() if k.startswith(prefix)})
    return {"divergence": kl_divergence(member("p."), member("q."))}

  name = f"kl{kind}{kind}"
  return case(name, "KL", run, {}, parameters, {"p": kind, "q": kind})


def divergences():
  d = Draw("divergences")

  def both(*names, draw=d.positive, shape=(4,)):
    return {f"{side}.{name}": draw(*shape) for name in names for side in "pq"}

  def standard(_, given):
    p = D.Normal(given["p.loc"], given["p.scale"])
    return {"divergence": kl_divergence(p, D.Normal(torch.tensor(0.0), torch.tensor(1.0)))}

  return [
    divergence("Normal", **both("loc", draw=d), **both("scale")),
    case("klNormalStandard", "KL", standard, {}, {"p.loc": d(5), "p.scale": d.positive(5)},
         {"p": "Normal", "q": "StandardNormal"}),
    divergence("Bernoulli", lambda logits: D.Bernoulli(logits=logits), **both("logits", draw=d)),
    divergence("Categorical", lambda logits: D.Categorical(logits=logits),
               **both("logits", draw=d, shape=(2, 4))),
    divergence("Gamma", **both("concentration", "rate")),
    divergence("Beta", **both("concentration1", "concentration0")),
    divergence("Dirichlet", **both("concentration", shape=(2, 3))),
    divergence("Laplace", **both("loc", draw=d), **both("scale")),
  ]


def cases():
  return densities() + divergences()

"""Optimisers on a given gradient sequence, gradient clipping, and learning rate schedules."""

import torch
from torch.optim import lr_scheduler as schedules

from golden import Draw, case

STEPS = 10


def quadratic():
  """Ten gradients of a badly scaled quadratic along a descent, with noise, on the decimal grid."""
  draw = Draw("quadratic")
  start = draw(5)
  curvature = torch.tensor([0.1, 0.5, 1.0, 3.0, 8.0])
  noise = draw(STEPS, 5, low=-0.5, high=0.5)
  point, rows = start.clone(), []
  for step in range(STEPS):
    rows.append(torch.round((curvature * point + noise[step]) * 100) / 100)
    point = point - 0.1 * rows[-1]
  gradients = torch.stack(rows)
  gradients[:, 0] = torch.where(torch.arange(STEPS) < 3, 0.0, gradients[:, 0])
  return start, gradients


def descent(name, op, **settings):
  start, gradients = quadratic()

  def run(inputs, _):
    point = torch.nn.Parameter(inputs["start"].detach().clone())
    optimiser = getattr(torch.optim, op)([point], **settings)
    rows = []
    for gradient in inputs["gradients"].detach():
      point.grad = gradient.clone()
      optimiser.step()
      rows.append(point.detach().clone())
    return {"trajectory": torch.stack(rows)}

  return case(name, op, run, {"start": start, "gradients": gradients}, args=settings)


def clipping(name, limit):
  draw = Draw(name)

  def run(inputs, _):
    parameters = [torch.nn.Parameter(torch.zeros_like(value)) for value in inputs.values()]
    for parameter, value in zip(parameters, inputs.values()):
      parameter.grad = value.detach().clone()
    norm = torch.nn.utils.clip_grad_norm_(parameters, limit)
    outputs = {key: parameter.grad for key, parameter in zip(inputs, parameters)}
    return dict(outputs, totalNorm=norm)

  inputs = {"first": draw(2, 3), "second": draw(4)}
  return case(name, "clipGradientNorm", run, inputs, args={"maximum": limit})


def schedule(name, op, make, **args):
  """The learning rate in force at steps 0 to 14, from a base rate of 0.5."""
  parameter = torch.nn.Parameter(torch.zeros(1))
  optimiser = torch.optim.SGD([parameter], lr=0.5)
  scheduler = make(optimiser)
  rates = []
  for _ in range(15):
    rates.append(optimiser.param_groups[0]["lr"])
    optimiser.step()
    scheduler.step()
  values = torch.tensor(rates)
  return case(name, op, lambda *_: {"rates": values}, {}, args=dict(args, base=0.5))


def warm_up(optimiser):
  return schedules.LinearLR(optimiser, start_factor=0.1, end_factor=1.0, total_iters=5)


def warm_up_then_cosine(optimiser):
  cosine = schedules.CosineAnnealingLR(optimiser, T_max=10, eta_min=0.05)
  return schedules.SequentialLR(optimiser, [warm_up(optimiser), cosine], milestones=[5])


def cases():
  return [
    descent("sgd", "SGD", lr=0.1),
    descent("sgdMomentum", "SGD", lr=0.05, momentum=0.9),
    descent("sgdMomentumDampened", "SGD", lr=0.05, momentum=0.9, dampening=0.5),
    descent("sgdNesterov", "SGD", lr=0.05, momentum=0.8, nesterov=True),
    descent("sgdWeightDecay", "SGD", lr=0.1, momentum=0.5, weight_decay=0.1),
    descent("adam", "Adam", lr=0.1),
    descent("adamBetas", "Adam", lr=0.02, betas=(0.5, 0.9), eps=1e-4),
    descent("adamWeightDecay", "Adam", lr=0.1, weight_decay=0.1),
    descent("adamAmsgrad", "Adam", lr=0.1, betas=(0.9, 0.7), amsgrad=True),
    descent("adamW", "AdamW", lr=0.1, weight_decay=0.1),
    clipping("clipAbove", 1.5),
    clipping("clipBelow", 50.0),
    schedule("cosine", "cosineSchedule", lambda o: schedules.CosineAnnealingLR(o, 14), steps=14,
             floor=0.0),
    schedule("cosineFloor", "cosineSchedule",
             lambda o: schedules.CosineAnnealingLR(o, 14, eta_min=0.05), steps=14, floor=0.05),
    schedule("warmUp", "warmUpSchedule", warm_up, start=0.1, steps=5),
    schedule("warmUpCosine", "warmUpCosineSchedule", warm_up_then_cosine, start=0.1, warmUp=5,
             steps=10, floor=0.05),
    schedule("exponential", "exponentialSchedule", lambda o: schedules.ExponentialLR(o, 0.9),
             factor=0.9),
  ]

"""Losses of logits against a teacher's, as torch.nn.functional.kl_div computes them; writes distillation.json."""

import json
import pathlib

import torch
import torch.nn.functional as F


def softened(student, teacher, t):
    """Hinton, Vinyals & Dean, 2015: KL of the softened probabilities, times the square of the temperature."""
    kl = F.kl_div(F.log_softmax(student / t, 1), F.softmax(teacher / t, 1), reduction="none")
    return kl.sum(1) * t * t


def coins(target, found):
    """KL of independent coins with probabilities `target` from those of `found`, summed over the coins."""
    return (
        F.kl_div(found.log(), target, reduction="none")
        + F.kl_div((1 - found).log(), 1 - target, reduction="none")
    ).sum(1)


def main():
    torch.manual_seed(0)
    student = torch.randn(4, 5, dtype=torch.float64) * 3
    teacher = torch.randn(4, 5, dtype=torch.float64) * 3
    half = torch.full_like(student, 0.5)
    out = {
        "student": student.tolist(),
        "teacher": teacher.tolist(),
        "softened": softened(student, teacher, 4.0).tolist(),
        "sigmoids": (coins(torch.sigmoid(teacher / 2), torch.sigmoid(student / 2)) * 4).tolist(),
        "differences": (coins(half, torch.sigmoid((student - teacher) / 2)) * 4).tolist(),
    }
    path = pathlib.Path(__file__).with_name("distillation.json")
    path.write_text(json.dumps(out, indent=1) + "\n")


if __name__ == "__main__":
    main()

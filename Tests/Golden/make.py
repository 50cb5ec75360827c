"""Writes the golden fixtures beside this script; run it with a Python that has torch 2.13.0."""

import pathlib

import golden
import layers
import likelihoods
import ops
import optimisers

if __name__ == "__main__":
  here = pathlib.Path(__file__).resolve().parent
  for family in (layers, likelihoods, optimisers, ops):
    golden.write(here / f"{family.__name__}.json", family.cases())

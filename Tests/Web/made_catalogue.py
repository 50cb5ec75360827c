"""The catalogue and made runs for the mock server: rows and records are those of this checkout."""

import json
import math
import re


class Catalogue:
  """Answers for `/v1/systems`, `/v1/find` and `/v1/runs`."""

  def __init__(self, root):
    text = (root / "Sources" / "Catalog" / "Rows.swift").read_text()
    self.rows = [json.loads(line) for line in text.splitlines() if line.strip().startswith('{"id"')]
    self.records = {file.stem: json.loads(file.read_text()) for file in (root / "docs" / "checks").glob("S*.json")}
    self.families = sorted({row["family"] for row in self.rows})
    self.words = {row["id"]: set(words(" ".join(map(str, row.values())))) for row in self.rows}

  def answer(self, path, query):
    if path == "/v1/systems":
      return {"systems": [self.short(index, row) for index, row in enumerate(self.rows)]}
    if match := re.fullmatch(r"/v1/systems/(S\d+)", path):
      return next((self.card(index, row) for index, row in enumerate(self.rows) if row["id"] == match[1]), None)
    if path == "/v1/find":
      return {"results": self.find(query.get("need", ""), int(query.get("count", "20")))}
    if path == "/v1/runs":
      kept = [run for run in self.runs() if all(not query.get(name) or query[name] in str(run[name]) for name in ("method", "source", "status"))]
      return {"runs": [{name: value for name, value in run.items() if name != "history"} for run in kept[: int(query.get("limit") or 100)]]}
    if match := re.fullmatch(r"/v1/runs/(\w+)", path):
      return next((run for run in self.runs() if run["id"] == match[1]), None)
    return None

  def short(self, index, row):
    angle = 2 * math.pi * self.families.index(row["family"]) / len(self.families)
    record = self.records.get(row["id"])
    place = [3 * math.cos(angle) + math.cos(2.4 * index) * (index % 7) / 9, 3 * math.sin(angle) + math.sin(2.4 * index) * (index % 7) / 9]
    return {
      "id": row["id"], "name": row["slug"], "title": row["title"], "family": row["family"], "modality": row["modality"], "cost": row["cost"],
      "status": "works" if record else "planned", "verdict": record and record["verdict"], "method": row["slug"] if record else None, "place": place,
    }

  def card(self, index, row):
    record = self.records.get(row["id"])
    like = sorted(self.rows, key=lambda other: -len(self.words[row["id"]] & self.words[other["id"]]))
    return row | self.short(index, row) | {
      "command": f"latent check {row['id']}" if record else None, "similar": [other["id"] for other in like[1:7]],
      "record": record and {
        "verdict": record["verdict"], "seeds": record.get("seeds", []), "seconds": record.get("seconds"), "protocol": record.get("protocolText"),
        "claims": [
          {
            "statement": claim["statement"], "place": claim.get("place"), "verdict": claim["verdict"], "system": claim.get("system"), "baseline": claim.get("baseline"),
            "metric": claim["metric"]["name"], "unit": claim["metric"].get("unit"), "margin": claim.get("margin"),
            "effect": {"value": claim["effect"]["value"]} | {end: claim["effect"].get("interval", {}).get(end) for end in ("low", "high")},
          }
          for claim in record.get("claims", []) if "effect" in claim
        ],
      },
    }

  def find(self, need, count):
    wanted = words(need)
    scored = [(sum(1 for word in wanted if word in self.words[row["id"]]), row) for row in self.rows]
    best = sorted((pair for pair in scored if pair[0]), key=lambda pair: -pair[0])[:count]
    return [
      {"id": row["id"], "name": row["slug"], "title": row["title"], "score": score, "why": [word for word in wanted if word in self.words[row["id"]]]}
      for score, row in best
    ]

  def runs(self):
    for number in range(1, 25):
      method = ["vae", "iwae", "ae", "beta-vae"][number % 4]
      history = [{"epoch": e, "train": {"loss": 240 + number + 120 / e}, "validation": {"loss": 243 + number + 122 / e}, "seconds": 1.5, "rate": 0.001} for e in range(1, 9)]
      yield {
        "id": str(number), "method": method, "source": ["fashion-mnist", "digits"][number % 2], "status": ["complete", "stopped", "failed"][number % 3],
        "started": f"2026-11-{number:02d}T10:00:00Z", "seconds": 12.5 + number, "steps": 940, "folder": f"/made/{method}-{number}.latent",
        "metrics": {"squared error": 0.02 + 0.001 * number, "bound": -250 + number}, "space": "demo" if number == 1 else None, "history": history,
      }


def words(text):
  """The words of a text, in small letters."""
  return [word for word in re.findall(r"[a-z0-9]+", text.lower()) if len(word) > 2]

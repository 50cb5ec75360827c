"""Writes clustering.json: what scikit-learn and leidenalg make of small sets of points.

Made by `python Tests/Golden/clustering.py` with scikit-learn 1.9.1, igraph 1.0.0 and leidenalg 0.12.0.
"""

import json
from pathlib import Path

import igraph
import leidenalg
import numpy as np
from sklearn.cluster import DBSCAN, AgglomerativeClustering, KMeans
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score
from sklearn.mixture import GaussianMixture

random = np.random.default_rng(7)
centres = random.normal(size=(4, 3)) * 2.5
truth = np.arange(120) % 4
points = centres[truth] + random.normal(size=(120, 3))

means = KMeans(4, init=points[:4], n_init=1, tol=0).fit(points)


def mixture(kind):
    start = means.labels_
    shares = np.eye(4)[start]
    sizes = shares.sum(0)
    centre = shares.T @ points / sizes[:, None]
    spread = []
    for k in range(4):
        rest = points[start == k] - centre[k]
        full = rest.T @ rest / len(rest) + 1e-6 * np.eye(3)
        spread.append(np.linalg.inv(full) if kind == "full" else 1 / ((rest**2).mean() + 1e-6))
    model = GaussianMixture(
        4, covariance_type=kind, tol=1e-3, weights_init=sizes / sizes.sum(),
        means_init=centre, precisions_init=np.array(spread)).fit(points)
    return {
        "weights": model.weights_.tolist(), "means": model.means_.ravel().tolist(),
        "bound": model.lower_bound_, "labels": model.predict(points).tolist()}


density = DBSCAN(eps=1.1, min_samples=5).fit_predict(points)
ward = AgglomerativeClustering(4, linkage="ward").fit_predict(points)

karate = igraph.Graph.Famous("Zachary")
edges = karate.get_edgelist()
blocks = [(i, j) for i in range(60) for j in range(i)
          if random.random() < (0.5 if i % 3 == j % 3 else 0.04)]
weights = random.uniform(0.2, 1.5, len(blocks)).tolist()


def leiden(edges, weights, nodes, resolution):
    graph = igraph.Graph(nodes, edges)
    parts = [leidenalg.find_partition(
        graph, leidenalg.RBConfigurationVertexPartition, weights=weights,
        resolution_parameter=resolution, seed=seed, n_iterations=-1) for seed in range(20)]
    best = max(parts, key=lambda part: part.quality())
    total = 2 * sum(weights)
    return {"edges": [list(e) for e in edges], "weights": weights, "nodes": nodes,
            "resolution": resolution, "membership": best.membership,
            "quality": best.quality() / total,
            "mean": float(np.mean([part.quality() for part in parts])) / total}


Path(__file__).with_suffix(".json").write_text(json.dumps({
    "points": points.ravel().tolist(),
    "truth": truth.tolist(),
    "kMeans": {"labels": means.labels_.tolist(), "inertia": means.inertia_},
    "full": mixture("full"),
    "spherical": mixture("spherical"),
    "density": density.tolist(),
    "ward": ward.tolist(),
    "scores": [
        [adjusted_rand_score(truth, x), normalized_mutual_info_score(truth, x)]
        for x in (means.labels_, density, ward)],
    "graphs": [
        leiden(edges, [1.0] * len(edges), 34, 1.0), leiden(blocks, weights, 60, 1.0),
        leiden(blocks, weights, 60, 2.0)],
}))

#pragma once
#include "types.h"

CT_BEGIN
// Points [n, d] as panels of 16, cell by cell: panels [p, d, 16], the place of each point, int32 [p, 16]
// with -1 where a panel is not full, and the first panel of each cell, int64 [c + 1]. `order`, int32 [n],
// holds the places cell by cell, and `starts`, int64 [c + 1], says where each cell starts in it.
bool ct_panels(CT_IN points, CT_IN order, CT_IN starts, CT_RESULT *_Nonnull out);
// The nearest points of the rows `rows`, int32 [q], of `queries`, [m, d]: writes rows of `distances`, float32
// [m, k], squared and rising, and of `places`, int32 [m, k], ties by place. Row i looks in the cells
// probes[probe_starts[l]] up to probes[probe_starts[l + 1]], where l = lists[i], int32 [q]; where they hold
// fewer points, infinity and -1 follow. With `apart`, no point is a neighbour of the query of its own place.
bool ct_nearest(
  CT_IN queries, CT_IN rows, CT_IN lists, CT_IN panels, CT_IN ids, CT_IN firsts, CT_IN probe_starts,
  CT_IN probes, bool apart, CT_IN distances, CT_IN places);
// How many points, itself apart, lie before the point others[i][j] in the order of distance from point
// rows[i], ties by place: int32 [q, m], from 0.
CT_RESULT ct_ranks(CT_IN points, CT_IN rows, CT_IN panels, CT_IN ids, CT_IN others);
// The places that have a point among their neighbours `places`, int32 [n, k], at most `most` of each:
// where the list of each point starts, int64 [n + 1], and the lists, int32, rising.
bool ct_reverse(CT_IN places, int64_t most, CT_RESULT *_Nonnull out);
// Better neighbours of the points from `from` up to `to`, among the neighbours of their neighbours and of
// those whose neighbours they are; reads one pair of distances and places, and writes rows of another.
bool ct_refine(
  CT_IN points, CT_IN distances, CT_IN places, CT_IN reverse_starts, CT_IN reverse, int64_t from,
  int64_t to, CT_IN new_distances, CT_IN new_places);
// Of the points, float64 [n, d], and the centres, float64 [k, d]: the place of each point's nearest centre, the first of
// several, int64 [n], the sums of each centre's points, [k, d], and how many they are, [k].
bool ct_centre_shares(CT_IN points, CT_IN centres, CT_RESULT *_Nonnull out);
// Memberships, float32 [n, k], of the neighbours at `distances`, float32 [n, k], rising, not squared.
CT_RESULT ct_memberships(CT_IN distances, CT_IN places);
// The union a + b - ab of memberships and their transpose, by rows: starts, int64 [n + 1], places, int32,
// rising in each row, and memberships, float32.
bool ct_fuzzy_union(CT_IN places, CT_IN memberships, CT_RESULT *_Nonnull out);

typedef struct {
  // Likeness of places at distance r: 1 / (1 + a r^(2 b)).
  double a, b;
  // How far a step goes, from 0 to 1.
  double rate;
  // Weight of repulsion, and draws of each point for it.
  double repulsion;
  int32_t draws;
  // The random numbers of this sweep follow from it.
  uint64_t key;
} ct_sweep;
// One synchronous sweep of a neighbour embedding from `places`, float32 [n, 2], into `moved`: every point
// moves on what was before the sweep, so that the result does not depend on threads.
bool ct_embedding_sweep(
  CT_IN places, CT_IN starts, CT_IN columns, CT_IN weights, ct_sweep sweep, CT_IN moved);
// Mean [d] and the `count` directions of most variance, [count, d], with their variances, [count], and the
// sum of all variances, [1], in float64, and the points along them, float32 [n, count]: the same for any
// number of threads.
bool ct_principal(CT_IN points, int64_t count, CT_RESULT *_Nonnull out);
CT_END

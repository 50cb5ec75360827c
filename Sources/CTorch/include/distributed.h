#pragma once
#include "types.h"

// Processes that work on one task, on one machine or several.
typedef struct ct_store_s { char _; } ct_store;
typedef struct ct_group_s { char _; } ct_group;

CT_BEGIN
// The store of counters at host:port (c10d's TCPStore), which this process opens where it `listens`; waits at most
// `seconds` for it, and later for each answer. Counters are apart from those under another prefix.
ct_store *_Nullable ct_store_open(
  const char *_Nonnull host, int32_t port, bool listens, const char *_Nonnull prefix, double seconds);
void ct_store_free(ct_store *_Nullable store);
// Adds to a counter, which begins at 0; what it is then.
int64_t ct_store_add(
  ct_store *_Nonnull store, const char *_Nonnull key, int64_t amount, bool *_Nonnull ok);
// Connects `size` processes with each other through Gloo, bound to the network's address `host`, to the one that the
// name of this machine has where that is empty. Waits at most `seconds` for all. Never freed: a member may be gone, and
// waiting for it would have no end.
ct_group *_Nullable ct_group_join(
  ct_store *_Nonnull store, const char *_Nonnull host, int32_t rank, int32_t size, double seconds);
// The sums over all processes of `weight` times each tensor, with the same bits in all of them.
bool ct_group_sum(
  ct_group *_Nonnull group, CT_LIST tensors, size_t count, double weight, ct_tensor *_Nullable *_Nonnull out);
// Writes the numbers that rank 0 has into `a`.
bool ct_group_broadcast(ct_group *_Nonnull group, CT_IN a);
CT_END

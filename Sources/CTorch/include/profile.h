#pragma once
#include "types.h"

// Where the time of a thread goes: operators, as libtorch tells of them, inside spans that the caller names, as a tree
// whose first node is all of it.
typedef struct ct_profile_node {
  const char *_Nonnull name;
  bool is_span;        // named by the caller
  int64_t parent;      // its place in the tree; -1 for the first
  int64_t calls, nanoseconds;
} ct_profile_node;

CT_BEGIN
// Begins to record the calling thread; what it recorded before is dropped.
bool ct_profile_begin(void);
// A span begins or ends; nothing where the thread is not recorded.
void ct_profile_enter(const char *_Nonnull name);
void ct_profile_leave(void);
// Ends the recording; the number of nodes, which stay until the next begins. Parents come before their children.
size_t ct_profile_end(void);
ct_profile_node ct_profile_at(size_t place);
CT_END

#include "include/profile.h"
#include "internal.h"

#include <ATen/record_function.h>

#include <chrono>
#include <deque>
#include <string_view>
#include <utility>

namespace {

using Clock = std::chrono::steady_clock;

struct Node {
  std::string name;
  bool is_span = false;
  int64_t parent = -1, calls = 0;
  Clock::duration time{};
  std::vector<size_t> children;
};

// Nodes of one path are merged: a step a thousand times over is a tree of one step.
struct Recording {
  struct Open {
    size_t node;
    Clock::time_point since;
  };
  // A deque, so that names stay where they are.
  std::deque<Node> nodes;
  std::vector<Open> open;

  void enter(std::string_view name, bool is_span) {
    const size_t parent = open.back().node;
    size_t found = nodes.size();
    for (const size_t child : nodes[parent].children) {
      if (nodes[child].name == name && nodes[child].is_span == is_span) {
        found = child;
        break;
      }
    }
    if (found == nodes.size()) {
      nodes[parent].children.push_back(found);
      nodes.push_back({std::string(name), is_span, static_cast<int64_t>(parent)});
    }
    open.push_back({found, Clock::now()});
  }

  void leave() {
    // What began before the recording ends here without a trace.
    if (open.size() < 2) return;
    close();
  }

  void close() {
    auto &node = nodes[open.back().node];
    node.calls += 1;
    node.time += Clock::now() - open.back().since;
    open.pop_back();
  }
};

// Of each thread its own, so that threads that record at the same time do not meet.
Recording &recording() {
  thread_local Recording kept;
  return kept;
}

thread_local bool recorded = false;
thread_local at::CallbackHandle handle = at::INVALID_CALLBACK_HANDLE;

void forget() {
  const auto before = std::exchange(handle, at::INVALID_CALLBACK_HANDLE);
  if (before != at::INVALID_CALLBACK_HANDLE) at::removeCallback(before);
}

}  // namespace

ct::Named::Named(const char *name) : on(recorded) {
  if (on) recording().enter(name, false);
}
ct::Named::~Named() {
  if (on) recording().leave();
}

bool ct_profile_begin(void) {
  return done([] {
    forget();
    auto &all = recording();
    all = Recording();
    all.nodes.push_back({"all", true});
    recorded = true;
    handle = at::addThreadLocalCallback(
      at::RecordFunctionCallback(
        [](const at::RecordFunction &function) -> std::unique_ptr<at::ObserverContext> {
          if (recorded) recording().enter(function.name(), false);
          return nullptr;
        },
        [](const at::RecordFunction &, at::ObserverContext *) {
          if (recorded) recording().leave();
        })
        .scopes({at::RecordScope::FUNCTION, at::RecordScope::BACKWARD_FUNCTION}));
    all.open.push_back({0, Clock::now()});
  });
}

void ct_profile_enter(const char *name) {
  if (recorded) recording().enter(name, true);
}
void ct_profile_leave(void) {
  if (recorded) recording().leave();
}

size_t ct_profile_end(void) {
  if (!recorded) return 0;
  auto &all = recording();
  while (!all.open.empty()) all.close();
  recorded = false;
  done([] { forget(); });
  return all.nodes.size();
}

ct_profile_node ct_profile_at(size_t place) {
  const auto &node = recording().nodes.at(place);
  const auto time = std::chrono::duration_cast<std::chrono::nanoseconds>(node.time).count();
  return {node.name.c_str(), node.is_span, node.parent, node.calls, time};
}

// The wheel of libtorch carries c10d's headers without those of Gloo that they include. c10d only names Gloo's types,
// and holds them behind pointers: what is declared in this folder is all that it needs.
#pragma once
#include <chrono>

namespace gloo {
class Context {
 public:
  void setTimeout(std::chrono::milliseconds timeout);
};
}  // namespace gloo

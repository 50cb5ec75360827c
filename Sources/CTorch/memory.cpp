// Memory of tensors on the CPU: what one step lets go, the next takes up again. The C library merges
// and splits such blocks each time, and a step makes about a hundred.
#include "include/device.h"
#include "internal.h"

#include <c10/core/CPUAllocator.h>
#include <c10/core/alignment.h>
#include <c10/core/impl/alloc_cpu.h>

#include <array>
#include <bit>
#include <cstring>
#include <mutex>
#include <vector>
#if defined(__linux__)
#include <malloc.h>
#endif

namespace {

// Before each block: its class, on a cache line of its own.
constexpr size_t header = c10::gAlignment;
// Four sizes to each power of two, from 512 bytes to 1 GB; what is larger is not kept.
constexpr int smallest = 9, largest = 30, classes = (largest - smallest) * 4;
// Blocks kept for later hold at most this much in all.
constexpr size_t limit = size_t{1} << 30;

int class_of(size_t bytes) {
  if (bytes <= size_t{1} << smallest) return 0;
  const int power = std::bit_width(bytes - 1) - 1;  // 2^power < bytes ≤ 2^(power + 1)
  const auto quarter = static_cast<int>((bytes - 1) >> (power - 2)) & 3;
  return (power - smallest) * 4 + quarter + 1;
}

size_t size_of(int place) {
  if (place == 0) return size_t{1} << smallest;
  const int power = (place - 1) / 4 + smallest, quarter = (place - 1) % 4;
  return (size_t{5} + quarter) << (power - 2);
}

struct Pool {
  std::mutex mutex;
  std::array<std::vector<char *>, classes> blocks;
  size_t kept = 0;

  char *take(int place) {
    if (place < classes) {
      const std::lock_guard lock(mutex);
      auto &free = blocks[place];
      if (!free.empty()) {
        auto *block = free.back();
        free.pop_back();
        kept -= size_of(place);
        return block;
      }
    }
    return nullptr;
  }

  // Gives back all that is kept; whether there was any.
  bool give_back() {
    const std::lock_guard lock(mutex);
    const bool had = kept > 0;
    for (auto &free : blocks) {
      for (auto *block : free) c10::free_cpu(block);
      free.clear();
    }
    kept = 0;
    return had;
  }

  bool keep(char *block, int place) {
    if (place >= classes) return false;
    const std::lock_guard lock(mutex);
    if (kept + size_of(place) > limit) return false;
    blocks[place].push_back(block);
    kept += size_of(place);
    return true;
  }
};

// Never destroyed: tensors may outlive it at the end of a program.
Pool &pool() {
  static auto *made = new Pool;
  return *made;
}

void release(void *pointer) {
  if (!pointer) return;
  auto *block = static_cast<char *>(pointer) - header;
  int place = 0;
  std::memcpy(&place, block, sizeof place);
  if (!pool().keep(block, place)) c10::free_cpu(block);
}

char *fresh(size_t bytes) {
  try {
    return static_cast<char *>(c10::alloc_cpu(bytes));
  } catch (const c10::Error &) {
    if (!pool().give_back()) throw;
    return static_cast<char *>(c10::alloc_cpu(bytes));
  }
}

struct Keeping final : c10::Allocator {
  c10::DataPtr allocate(size_t bytes) override {
    if (bytes == 0) return {nullptr, nullptr, &release, c10::Device(c10::DeviceType::CPU)};
    const int place = class_of(bytes);
    auto *block = pool().take(place);
    if (!block) {
      block = fresh(header + (place < classes ? size_of(place) : bytes));
      std::memcpy(block, &place, sizeof place);
    }
    auto *data = block + header;
    return {data, data, &release, c10::Device(c10::DeviceType::CPU)};
  }
  c10::DeleterFnPtr raw_deleter() const override { return &release; }
  void copy_data(void *to, const void *from, size_t count) const override {
    default_copy_data(to, from, count);
  }
};

}  // namespace

void ct_keep_memory(void) {
#if defined(__GLIBC__)
  // What is no tensor, such as the scratch of oneDNN.
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  // oneDNN asks for aligned pieces that sweep the small free ones together each time.
  mallopt(M_MXFAST, 0);
#endif
  static auto *allocator = new Keeping;
  c10::SetCPUAllocator(allocator, 1);
}

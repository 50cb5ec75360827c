#include "include/device.h"
#include "internal.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <ATen/autocast_mode.h>
#include <dlfcn.h>
#include <torch/headeronly/version.h>
#include <unistd.h>

namespace {
thread_local std::string reason;
thread_local bool training = false;

// The wheel made for CUDA also serves machines without a GPU, where the gigabytes that its CUDA half
// needs are left out. So nothing links that half; it is loaded where a GPU is, before any operator
// can ask which devices there are.
const bool cuda_half = [] {
  const bool gpu = access("/dev/nvidiactl", F_OK) == 0 || access("/dev/dxg", F_OK) == 0;
  return gpu && dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL) != nullptr;
}();
}  // namespace

namespace ct {
void fail(const char *text) noexcept {
  try {
    reason = text;
  } catch (...) {
    reason.clear();
  }
}
}  // namespace ct

const char *ct_error(void) { return reason.c_str(); }
bool ct_training_mode(void) { return training; }
void ct_set_training_mode(bool on) { training = on; }

bool ct_has_mps(void) {
  return ct::guarded(false, [] { return at::hasMPS(); });
}
int32_t ct_cuda_count(void) {
  return ct::guarded(0, [] {
    return at::hasCUDA() ? static_cast<int32_t>(at::detail::getCUDAHooks().deviceCount()) : 0;
  });
}
void ct_set_threads(int32_t count) {
  done([&] { at::set_num_threads(count); });
}
int32_t ct_threads(void) { return at::get_num_threads(); }
const char *ct_version(void) { return TORCH_VERSION; }
const char *ct_cpu_capability(void) {
  static const std::string name = at::get_cpu_capability();
  return name.c_str();
}
bool ct_cpu_has_bfloat16(void) {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512bf16");
#else
  return true;
#endif
}
const char *ct_library_path(void) {
  static Dl_info found = {};
  const bool ok = dladdr(reinterpret_cast<const void *>(&at::get_num_threads), &found) != 0;
  return ok && found.dli_fname ? found.dli_fname : "";
}
bool ct_synchronise(int32_t device) {
  return done([&] {
    const auto place = ct::device(device);
    if (place.is_cuda()) at::detail::getCUDAHooks().deviceSynchronize(place.index());
    if (place.is_mps()) at::detail::getMPSHooks().deviceSynchronize();
  });
}
void ct_set_deterministic(bool on) {
  done([&] { at::globalContext().setDeterministicAlgorithms(on, /*warn_only=*/true); });
}
bool ct_set_autocast(int32_t device, bool on) {
  return done([&] {
    const auto type = ct::device(device).type();
    at::autocast::set_autocast_enabled(type, on);
    at::autocast::set_autocast_dtype(type, at::kBFloat16);
    if (!on) at::autocast::clear_cache();
  });
}

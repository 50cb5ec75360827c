#define USE_C10D_GLOO
#include "include/distributed.h"
#include "internal.h"

#include <ATen/ops/cat.h>
#include <algorithm>
#include <c10/util/Logging.h>
#include <cstdlib>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

namespace {

using Store = c10::intrusive_ptr<c10d::Store>;
using Group = c10::intrusive_ptr<c10d::ProcessGroupGloo>;
using std::chrono::milliseconds;

Store &ref(ct_store *store) { return *reinterpret_cast<Store *>(store); }
Group &ref(ct_group *group) { return *reinterpret_cast<Group *>(group); }

milliseconds time(double seconds) { return milliseconds(static_cast<int64_t>(seconds * 1000)); }

// A member that is slow is waited for: one that is gone is told of by the connection, or by those that watch.
constexpr auto patience = std::chrono::hours(24 * 7);

void sum(const Group &group, at::Tensor flat) {
  std::vector<at::Tensor> all = {std::move(flat)};
  c10d::AllreduceOptions options;
  options.timeout = patience;
  group->allreduce(all, options)->wait();
}

}  // namespace

ct_store *ct_store_open(
  const char *host, int32_t port, bool listens, const char *prefix, double seconds) {
  return ct::guarded(static_cast<ct_store *>(nullptr), [&] {
    TORCH_CHECK(port > 0 && port < 65536, "there is no port ", port);
    // c10d tells of a broken connection by a page of addresses, and we by a sentence.
    if (!std::getenv("TORCH_CPP_LOG_LEVEL")) FLAGS_caffe2_log_level = c10::GLOG_ERROR;
    c10d::TCPStoreOptions options;
    options.port = static_cast<uint16_t>(port);
    options.isServer = listens;
    options.waitWorkers = false;
    options.timeout = time(seconds);
    auto store = c10::make_intrusive<c10d::TCPStore>(host, options);
    auto apart = c10::make_intrusive<c10d::PrefixStore>(prefix, std::move(store));
    return reinterpret_cast<ct_store *>(new Store(std::move(apart)));
  });
}
void ct_store_free(ct_store *store) { delete reinterpret_cast<Store *>(store); }

int64_t ct_store_add(ct_store *store, const char *key, int64_t amount, bool *ok) {
  *ok = true;
  return ct::guarded(int64_t{0}, [&] {
    *ok = false;
    const int64_t now = ref(store)->add(key, amount);
    *ok = true;
    return now;
  });
}

ct_group *ct_group_join(ct_store *store, const char *host, int32_t rank, int32_t size, double seconds) {
  return ct::guarded(static_cast<ct_group *>(nullptr), [&] {
    using Gloo = c10d::ProcessGroupGloo;
    auto options = c10::make_intrusive<Gloo::Options>(time(seconds));
    const char *interface = std::getenv("GLOO_SOCKET_IFNAME");
    const std::string address = host;
    options->devices.push_back(
      interface && *interface ? Gloo::createDeviceForInterface(interface)
        : address.empty()     ? Gloo::createDefaultDevice()
                              : Gloo::createDeviceForHostname(address));
    return reinterpret_cast<ct_group *>(
      new Group(c10::make_intrusive<Gloo>(ref(store), rank, size, std::move(options))));
  });
}

bool ct_group_sum(ct_group *group, CT_LIST tensors, size_t count, double weight, ct_tensor **out) {
  return done([&] {
    const ct::Named named("latent::sum_over_processes");
    const auto all = list(tensors, count);
    std::vector<at::Tensor> sums(count);
    std::vector<at::ScalarType> types;
    for (const auto &a : all) {
      if (std::find(types.begin(), types.end(), a.scalar_type()) == types.end()) types.push_back(a.scalar_type());
    }
    for (const auto type : types) {
      // One message for all numbers of a type; on a GPU they take the way through the machine's memory.
      std::vector<at::Tensor> pieces;
      for (const auto &a : all) {
        if (a.scalar_type() == type) pieces.push_back(a.detach().reshape({-1}).to(at::kCPU));
      }
      auto flat = at::cat(pieces).mul_(weight);
      sum(ref(group), flat);
      int64_t from = 0;
      for (size_t i = 0; i < count; ++i) {
        if (all[i].scalar_type() != type) continue;
        sums[i] = flat.narrow(0, from, all[i].numel()).view(all[i].sizes()).to(all[i].device());
        from += all[i].numel();
      }
    }
    for (size_t i = 0; i < count; ++i) out[i] = ct::give(std::move(sums[i]));
  });
}

bool ct_group_broadcast(ct_group *group, CT_IN a) {
  return done([&] {
    const auto &target = ct::ref(a);
    std::vector<at::Tensor> all = {target.detach().to(at::kCPU).contiguous()};
    c10d::BroadcastOptions options;
    options.timeout = patience;
    ref(group)->broadcast(all, options)->wait();
    target.detach().copy_(all[0]);
  });
}

#include "include/random.h"
#include "internal.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/ops/_standard_gamma.h>
#include <ATen/ops/bernoulli.h>
#include <ATen/ops/binomial.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/multinomial.h>
#include <ATen/ops/poisson.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/randperm.h>

namespace {

// libtorch starts the Mersenne twister from 32 bits of the seed, so that among some ten thousand
// streams two would be the same; here all 64 bits reach its state, through splitmix64.
at::mt19937 engine(uint64_t seed) {
  at::mt19937_data_pod state = {};
  state.seed_ = seed;
  state.seeded_ = true;
  state.left_ = 1;
  uint64_t counter = seed;
  for (auto &word : state.state_) {
    uint64_t z = (counter += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    word = static_cast<uint32_t>((z ^ (z >> 31)) >> 32);
  }
  at::mt19937 made(seed);
  made.set_data(state);
  return made;
}

}  // namespace

ct_generator *ct_generator_new(int32_t device, uint64_t seed) {
  return ct::guarded(static_cast<ct_generator *>(nullptr), [&] {
    const auto place = ct::device(device);
    auto generator = place.is_cpu()
      ? at::detail::createCPUGenerator(seed)
      : at::globalContext().getAcceleratorHooksInterface(place.type()).getNewGenerator(place.index());
    generator.set_current_seed(seed);
    if (place.is_cpu()) at::check_generator<at::CPUGeneratorImpl>(generator)->set_engine(engine(seed));
    return reinterpret_cast<ct_generator *>(new at::Generator(std::move(generator)));
  });
}
void ct_generator_free(ct_generator *generator) {
  delete reinterpret_cast<at::Generator *>(generator);
}
ct_tensor *ct_rand(
  CT_SIZES shape, size_t count, int32_t dtype, int32_t device, ct_generator *generator) {
  return tensor(
    [&] { return at::rand(sizes(shape, count), ref(generator), ct::options(dtype, device)); });
}
ct_tensor *ct_randn(
  CT_SIZES shape, size_t count, int32_t dtype, int32_t device, ct_generator *generator) {
  return tensor(
    [&] { return at::randn(sizes(shape, count), ref(generator), ct::options(dtype, device)); });
}
ct_tensor *ct_randint(
  int64_t low, int64_t high, CT_SIZES shape, size_t count, int32_t device,
  ct_generator *generator) {
  return tensor([&] {
    const auto options = at::TensorOptions().dtype(at::kLong).device(ct::device(device));
    return at::randint(low, high, sizes(shape, count), ref(generator), options);
  });
}
ct_tensor *ct_randperm(int64_t n, int32_t device, ct_generator *generator) {
  return tensor([&] {
    const auto options = at::TensorOptions().dtype(at::kLong).device(ct::device(device));
    return at::randperm(n, ref(generator), options);
  });
}
ct_tensor *ct_exponential_like(CT_IN a, double rate, ct_generator *generator) {
  return tensor([&] { return at::empty_like(ref(a)).exponential_(rate, ref(generator)); });
}
ct_tensor *ct_cauchy_like(CT_IN a, double location, double scale, ct_generator *generator) {
  return tensor([&] { return at::empty_like(ref(a)).cauchy_(location, scale, ref(generator)); });
}
ct_tensor *ct_log_normal_like(CT_IN a, double mean, double std, ct_generator *generator) {
  return tensor([&] { return at::empty_like(ref(a)).log_normal_(mean, std, ref(generator)); });
}
ct_tensor *ct_geometric_like(CT_IN a, double p, ct_generator *generator) {
  return tensor([&] { return at::empty_like(ref(a)).geometric_(p, ref(generator)); });
}
ct_tensor *ct_bernoulli(CT_IN p, ct_generator *generator) {
  return tensor([&] { return at::bernoulli(ref(p), ref(generator)); });
}
ct_tensor *ct_poisson(CT_IN rate, ct_generator *generator) {
  return tensor([&] { return at::poisson(ref(rate), ref(generator)); });
}
ct_tensor *ct_binomial(CT_IN trials, CT_IN p, ct_generator *generator) {
  return tensor([&] { return at::binomial(ref(trials), ref(p), ref(generator)); });
}
ct_tensor *ct_standard_gamma(CT_IN shape, ct_generator *generator) {
  return tensor([&] { return at::_standard_gamma(ref(shape), ref(generator)); });
}
ct_tensor *ct_multinomial(
  CT_IN weights, int64_t samples, bool replacement, ct_generator *generator) {
  return tensor([&] { return at::multinomial(ref(weights), samples, replacement, ref(generator)); });
}

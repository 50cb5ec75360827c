// Random views of images in one pass over each: what a chain of operators reads and writes ten times over.
#include "include/views.h"
#include "checks.h"
#include "internal.h"
#include "loops.h"

#include <ATen/ops/empty_like.h>
#include <array>
#include <cmath>
#include <vector>

namespace {

struct Image {
  int64_t channels, height, width;
  int64_t plane() const { return height * width; }
};

struct Box {
  int64_t left, top, width, height;
};

// A rectangle of a share of the area and a ratio of its sides, cut where it would stand out.
Box box(const Image &image, double area, double ratio, double left, double top) {
  const double size = area * static_cast<double>(image.plane());
  const auto fit = [](double side, int64_t most) {
    return std::clamp<int64_t>(std::llround(side), 1, most);
  };
  Box found{
    0, 0, fit(std::sqrt(size * ratio), image.width), fit(std::sqrt(size / ratio), image.height)};
  const auto start = [](double draw, int64_t most) {
    return std::min(static_cast<int64_t>(draw * static_cast<double>(most + 1)), most);
  };
  found.left = start(left, image.width - found.width);
  found.top = start(top, image.height - found.height);
  return found;
}

// Between `low` and `high`, evenly in the logarithm.
double evenly_in_log(float draw, double low, double high) { return low * std::pow(high / low, draw); }

// Where the pixels of a side come from: two places of the source and the share of the second.
struct Tap {
  int64_t first, second;
  float share;
};

std::vector<Tap> taps(int64_t from, int64_t length, int64_t side, bool mirrored) {
  std::vector<Tap> all(side);
  const double step = static_cast<double>(length) / static_cast<double>(side);
  for (int64_t i = 0; i < side; ++i) {
    const double place = std::max((static_cast<double>(i) + 0.5) * step - 0.5, 0.0);
    const auto first = std::min(static_cast<int64_t>(place), length - 1);
    all[mirrored ? side - 1 - i : i] = {
      from + first, from + std::min(first + 1, length - 1),
      static_cast<float>(place - static_cast<double>(first))};
  }
  return all;
}

float between(const float *row, const Tap &tap) {
  return row[tap.first] + (row[tap.second] - row[tap.first]) * tap.share;
}

void crop(const float *x, float *out, const Image &image, const Box &box, bool mirrored) {
  const auto columns = taps(box.left, box.width, image.width, mirrored);
  const auto rows = taps(box.top, box.height, image.height, false);
  for (int64_t c = 0; c < image.channels; ++c) {
    for (const auto &row : rows) {
      const float *upper = x + c * image.plane() + row.first * image.width;
      const float *lower = x + c * image.plane() + row.second * image.width;
      for (const auto &column : columns) {
        const float above = between(upper, column), below = between(lower, column);
        *out++ = above + (below - above) * row.share;
      }
    }
  }
}

using Colours = std::array<std::array<float, 3>, 3>;
constexpr std::array<float, 3> luma = {0.299f, 0.587f, 0.114f};

// What greys by 1 − `kept` and turns hues by `angle` do to red, green and blue; hues lie in the plane of I and Q.
Colours colours(float kept, float angle) {
  constexpr float to[2][3] = {{0.596f, -0.274f, -0.322f}, {0.211f, -0.523f, 0.312f}};
  constexpr float back[3][2] = {{0.956f, 0.621f}, {-0.272f, -0.647f}, {-1.106f, 1.703f}};
  const float cosine = std::cos(angle) - 1, sine = std::sin(angle);
  Colours map{};
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) {
      const float turn = back[i][0] * (cosine * to[0][j] - sine * to[1][j]) +
        back[i][1] * (sine * to[0][j] + cosine * to[1][j]);
      map[i][j] = kept * ((i == j ? 1.0f : 0.0f) + turn) + (1 - kept) * luma[j];
    }
  }
  return map;
}

float grey_mean(const float *x, const Image &image) {
  double sum = 0;
  for (int64_t c = 0; c < image.channels; ++c) {
    double part = 0;
    for (int64_t i = 0; i < image.plane(); ++i) part += x[c * image.plane() + i];
    sum += part * (image.channels == 3 ? luma[c] : 1.0 / static_cast<double>(image.channels));
  }
  return static_cast<float>(sum / static_cast<double>(image.plane()));
}

CT_WIDE void scale(float *x, int64_t count, float factor, float offset) {
  for (int64_t i = 0; i < count; ++i) x[i] = x[i] * factor + offset;
}

CT_WIDE void recolour(float *x, int64_t plane, const Colours &map) {
  for (int64_t i = 0; i < plane; ++i) {
    const float r = x[i], g = x[plane + i], b = x[2 * plane + i];
    for (int c = 0; c < 3; ++c) x[c * plane + i] = map[c][0] * r + map[c][1] * g + map[c][2] * b;
  }
}

void jitter(float *x, const Image &image, const ct_view &view, const float *draw) {
  const auto around = [&](int place, double most) {
    return static_cast<float>((2 * draw[place] - 1) * most);
  };
  float kept = 1, angle = 0;
  if (draw[5] < view.jittered) {
    const float brightness = 1 + around(6, view.brightness);
    const float contrast = 1 + around(7, view.contrast);
    const float mean = brightness * grey_mean(x, image);
    scale(x, image.channels * image.plane(), brightness * contrast, mean * (1 - contrast));
    kept = 1 + around(8, view.saturation);
    angle = around(9, view.hue) * static_cast<float>(2 * M_PI);
  }
  if (draw[10] < view.grey) kept = 0;
  if (image.channels == 3 && (kept != 1 || angle != 0)) {
    recolour(x, image.plane(), colours(kept, angle));
  }
}

void blur(float *x, const Image &image, double deviation, std::vector<float> &room) {
  const auto radius = static_cast<int64_t>(std::ceil(3 * deviation));
  std::vector<float> weights(2 * radius + 1);
  float total = 0;
  for (int64_t i = -radius; i <= radius; ++i) {
    const double distance = static_cast<double>(i) / deviation;
    total += weights[i + radius] = static_cast<float>(std::exp(-0.5 * distance * distance));
  }
  for (auto &weight : weights) weight /= total;
  const auto along = [&](const float *from, float *to, int64_t count, int64_t stride) {
    for (int64_t i = 0; i < count; ++i) {
      float sum = 0;
      for (int64_t k = -radius; k <= radius; ++k) {
        sum += weights[k + radius] * from[std::clamp<int64_t>(i + k, 0, count - 1) * stride];
      }
      to[i * stride] = sum;
    }
  };
  for (int64_t c = 0; c < image.channels; ++c) {
    float *plane = x + c * image.plane();
    for (int64_t row = 0; row < image.height; ++row) {
      along(plane + row * image.width, room.data() + row * image.width, image.width, 1);
    }
    for (int64_t column = 0; column < image.width; ++column) {
      along(room.data() + column, plane + column, image.height, image.width);
    }
  }
}

void erase(float *x, const Image &image, const Box &box) {
  for (int64_t c = 0; c < image.channels; ++c) {
    for (int64_t row = box.top; row < box.top + box.height; ++row) {
      std::fill_n(x + c * image.plane() + row * image.width + box.left, box.width, 0.0f);
    }
  }
}

void change(
  const float *x, float *out, const Image &image, const ct_view &view, const float *draw,
  std::vector<float> &room) {
  const double area = view.smallest_crop + (view.largest_crop - view.smallest_crop) * draw[0];
  const auto part = box(image, area, evenly_in_log(draw[1], 3.0 / 4, 4.0 / 3), draw[2], draw[3]);
  crop(x, out, image, part, draw[4] < view.flipped);
  jitter(out, image, view, draw);
  if (draw[11] < view.blurred) blur(out, image, 0.1 + 1.9 * draw[12], room);
  const auto low = static_cast<float>(view.low), high = static_cast<float>(view.high);
  for (int64_t i = 0; i < image.channels * image.plane(); ++i) out[i] = std::clamp(out[i], low, high);
  if (draw[13] < view.erased) {
    const double lost = 0.02 + 0.31 * draw[14], ratio = evenly_in_log(draw[15], 0.3, 3.3);
    erase(out, image, box(image, lost, ratio, draw[16], draw[17]));
  }
}

}  // namespace

ct_tensor *ct_views(CT_IN x, CT_IN draws, const ct_view *view) {
  const ct::Named named("latent::views");
  return tensor([&] {
    const auto given = ref(x).detach().to(at::kCPU, at::kFloat).contiguous();
    const auto drawn = ref(draws).to(at::kCPU, at::kFloat).contiguous();
    ct::check(given, at::kFloat, 4, "images");
    TORCH_CHECK(
      drawn.dim() == 2 && drawn.size(0) == given.size(0) && drawn.size(1) == ct_view_draws,
      "draws of shape ", drawn.sizes(), " for images of shape ", given.sizes());
    const Image image{given.size(1), given.size(2), given.size(3)};
    const auto result = at::empty_like(given);
    const int64_t size = image.channels * image.plane();
    if (result.numel() == 0) return result.to(ref(x).device());
    const float *from = given.const_data_ptr<float>(), *draw = drawn.const_data_ptr<float>();
    float *to = result.mutable_data_ptr<float>();
    ct::for_pieces(given.size(0), 8 * size, [&](int64_t start, int64_t end) {
      std::vector<float> room(image.plane());
      for (int64_t i = start; i < end; ++i) {
        change(from + i * size, to + i * size, image, *view, draw + i * ct_view_draws, room);
      }
    });
    return result.to(ref(x).device());
  });
}

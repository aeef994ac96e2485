// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/efficiency/conditions.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

namespace loadline::conformance::efficiency {
namespace {

constexpr int kColumns = 8;  // of /proc/stat, up to the stolen time

struct Ticks {
  int64_t stolen = 0;
  int64_t all = 0;
};

Ticks TicksNow() {
  std::ifstream stat("/proc/stat");
  std::string word;
  stat >> word;
  Ticks ticks;
  for (int i = 0; i < kColumns; ++i) {
    stat >> ticks.stolen;  // the last one that is read
    ticks.all += ticks.stolen;
  }
  return ticks;
}

}  // namespace

Conditions::Conditions() {
  const Ticks now = TicksNow();
  stolen_ = now.stolen;
  all_ = now.all;
}

nlohmann::json Conditions::ToJson() const {
  const Ticks now = TicksNow();
  const int64_t stolen = now.stolen - stolen_;
  const int64_t all = std::max<int64_t>(now.all - all_, 1);
  nlohmann::json json = {{"stolenTicks", stolen},
                         {"stolenShare", static_cast<double>(stolen) / static_cast<double>(all)},
                         {"pressure", nullptr}};
  double load = 0;
  std::ifstream("/proc/loadavg") >> load;
  json["load"] = load;
  // "some avg10=1.23 …"
  std::string word;
  std::ifstream pressure("/proc/pressure/cpu");
  if (pressure >> word >> word && word.starts_with("avg10="))
    json["pressure"] = std::strtod(word.c_str() + word.find('=') + 1, nullptr);
  return json;
}

}  // namespace loadline::conformance::efficiency

// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/update_flags.h"

#include <cctype>
#include <charconv>
#include <nlohmann/json.hpp>

#include "reference-runtime/log.h"

namespace loadline::runtime {
namespace {

using Json = nlohmann::json;

enum class Kind { kCount, kSigned, kBytes, kText, kIgnored, kRefused };

struct Flag {
  const char* name;
  Kind kind;
  const char* pointer;  // into linux.resources
  bool zero_is_unsaid = false;
};

constexpr Flag kFlags[] = {
    {"blkio-weight", Kind::kCount, "/blockIO/weight", true},
    {"cpu-period", Kind::kCount, "/cpu/period", true},
    {"cpu-quota", Kind::kSigned, "/cpu/quota", true},
    {"cpu-burst", Kind::kCount, "/cpu/burst"},
    {"cpu-share", Kind::kCount, "/cpu/shares", true},
    {"cpu-shares", Kind::kCount, "/cpu/shares", true},
    {"cpu-rt-period", Kind::kCount, "/cpu/realtimePeriod", true},
    {"cpu-rt-runtime", Kind::kSigned, "/cpu/realtimeRuntime", true},
    {"cpu-idle", Kind::kSigned, "/cpu/idle"},
    {"cpuset-cpus", Kind::kText, "/cpu/cpus"},
    {"cpuset-mems", Kind::kText, "/cpu/mems"},
    {"memory", Kind::kBytes, "/memory/limit", true},
    {"memory-reservation", Kind::kBytes, "/memory/reservation", true},
    {"memory-swap", Kind::kBytes, "/memory/swap", true},
    {"pids-limit", Kind::kSigned, "/pids/limit"},
    {"kernel-memory", Kind::kIgnored, ""},
    {"kernel-memory-tcp", Kind::kIgnored, ""},
    {"l3-cache-schema", Kind::kRefused, ""},
    {"mem-bw-schema", Kind::kRefused, ""},
};

template <class Number>
Result<Number> Whole(const std::string& text) {
  Number number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || parsed.ec != std::errc() || parsed.ptr != text.data() + text.size())
    return Failure("\"" + text + "\" is not a number that fits");
  return number;
}

Result<Json> ValueOf(const Flag& flag, const std::string& text) {
  switch (flag.kind) {
    case Kind::kCount: {
      ASSIGN_OR_RETURN(const uint64_t number, Whole<uint64_t>(text));
      return Json(number);
    }
    case Kind::kSigned: {
      ASSIGN_OR_RETURN(const int64_t number, Whole<int64_t>(text));
      return Json(number);
    }
    case Kind::kBytes: {
      ASSIGN_OR_RETURN(const int64_t number, Bytes(text));
      return Json(number);
    }
    case Kind::kText:
      return Json(text);
    case Kind::kIgnored:
      Warn("--" + std::string(flag.name) + " is ignored: the kernel limits it no longer");
      return Json();
    case Kind::kRefused:
      break;
  }
  return Failure("it is not supported: there is no intelRdt", "leave it out");
}

// The exponent of 1024 that a unit stands for; -1 when it is none.
int Exponent(std::string unit) {
  for (char& c : unit) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (unit.empty() || unit == "b") return 0;
  if (unit.size() == 3 && unit.ends_with("ib")) unit.resize(1);
  if (unit.size() == 2 && unit.ends_with("b")) unit.resize(1);
  if (unit.size() != 1) return -1;
  const size_t at = std::string_view("kmgtp").find(unit[0]);
  return at == std::string_view::npos ? -1 : static_cast<int>(at) + 1;
}

}  // namespace

Result<int64_t> Bytes(const std::string& text) {
  if (text == "-1") return -1;
  double number = -1;
  const auto parsed =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  std::string unit(parsed.ptr, text.data() + text.size());
  if (unit.starts_with(" ")) unit = unit.substr(1);
  const int exponent = Exponent(unit);
  if (parsed.ec != std::errc() || !(number >= 0) || exponent < 0)
    return Failure("\"" + text + "\" is not a number of bytes", "write 1048576, 1M or -1");
  for (int i = 0; i < exponent; ++i) number *= 1024;
  if (number >= 9.2e18) return Failure("\"" + text + "\" is more than can be counted", "write -1");
  return static_cast<int64_t>(number);
}

Result<Json> ResourcesFromFlags(const std::map<std::string, std::vector<std::string>>& flags) {
  Json resources = Json::object();
  for (const Flag& flag : kFlags) {
    const auto found = flags.find(flag.name);
    if (found == flags.end() || found->second.back().empty()) continue;
    auto value = ValueOf(flag, found->second.back());
    if (!value.has_value()) {
      Error error = std::move(value).error();
      error.what = "--" + std::string(flag.name) + ": " + error.what;
      return error;
    }
    if (value->is_null() || (flag.zero_is_unsaid && *value == 0)) continue;
    resources[Json::json_pointer(flag.pointer)] = *value;
  }
  return resources;
}

}  // namespace loadline::runtime

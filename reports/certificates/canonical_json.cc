// SPDX-License-Identifier: Apache-2.0
#include "reports/certificates/canonical_json.h"

#include <nlohmann/json.hpp>

#include "reports/saved/bounded_json.h"

namespace loadline::reports::certificates {
namespace {

using nlohmann::json;

constexpr int kDepth = 32;  // writing recurses; our own are 8 deep

}  // namespace

Error NoCertificate(std::string what, std::string hint) {
  return Failure(ErrorKind::kUnreadable, std::move(what), std::move(hint));
}

Error Altered(std::string what) {
  return Failure(ErrorKind::kAltered, std::move(what),
                 "it was altered: get it anew from who signed it");
}

std::string CanonicalText(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<json> ParseJson(std::string_view text, const std::string& what) {
  JsonBudget budget;
  budget.depth = kDepth;
  auto value = ParseBounded(text, budget);
  if (value.has_value()) return value;
  return NoCertificate(what + " is no JSON: " + value.error().what,
                       "pass a file that `loadline sign` wrote");
}

Result<void> CheckCanonical(const json& value, std::string_view text, const std::string& what) {
  if (CanonicalText(value) != text) return Altered(what + " is not in the form that is signed");
  return {};
}

}  // namespace loadline::reports::certificates

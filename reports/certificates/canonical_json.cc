// SPDX-License-Identifier: Apache-2.0
#include "reports/certificates/canonical_json.h"

#include <cerrno>
#include <nlohmann/json.hpp>

namespace loadline::reports::certificates {
namespace {

using nlohmann::json;

constexpr int kDepth = 32;  // writing recurses; our own are 8 deep

Error Of(int number, std::string what, std::string hint) {
  Error error = Failure(std::move(what), std::move(hint));
  error.number = number;
  return error;
}

}  // namespace

Error NoCertificate(std::string what, std::string hint) {
  return Of(ENOEXEC, std::move(what), std::move(hint));
}

Error Altered(std::string what) {
  return Of(EBADMSG, std::move(what), "it was altered: get it anew from who signed it");
}

std::string CanonicalText(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<json> ParseJson(std::string_view text, const std::string& what) {
  const auto shallow = [](int depth, json::parse_event_t, const json&) { return depth <= kDepth; };
  json value = json::parse(text, shallow, false);
  if (value.is_discarded())
    return NoCertificate(what + " is no JSON", "pass a file that `loadline sign` wrote");
  return value;
}

Result<void> CheckCanonical(const json& value, std::string_view text, const std::string& what) {
  // What was too deep is left out, and so comes out otherwise than it went in.
  if (CanonicalText(value) != text) return Altered(what + " is not in the form that is signed");
  return {};
}

}  // namespace loadline::reports::certificates

// SPDX-License-Identifier: Apache-2.0
#include "cli/certificate_file.h"

#include <nlohmann/json.hpp>
#include <set>

#include "base/files.h"
#include "reports/saved/bounded_json.h"

namespace loadline::cli {
namespace {

using reports::certificates::PublicKey;

constexpr size_t kCap = size_t{64} << 20;
constexpr size_t kResultCap = size_t{16} << 20;

}  // namespace

Result<std::string> ReadCertificateFile(const std::string& path) { return ReadFile(path, kCap); }

Error InFile(const std::string& path, Error error) {
  error.what = path + ": " + error.what;
  return error;
}

Result<std::vector<PublicKey>> ReadPublicKeys(const std::vector<std::string>& paths) {
  std::vector<PublicKey> keys;
  std::set<std::string> ids;
  for (const std::string& path : paths) {
    ASSIGN_OR_RETURN(PublicKey key, PublicKey::Read(path));
    if (ids.insert(key.id()).second) keys.push_back(std::move(key));
  }
  return keys;
}

Result<nlohmann::json> ReadResultFile(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kResultCap));
  reports::JsonBudget budget;
  auto result = reports::ParseBounded(text, budget);
  if (result.has_value()) return result;
  return Failure(ErrorKind::kUnreadable, path + " is no JSON: " + result.error().what,
                 "pass one element of a report's results");
}

}  // namespace loadline::cli

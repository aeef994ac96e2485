// SPDX-License-Identifier: Apache-2.0
#include "reports/page/content_policy.h"

#include <openssl/evp.h>

#include <vector>

#include "base/digest.h"

namespace loadline::reports {
namespace {

// "'sha256-…'", with the digest in base64 as the policy wants it.
std::string Allowed(std::string_view content) {
  const std::string digest = Sha256(content);
  std::vector<unsigned char> bytes;
  for (size_t at = digest.find(':') + 1; at < digest.size(); at += 2)
    bytes.push_back(static_cast<unsigned char>(std::stoi(digest.substr(at, 2), nullptr, 16)));
  std::vector<unsigned char> text(4 * ((bytes.size() + 2) / 3) + 1);
  const int length = EVP_EncodeBlock(text.data(), bytes.data(), static_cast<int>(bytes.size()));
  return "'sha256-" + std::string(text.begin(), text.begin() + length) + "'";
}

}  // namespace

std::string ContentPolicy(std::string_view style, std::string_view script) {
  return "default-src 'none'; style-src " + Allowed(style) + "; script-src " + Allowed(script) +
         "; base-uri 'none'; form-action 'none'";
}

}  // namespace loadline::reports

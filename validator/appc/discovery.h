// SPDX-License-Identifier: Apache-2.0
// Discovery pages of appc as subjects: HTML whose meta tags lead from a name to an image
// (discovery.md).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "validator/findings.h"
#include "validator/validate.h"

namespace loadline::validator {

struct DiscoveryTag {
  std::string name;      // "ac-discovery" or "ac-discovery-pubkeys"
  std::string prefix;    // of the names that it is for
  std::string location;  // a template of addresses, or an address
  int line = 1;
};

// The discovery tags of an HTML page, in their order; at most the first thousand.
std::vector<DiscoveryTag> DiscoveryTagsOf(std::string_view html);
// Whether the name of an image is a prefix or lies below it: example.com/app is no prefix of
// example.com/apple.
bool IsPrefixOf(std::string_view prefix, std::string_view name);
// Whether a text is an HTML page that has to do with discovery.
bool IsDiscoveryPage(std::string_view text);

// `name` is the subject's, `file` how findings name it.
Judgement JudgeDiscoveryPage(const std::string& name, const std::string& file,
                             std::string_view html, const ValidateOptions& options);

}  // namespace loadline::validator

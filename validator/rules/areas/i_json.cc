// SPDX-License-Identifier: Apache-2.0
// Rules on the numbers of every document of an image (image-spec considerations.md, RFC 7493).
#include <nlohmann/json.hpp>

#include "validator/json/document.h"
#include "validator/rules/access.h"
#include "validator/rules/rule.h"

namespace loadline::validator {
namespace {

using Json = nlohmann::json;
using schema::Level;

constexpr Whole kLargestExact = Whole{1} << 53;

void Visit(const Json& value, const std::string& pointer, Reporter& reporter) {
  if (value.is_number_integer()) {
    const Whole number =
        value.is_number_unsigned() ? Whole{value.get<uint64_t>()} : Whole{value.get<int64_t>()};
    if (number > kLargestExact || number < -kLargestExact)
      reporter.Report(pointer, Text(number) + " is more than a double can hold exactly",
                      "many programs read another number: stay within 2^53");
  } else if (value.is_object()) {
    for (const auto& member : value.items())
      Visit(member.value(), Join(pointer, member.key()), reporter);
  } else if (value.is_array()) {
    for (size_t i = 0; i < value.size(); ++i) Visit(value[i], Join(pointer, i), reporter);
  }
}

void CheckNumbers(const RuleInput& input, Reporter& reporter) { Visit(input.config, "", reporter); }

constexpr std::string_view kDoublePrecisionCited[] = {
    "oci-image/considerations/json/double-precision"};

constexpr Rule kRules[] = {
    {"json/double-precision", "every number is one that a double holds", Level::kShould,
     kDoublePrecisionCited, CheckNumbers},
};

}  // namespace

RuleArea IJsonRules() {
  return {{SubjectType::kLayoutFile, SubjectType::kIndex, SubjectType::kManifest,
           SubjectType::kImageConfig, SubjectType::kDescriptor},
          kRules};
}

}  // namespace loadline::validator

// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/expressible.h"

namespace loadline::conformance {
namespace {

// What is empty or false asks for nothing; a number always does.
bool Asks(const Json& value) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_string()) return !value.get_ref<const std::string&>().empty();
  return value.is_number() || !value.empty();
}

bool AsksFor(const Json& config, const std::string& pointer) {
  const Json::json_pointer place(pointer);
  return config.contains(place) && Asks(config.at(place));
}

// What a later step writes into the bundle is read at no time that a candidate could refuse it.
const std::string* FirstRefused(const Run& run, const std::vector<std::string>& pointers) {
  for (const std::string& pointer : pointers) {
    if (AsksFor(run.config, pointer)) return &pointer;
  }
  return nullptr;
}

}  // namespace

std::string WhyNotExpressed(const std::vector<Run>& runs, const Profile& profile) {
  for (const Run& run : runs) {
    if (const std::string* pointer = FirstRefused(run, profile.cannot_express))
      return profile.name + " has no words for " + *pointer;
  }
  return "";
}

Judgement JudgeConfiguration(const Case& the_case, const std::vector<Run>& runs,
                             const Profile& profile, Caller caller) {
  if (std::string why_not = WhyNotRuns(the_case, runs, caller); !why_not.empty())
    return {reports::Verdict::kEnvironment, std::move(why_not)};
  if (std::string why_not = WhyNotExpressed(runs, profile); !why_not.empty())
    return {reports::Verdict::kUnsupported, std::move(why_not)};
  return {};
}

}  // namespace loadline::conformance

// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/check_case.h"

#include <algorithm>
#include <set>

#include "conformance/doctor.h"
#include "conformance/harness/merge.h"
#include "validator/json/document.h"

namespace loadline::conformance {
namespace {

constexpr const char* kPlaceholders[] = {"id",
                                         "bundle",
                                         "work",
                                         "probe",
                                         "log",
                                         "cgroup",
                                         "disk.major",
                                         "disk.minor",
                                         "rdma",
                                         "rdt",
                                         "rdt.l3.id",
                                         "rdt.l3.low",
                                         "rdt.l3.next",
                                         "rdt.mb.id",
                                         "rdt.mb.low",
                                         "rdt.mb.next",
                                         "features.ociVersionMin",
                                         "features.ociVersionMax",
                                         "ns.caller"};

// "ns.web" and "pid.web" for fixtures that are called web.
std::set<std::string> NamesOfFixtures(const Json& fixtures) {
  std::set<std::string> names;
  for (const Json& fixture : fixtures) {
    if (!fixture.is_object()) continue;
    const Json make = fixture.value("make", Json());
    const Json name = fixture.value("name", Json());
    if (!name.is_string()) continue;
    if (make == "namespace") names.insert("ns." + name.get<std::string>());
    if (make == "process") names.insert("pid." + name.get<std::string>());
  }
  return names;
}

class Checking {
 public:
  explicit Checking(const Case& one) : one_(one), placeholders_(NamesOfFixtures(one.fixtures)) {
    placeholders_.insert(std::begin(kPlaceholders), std::end(kPlaceholders));
  }

  Result<void> Run() {
    for (size_t i = 0; i < one_.needs.size(); ++i) {
      if (!IsNeed(one_.needs[i]))
        return Wrong("/needs/" + std::to_string(i), "nothing is known as \"" + one_.needs[i] + "\"",
                     "INTERPRETING.md lists the needs");
    }
    // Where the values of a table came from is not known any more: the pointers are the same.
    const Json parts = {{"config", one_.config},
                        {"patch", one_.patch},
                        {"fixtures", one_.fixtures},
                        {"expect", one_.expect}};
    RETURN_IF_ERROR(CheckPlaceholders(parts, ""));
    for (size_t i = 0; i < one_.steps.size(); ++i)
      RETURN_IF_ERROR(CheckStep(one_.steps[i], "/steps/" + std::to_string(i)));
    const auto config = EffectiveConfig(one_.since.ToText(), one_.config, one_.patch);
    if (!config) return Wrong("/patch", config.error().what, config.error().hint);
    return {};
  }

 private:
  Result<void> Wrong(const std::string& pointer, const std::string& what,
                     const std::string& hint) const {
    return Failure(one_.id + ": " + pointer + ": " + what, hint);
  }

  Result<void> CheckStep(const Step& step, const std::string& where) {
    RETURN_IF_ERROR(CheckPlaceholders({{"then", step.then}}, where));
    RETURN_IF_ERROR(CheckPlaceholders(step.options, where));
    RETURN_IF_ERROR(CheckControl(step.control, where + "/control"));
    for (size_t i = 0; i < step.steps.size(); ++i)
      RETURN_IF_ERROR(CheckStep(step.steps[i], where + "/steps/" + std::to_string(i)));
    return {};
  }

  // What a control makes has a name in that control alone.
  Result<void> CheckControl(const Json& control, const std::string& where) {
    if (!control.is_object()) return {};
    const std::set<std::string> outside = placeholders_;
    placeholders_.merge(NamesOfFixtures(control.value("fixtures", Json::array())));
    RETURN_IF_ERROR(CheckPlaceholders(control, where));
    placeholders_ = outside;
    return {};
  }

  // In every string and key inside the value.
  Result<void> CheckPlaceholders(const Json& value, const std::string& where) {
    if (const auto* text = value.get_ptr<const std::string*>()) return CheckText(*text, where);
    if (!value.is_structured()) return {};
    size_t index = 0;
    for (const auto& member : value.items()) {
      const bool in_array = value.is_array();
      const std::string place =
          in_array ? validator::Join(where, index++) : validator::Join(where, member.key());
      if (!in_array) RETURN_IF_ERROR(CheckText(member.key(), place));
      RETURN_IF_ERROR(CheckPlaceholders(member.value(), place));
    }
    return {};
  }

  Result<void> CheckText(const std::string& text, const std::string& where) {
    for (size_t begin = text.find("${"); begin != std::string::npos;
         begin = text.find("${", begin + 2)) {
      const size_t end = text.find('}', begin);
      if (end == std::string::npos) break;
      const std::string name = text.substr(begin + 2, end - begin - 2);
      if (!placeholders_.contains(name))
        return Wrong(where, "nothing is known as ${" + name + "}",
                     "INTERPRETING.md lists the placeholders");
    }
    return {};
  }

  const Case& one_;
  std::set<std::string> placeholders_;
};

}  // namespace

Result<void> CheckCase(const Case& one) { return Checking(one).Run(); }

}  // namespace loadline::conformance

// SPDX-License-Identifier: Apache-2.0
// Rules on the apps of both manifests of appc (aci.md).
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "validator/json/document.h"
#include "validator/rules/access.h"
#include "validator/rules/appc.h"

namespace loadline::validator {
namespace {

using Json = nlohmann::json;
using schema::Level;

constexpr Whole kLastPort = 65535;

void ForEachPort(const RuleInput& input,
                 const std::function<void(const Json&, const std::string&)>& visit) {
  for (const char* place : {"/app/ports/*", "/apps/*/app/ports/*", "/ports/*/podPort"})
    ForEachAt(input.config, place, visit);
}

void CheckEnvironment(const RuleInput& input, Reporter& reporter) {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";
  ForEachApp(input, [&](const Json&, const std::string& app) {
    ForEach(input.config, app + "/environment", [&](const Json& entry, const std::string& place) {
      const auto name = String(entry, "name");
      if (name && (name->empty() || name->find_first_not_of(kLetters) != std::string::npos))
        reporter.Report(place + "/name", "\"" + *name + "\" is no name of a variable",
                        "use letters, digits, underscores, periods and hyphens");
    });
  });
}

void CheckEnvironmentUnique(const RuleInput& input, Reporter& reporter) {
  ForEachApp(input, [&](const Json&, const std::string& app) {
    CheckUnique(input.config, app + "/environment", "name", "variable", reporter);
  });
}

void CheckHandlers(const RuleInput& input, Reporter& reporter) {
  ForEachApp(input, [&](const Json&, const std::string& app) {
    CheckUnique(input.config, app + "/eventHandlers", "name", "handler of", reporter);
  });
}

void CheckDirectory(const RuleInput& input, Reporter& reporter) {
  ForEachApp(input, [&](const Json& app, const std::string& pointer) {
    const auto directory = String(app, "workingDirectory");
    if (directory && !directory->empty() && !directory->starts_with('/'))
      reporter.Report(pointer + "/workingDirectory",
                      "\"" + *directory + "\" is not an absolute path", "begin it with /");
  });
}

void CheckPort(const RuleInput& input, Reporter& reporter) {
  ForEachPort(input, [&](const Json& port, const std::string& pointer) {
    const auto number = Integer(port, "port");
    if (number && (*number < 1 || *number > kLastPort))
      reporter.Report(pointer + "/port", Text(*number) + " is no port", "ports are 1 to 65535");
  });
}

void CheckPortCount(const RuleInput& input, Reporter& reporter) {
  ForEachPort(input, [&](const Json& port, const std::string& pointer) {
    const auto count = Integer(port, "count");
    if (count && *count < 1)
      reporter.Report(pointer + "/count", "a range of " + Text(*count) + " ports",
                      "there is at least one: leave count out");
  });
}

void CheckPortRange(const RuleInput& input, Reporter& reporter) {
  ForEachPort(input, [&](const Json& port, const std::string& pointer) {
    const auto number = Integer(port, "port");
    const auto count = Integer(port, "count");
    if (number && count && *number >= 1 && *number <= kLastPort && *count > 1 &&
        *number + *count - 1 > kLastPort)
      reporter.Report(pointer + "/count",
                      "the range ends at " + Text(*number + *count - 1) + ", which is no port",
                      "ports are 1 to 65535");
  });
}

void CheckProtocol(const RuleInput& input, Reporter& reporter) {
  static constexpr std::string_view kTransports[] = {"tcp", "udp", "sctp", "dccp", "udplite"};
  ForEachPort(input, [&](const Json& port, const std::string& pointer) {
    const auto protocol = String(port, "protocol");
    if (protocol && std::find(std::begin(kTransports), std::end(kTransports), *protocol) ==
                        std::end(kTransports))
      reporter.Report(pointer + "/protocol", "\"" + *protocol + "\" is no transport protocol",
                      "use one like tcp or udp");
  });
}

constexpr std::string_view kEnvironmentNameCited[] = {
    "appc/aci/image-manifest-schema/environment-name-form"};
constexpr std::string_view kEventHandlersCited[] = {
    "appc/aci/image-manifest-schema/event-handler-names-unique"};
constexpr std::string_view kPortCited[] = {"appc/aci/image-manifest-schema/port-range"};
constexpr std::string_view kPortCountCited[] = {
    "appc/aci/image-manifest-schema/port-count-positive"};
constexpr std::string_view kPortProtocolCited[] = {
    "appc/aci/image-manifest-schema/port-protocol-layer-four"};
constexpr std::string_view kPortRangeCited[] = {"appc/aci/image-manifest-schema/port-range-end"};
constexpr std::string_view kWorkingDirectoryCited[] = {
    "appc/aci/image-manifest-schema/working-directory-absolute"};

constexpr Rule kRules[] = {
    {"appc/environment-name", "variables have names of letters, digits and _.-", Level::kMust,
     kEnvironmentNameCited, CheckEnvironment},
    {"appc/environment-unique",
     "no variable is set twice",
     Level::kShould,
     {},
     CheckEnvironmentUnique},
    {"appc/event-handlers", "no event has two handlers", Level::kMust, kEventHandlersCited,
     CheckHandlers},
    {"appc/port", "ports are 1 to 65535", Level::kMust, kPortCited, CheckPort},
    {"appc/port-count", "a range has at least one port", Level::kMust, kPortCountCited,
     CheckPortCount},
    {"appc/port-protocol", "a protocol is one of transport", Level::kShould, kPortProtocolCited,
     CheckProtocol},
    {"appc/port-range", "a range ends at a port", Level::kMust, kPortRangeCited, CheckPortRange},
    {"appc/working-directory", "the working directory is absolute", Level::kMust,
     kWorkingDirectoryCited, CheckDirectory},
};

}  // namespace

RuleArea AppcAppRules() { return {{SubjectType::kAppcImage, SubjectType::kAppcPod}, kRules}; }

}  // namespace loadline::validator

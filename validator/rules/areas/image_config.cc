// SPDX-License-Identifier: Apache-2.0
// Rules on image configurations (image-spec config.md).
#include <nlohmann/json.hpp>

#include "validator/json/document.h"
#include "validator/names/grammar.h"
#include "validator/rules/access.h"
#include "validator/rules/descriptors.h"

namespace loadline::validator {
namespace {

using Json = nlohmann::json;
using schema::Level;

void CheckCreated(const RuleInput& input, Reporter& reporter) {
  CheckGrammar(input.config, "/created", "timestamp", reporter);
  ForEach(input.config, "/history", [&](const Json&, const std::string& pointer) {
    CheckGrammar(input.config, pointer + "/created", "timestamp", reporter);
  });
}

void CheckDiffIds(const RuleInput& input, Reporter& reporter) {
  ForEach(input.config, "/rootfs/diff_ids", [&](const Json& id, const std::string& pointer) {
    if (!id.is_string()) return;
    if (const std::string wrong = WrongInDigest(id.get<std::string>()); !wrong.empty())
      reporter.Report(pointer, id.dump() + " " + wrong,
                      "a diffID is the digest of the layer's tar archive before it is packed");
  });
}

void CheckEnvironment(const RuleInput& input, Reporter& reporter) {
  ForEach(input.config, "/config/Env", [&](const Json& entry, const std::string& pointer) {
    const std::string text = entry.is_string() ? entry.get<std::string>() : "=";
    if (text.find('=') == std::string::npos || text.starts_with('='))
      reporter.Report(pointer, entry.dump() + " is not NAME=VALUE", "write it like PATH=/usr/bin");
  });
}

bool IsPort(std::string_view text) {
  if (text.empty() || text.size() > 5 ||
      text.find_first_not_of("0123456789") != std::string_view::npos)
    return false;
  return std::stoi(std::string(text)) <= 65535;
}

void CheckPorts(const RuleInput& input, Reporter& reporter) {
  ForEachMember(input.config, "/config/ExposedPorts",
                [&](const std::string& key, const Json&, const std::string& pointer) {
                  const size_t slash = key.find('/');
                  const std::string protocol =
                      slash == std::string::npos ? "tcp" : key.substr(slash + 1);
                  const bool known = protocol == "tcp" || protocol == "udp" || protocol == "sctp";
                  if (!IsPort(key.substr(0, slash)) || !known)
                    reporter.Report(pointer, "\"" + key + "\" is no port",
                                    "write it like 80, 80/tcp or 53/udp");
                });
}

void CheckUser(const RuleInput& input, Reporter& reporter) {
  const auto user = StringAt(input.config, "/config/User");
  if (!user || user->empty()) return;
  const size_t colon = user->find(':');
  const bool twice = colon != std::string::npos && user->find(':', colon + 1) != std::string::npos;
  const bool half = colon == 0 || (colon != std::string::npos && colon + 1 == user->size());
  if (twice || half)
    reporter.Report("/config/User", "\"" + *user + "\" is neither a user nor user:group",
                    "write it like app, 1000, app:staff or 1000:1000");
}

void CheckWorkingDirectory(const RuleInput& input, Reporter& reporter) {
  const auto directory = StringAt(input.config, "/config/WorkingDir");
  const bool windows = StringAt(input.config, "/os") == "windows";
  if (directory && !directory->empty() && !windows && !directory->starts_with('/'))
    reporter.Report("/config/WorkingDir", "\"" + *directory + "\" is not an absolute path",
                    "begin it with /: it becomes the container's process.cwd");
}

void CheckVolumes(const RuleInput& input, Reporter& reporter) {
  if (StringAt(input.config, "/os") == "windows") return;
  ForEachMember(input.config, "/config/Volumes",
                [&](const std::string& key, const Json&, const std::string& pointer) {
                  if (!key.starts_with('/'))
                    reporter.Report(pointer, "\"" + key + "\" is not an absolute path",
                                    "begin it with /: it becomes the destination of a mount");
                });
}

void CheckStopSignal(const RuleInput& input, Reporter& reporter) {
  if (StringAt(input.config, "/config/StopSignal") != "")
    CheckGrammar(input.config, "/config/StopSignal", "signal", reporter);
}

// A map of the configuration whose values have to be empty objects.
void CheckEmptyValues(const RuleInput& input, const char* map, Reporter& reporter) {
  ForEachMember(input.config, map,
                [&](const std::string&, const Json& value, const std::string& pointer) {
                  if (!value.is_object() || !value.empty())
                    reporter.Report(pointer, "its value is " + value.dump() + " and not {}",
                                    "only the key counts: write {}");
                });
}

void CheckValues(const RuleInput& input, Reporter& reporter) {
  CheckEmptyValues(input, "/config/ExposedPorts", reporter);
  CheckEmptyValues(input, "/config/Volumes", reporter);
}

void CheckArgsEscaped(const RuleInput& input, Reporter& reporter) {
  if (IsTrue(input.config, "/config/ArgsEscaped"))
    reporter.Report("/config/ArgsEscaped", "ArgsEscaped is deprecated",
                    "write the arguments as Windows has them, without it");
}

constexpr std::string_view kConfigCreatedCited[] = {"oci-image/config/created/date-time",
                                                    "oci-image/config/history/created/date-time"};
constexpr std::string_view kConfigDiffIdsCited[] = {"oci-image/config/diff-id/digest-format"};
constexpr std::string_view kConfigEnvCited[] = {"oci-image/config/config/env/name-and-value"};
constexpr std::string_view kConfigExposedPortsCited[] = {
    "oci-image/config/config/exposed-ports/key-format"};
constexpr std::string_view kConfigRootfsTypeCited[] = {"oci-image/config/rootfs/type/layers"};
constexpr std::string_view kConfigStopSignalCited[] = {
    "oci-image/config/config/stop-signal/names-signal"};
constexpr std::string_view kConfigUserCited[] = {"oci-image/config/config/user/forms"};

constexpr std::string_view kConfigArgsEscapedCited[] = {
    "oci-image/config/config/args-escaped/not-in-new-images"};
constexpr std::string_view kConfigEmptyValuesCited[] = {
    "oci-image/config/config/exposed-ports/values-empty-objects",
    "oci-image/config/config/volumes/values-empty-objects"};

constexpr Rule kRules[] = {
    {"image-config/args-escaped", "ArgsEscaped is not used any more", Level::kShould,
     kConfigArgsEscapedCited, CheckArgsEscaped},
    {"image-config/empty-values", "ports and volumes have the value {}", Level::kMust,
     kConfigEmptyValuesCited, CheckValues},
    {"image-config/created", "times follow RFC 3339", Level::kMust, kConfigCreatedCited,
     CheckCreated},
    {"image-config/diff-ids", "every diffID is a digest", Level::kMust, kConfigDiffIdsCited,
     CheckDiffIds},
    {"image-config/env", "every variable is NAME=VALUE", Level::kMust, kConfigEnvCited,
     CheckEnvironment},
    {"image-config/exposed-ports", "every port is a port", Level::kMust, kConfigExposedPortsCited,
     CheckPorts},
    {"image-config/stop-signal", "the stop signal is a signal", Level::kMust,
     kConfigStopSignalCited, CheckStopSignal},
    {"image-config/user", "the user is a user or user:group", Level::kMust, kConfigUserCited,
     CheckUser},
    {"image-config/volumes", "every volume is an absolute path", Level::kShould, {}, CheckVolumes},
    {"image-config/working-dir",
     "the working directory is an absolute path",
     Level::kMust,
     {},
     CheckWorkingDirectory},
};

}  // namespace

RuleArea ImageConfigRules() { return {SubjectType::kImageConfig, kRules}; }

}  // namespace loadline::validator

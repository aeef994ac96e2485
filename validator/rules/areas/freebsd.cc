// SPDX-License-Identifier: Apache-2.0
// Rules on the freebsd section, and on mounts of a container for FreeBSD.
#include <arpa/inet.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "validator/json/document.h"
#include "validator/rules/access.h"
#include "validator/rules/platforms.h"
#include "validator/rules/rule.h"

namespace loadline::validator {
namespace {

using Json = nlohmann::json;
using schema::Level;

constexpr std::string_view kPath[] = {"oci-runtime/config-freebsd/devices/path-relative-to-dev"};
constexpr std::string_view kMode[] = {"oci-runtime/config-freebsd/devices/mode-decimal"};
constexpr std::string_view kHost[] = {"oci-runtime/config-freebsd/jail/host-known"};
constexpr std::string_view kInet[] = {"oci-runtime/config-freebsd/jail/ip4-known"};
constexpr std::string_view kInetSix[] = {"oci-runtime/config-freebsd/jail/ip6-known"};
constexpr std::string_view kVnet[] = {"oci-runtime/config-freebsd/jail/vnet-known"};
constexpr std::string_view kMessages[] = {"oci-runtime/config-freebsd/jail/sysvmsg-known"};
constexpr std::string_view kSemaphores[] = {"oci-runtime/config-freebsd/jail/sysvsem-known"};
constexpr std::string_view kShared[] = {"oci-runtime/config-freebsd/jail/sysvshm-known"};
constexpr std::string_view kStatfs[] = {"oci-runtime/config-freebsd/jail/enforce-statfs-known"};
constexpr std::string_view kAddresses[] = {"oci-runtime/config-freebsd/jail/ip4-addr-numeric"};
constexpr std::string_view kAddressesSix[] = {"oci-runtime/config-freebsd/jail/ip6-addr-numeric"};
constexpr std::string_view kOwn[] = {"oci-runtime/config-freebsd/jail/own-network-sets-vnet-only"};
constexpr std::string_view kLeaves[] = {
    "oci-runtime/config-freebsd/jail/shared-network-leaves-vnet"};
constexpr std::string_view kInherits[] = {
    "oci-runtime/config-freebsd/jail/shared-network-inherits-addresses"};
constexpr std::string_view kAbsolute[] = {
    "oci-runtime/config/mounts/destination-absolute-elsewhere"};

const std::string kJail = "/freebsd/jail";

void CheckPath(const RuleInput& input, Reporter& reporter) {
  ForEach(input.config, "/freebsd/devices", [&](const Json& device, const std::string& pointer) {
    const auto path = String(device, "path");
    if (!path) return;
    const std::string inside = "/" + *path + "/";
    if (path->empty() || path->starts_with('/') || inside.find("/../") != std::string::npos)
      reporter.Report(Join(pointer, "path"), "\"" + *path + "\" is not a path relative to /dev",
                      "write it like pf");
  });
}

void CheckMode(const RuleInput& input, Reporter& reporter) {
  constexpr Whole kFileType = 0170000;
  ForEach(input.config, "/freebsd/devices", [&](const Json& device, const std::string& pointer) {
    const auto mode = Integer(device, "mode");
    if (mode && (*mode & ~kFileType) > 0777)
      reporter.Report(Join(pointer, "mode"), Text(*mode) + " is not the mode of a device",
                      "write it as a decimal number: 0700 is 448");
  });
}

// A property of the jail that has one of a few values.
struct Choice {
  const char* key;
  std::string_view values;  // with a blank before and behind each
};

constexpr Choice kHostChoice = {"host", " new inherit "};
constexpr Choice kInetChoice = {"ip4", " inherit disable "};
constexpr Choice kInetSixChoice = {"ip6", " inherit disable "};
constexpr Choice kVnetChoice = {"vnet", " new inherit "};
constexpr Choice kMessageChoice = {"sysvmsg", " inherit new disable "};
constexpr Choice kSemaphoreChoice = {"sysvsem", " inherit new disable "};
constexpr Choice kSharedChoice = {"sysvshm", " inherit new disable "};

template <const Choice& choice>
void CheckChoice(const RuleInput& input, Reporter& reporter) {
  const std::string pointer = Join(kJail, choice.key);
  const auto value = StringAt(input.config, pointer);
  if (!value) return;
  const bool is_word = value->find(' ') == std::string::npos && !value->empty();
  if (!is_word || choice.values.find(" " + *value + " ") == std::string_view::npos)
    reporter.Report(pointer, "\"" + *value + "\" is no value of " + choice.key,
                    "use one of" + std::string(choice.values.substr(0, choice.values.size() - 1)));
}

void CheckStatfs(const RuleInput& input, Reporter& reporter) {
  const std::string pointer = kJail + "/enforceStatfs";
  const auto value = WholeAt(input.config, pointer);
  if (value && (*value < 0 || *value > 2))
    reporter.Report(pointer, Text(*value) + " is no value of enforceStatfs", "give 0, 1 or 2");
}

void CheckNumeric(const RuleInput& input, Reporter& reporter, const char* key, int family) {
  ForEach(input.config, Join(kJail, key), [&](const Json& entry, const std::string& pointer) {
    if (!entry.is_string()) return;
    const std::string text = entry;
    in6_addr parsed;
    if (inet_pton(family, text.c_str(), &parsed) != 1)
      reporter.Report(
          pointer, "\"" + text + "\" is not an address in numbers",
          family == AF_INET ? "write it like 10.11.12.13" : "write it like fd10::11:12:13");
  });
}
void CheckAddresses(const RuleInput& input, Reporter& reporter) {
  CheckNumeric(input, reporter, "ip4Addr", AF_INET);
}
void CheckAddressesSix(const RuleInput& input, Reporter& reporter) {
  CheckNumeric(input, reporter, "ip6Addr", AF_INET6);
}

void CheckOwn(const RuleInput& input, Reporter& reporter) {
  if (StringAt(input.config, kJail + "/vnet") != "new") return;
  for (const char* key : {"ip4", "ip6"}) {
    const std::string pointer = Join(kJail, key);
    if (At(input.config, pointer) != nullptr)
      reporter.Report(pointer, std::string(key) + " is set beside a network of its own",
                      "remove it, or let the container share a network");
  }
}

void CheckLeaves(const RuleInput& input, Reporter& reporter) {
  if (StringAt(input.config, kJail + "/vnet") == "inherit")
    reporter.Report(kJail + "/vnet", "vnet is set though the network is shared",
                    "remove it: a shared network is what a jail has without it");
}

// A jail that uses only some addresses, or none, says so in another way.
void CheckInherits(const RuleInput& input, Reporter& reporter) {
  const Json* jail = At(input.config, kJail);
  if (jail == nullptr || !jail->is_object()) return;
  if (jail->contains("vnet") && String(*jail, "vnet") != "inherit") return;
  for (const std::string key : {"ip4", "ip6"}) {
    if (!jail->contains(key) && !jail->contains(key + "Addr"))
      reporter.Report(kJail, "the network is shared and " + key + " is not set",
                      "set " + key + " to inherit, or vnet to new");
  }
}

void CheckAbsolute(const RuleInput& input, Reporter& reporter) {
  ReportRelativeDestinationsOn("freebsd", input, reporter);
}

constexpr Rule kRules[] = {
    {"config/freebsd/device-path", "the path of a device is relative to /dev", Level::kMust, kPath,
     CheckPath},
    {"config/freebsd/device-mode", "the mode of a device is one", Level::kMust, kMode, CheckMode},
    {"config/freebsd/host-known", "host is new or inherit", Level::kMust, kHost,
     CheckChoice<kHostChoice>},
    {"config/freebsd/inet-known", "ip4 is inherit or disable", Level::kMust, kInet,
     CheckChoice<kInetChoice>},
    {"config/freebsd/inet-six-known", "ip6 is inherit or disable", Level::kMust, kInetSix,
     CheckChoice<kInetSixChoice>},
    {"config/freebsd/vnet-known", "vnet is new or inherit", Level::kMust, kVnet,
     CheckChoice<kVnetChoice>},
    {"config/freebsd/messages-known", "sysvmsg is inherit, new or disable", Level::kMust, kMessages,
     CheckChoice<kMessageChoice>},
    {"config/freebsd/semaphores-known", "sysvsem is inherit, new or disable", Level::kMust,
     kSemaphores, CheckChoice<kSemaphoreChoice>},
    {"config/freebsd/shared-memory-known", "sysvshm is inherit, new or disable", Level::kMust,
     kShared, CheckChoice<kSharedChoice>},
    {"config/freebsd/statfs-known", "enforceStatfs is 0, 1 or 2", Level::kMust, kStatfs,
     CheckStatfs},
    {"config/freebsd/inet-addresses", "IPv4 addresses are in numbers", Level::kShould, kAddresses,
     CheckAddresses},
    {"config/freebsd/inet-six-addresses", "IPv6 addresses are in numbers", Level::kShould,
     kAddressesSix, CheckAddressesSix},
    {"config/freebsd/own-network", "a network of its own comes without ip4 and ip6", Level::kShould,
     kOwn, CheckOwn},
    {"config/freebsd/shared-network-vnet", "a shared network comes without vnet", Level::kShould,
     kLeaves, CheckLeaves},
    {"config/freebsd/shared-network-addresses", "a shared network comes with its addresses",
     Level::kShould, kInherits, CheckInherits},
    {"config/freebsd/mount-destination-absolute", "mount destinations are absolute", Level::kMust,
     kAbsolute, CheckAbsolute},
};

}  // namespace

RuleArea FreebsdRules() { return {SubjectType::kConfig, kRules}; }

}  // namespace loadline::validator

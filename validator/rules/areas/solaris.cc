// SPDX-License-Identifier: Apache-2.0
// Rules on the solaris section, and on limits and mounts of a container for Solaris.
#include <arpa/inet.h>
#include <re2/re2.h>

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

constexpr std::string_view kFmri[] = {"oci-runtime/config-solaris/milestone/fmri"};
constexpr std::string_view kPrivileges[] = {"oci-runtime/config-solaris/limitpriv/privilege-set"};
constexpr std::string_view kShmScale[] = {"oci-runtime/config-solaris/max-shm-memory/scale"};
constexpr std::string_view kScale[] = {"oci-runtime/config-solaris/capped-memory/scale"};
constexpr std::string_view kNcpus[] = {"oci-runtime/config-solaris/capped-cpu/ncpus-number"};
constexpr std::string_view kAddress[] = {"oci-runtime/config-solaris/anet/allowed-address-set"};
constexpr std::string_view kConfigure[] = {
    "oci-runtime/config-solaris/anet/configure-allowed-address-known"};
constexpr std::string_view kMac[] = {"oci-runtime/config-solaris/anet/mac-address-unicast"};
constexpr std::string_view kProtection[] = {"oci-runtime/config-solaris/anet/link-protection-list"};
constexpr std::string_view kRlimit[] = {"oci-runtime/config/process/rlimits/type-known-on-solaris"};
constexpr std::string_view kAbsolute[] = {
    "oci-runtime/config/mounts/destination-absolute-on-solaris"};

// Those of getrlimit(3).
constexpr std::string_view kRlimits[] = {"RLIMIT_AS",   "RLIMIT_CORE",  "RLIMIT_CPU",
                                         "RLIMIT_DATA", "RLIMIT_FSIZE", "RLIMIT_NOFILE",
                                         "RLIMIT_STACK"};

bool IsForSolaris(const Json& config) {
  return At(config, "/solaris") != nullptr && At(config, "/linux") == nullptr;
}

// The parts of a list between commas, without the blanks around them.
std::vector<std::string> Parts(const std::string& text) {
  std::vector<std::string> parts;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t comma = std::min(text.find(',', begin), text.size());
    const size_t first = std::min(text.find_first_not_of(' ', begin), comma);
    size_t last = comma;
    while (last > first && text[last - 1] == ' ') --last;
    parts.push_back(text.substr(first, last - first));
    begin = comma + 1;
  }
  return parts;
}

void CheckFmri(const RuleInput& input, Reporter& reporter) {
  static const re2::RE2 fmri("(svc|lrc):/[^ ]+");
  const auto milestone = StringAt(input.config, "/solaris/milestone");
  if (milestone && !re2::RE2::FullMatch(*milestone, fmri))
    reporter.Report("/solaris/milestone", "\"" + *milestone + "\" is not the FMRI of a service",
                    "write it like svc:/milestone/container:default");
}

void CheckPrivileges(const RuleInput& input, Reporter& reporter) {
  static const re2::RE2 privilege("[!-]?[A-Za-z][A-Za-z0-9_]*");
  const auto limit = StringAt(input.config, "/solaris/limitpriv");
  if (!limit) return;
  for (const std::string& part : Parts(*limit)) {
    if (re2::RE2::FullMatch(part, privilege)) continue;
    reporter.Report("/solaris/limitpriv", "\"" + part + "\" is not a privilege",
                    "separate the privileges by commas, as in default,!proc_fork");
    return;
  }
}

void CheckSize(const RuleInput& input, Reporter& reporter, const std::string& pointer) {
  static const re2::RE2 size(R"([0-9]+(\.[0-9]+)?[KMGTkmgt]?)");
  const auto text = StringAt(input.config, pointer);
  if (text && !re2::RE2::FullMatch(*text, size))
    reporter.Report(pointer, "\"" + *text + "\" is not a size",
                    "give a number, with K, M, G or T behind it or nothing");
}
void CheckSharedMemory(const RuleInput& input, Reporter& reporter) {
  CheckSize(input, reporter, "/solaris/maxShmMemory");
}
void CheckMemory(const RuleInput& input, Reporter& reporter) {
  CheckSize(input, reporter, "/solaris/cappedMemory/physical");
  CheckSize(input, reporter, "/solaris/cappedMemory/swap");
}

void CheckNcpus(const RuleInput& input, Reporter& reporter) {
  static const re2::RE2 number(R"([0-9]+(\.[0-9]+)?|\.[0-9]+)");
  const auto text = StringAt(input.config, "/solaris/cappedCPU/ncpus");
  if (text && !re2::RE2::FullMatch(*text, number))
    reporter.Report("/solaris/cappedCPU/ncpus", "\"" + *text + "\" is not a number of processors",
                    "write it like 1.25");
}

void ForEachNetwork(const RuleInput& input, const char* key,
                    const std::function<void(const std::string&, const std::string&)>& visit) {
  ForEach(input.config, "/solaris/anet", [&](const Json& network, const std::string& pointer) {
    const auto text = String(network, key);
    if (text) visit(*text, Join(pointer, key));
  });
}

// An IP address, with the length of its prefix or without.
bool IsAddress(const std::string& text) {
  static const re2::RE2 form(R"(([0-9A-Fa-f.:]+)(?:/([0-9]{1,3}))?)");
  std::string address;
  std::string length;
  if (!re2::RE2::FullMatch(text, form, &address, &length)) return false;
  in6_addr parsed;
  const bool is_four = inet_pton(AF_INET, address.c_str(), &parsed) == 1;
  if (!is_four && inet_pton(AF_INET6, address.c_str(), &parsed) != 1) return false;
  return length.empty() || std::stoi(length) <= (is_four ? 32 : 128);
}

void CheckAddress(const RuleInput& input, Reporter& reporter) {
  ForEachNetwork(input, "allowedAddress", [&](const std::string& text, const std::string& pointer) {
    for (const std::string& part : Parts(text)) {
      if (IsAddress(part)) continue;
      reporter.Report(pointer, "\"" + part + "\" is not an IP address",
                      "write it like 172.17.0.2/16");
      return;
    }
  });
}

void CheckConfigure(const RuleInput& input, Reporter& reporter) {
  ForEachNetwork(input, "configureAllowedAddress",
                 [&](const std::string& text, const std::string& pointer) {
                   if (text != "true" && text != "false")
                     reporter.Report(pointer, "\"" + text + "\" is neither true nor false",
                                     "write \"true\" or \"false\"");
                 });
}

void CheckMac(const RuleInput& input, Reporter& reporter) {
  // The lowest bit of the first byte tells a group from one interface.
  static const re2::RE2 unicast("[0-9A-Fa-f]?[02468ACEace](:[0-9A-Fa-f]{1,2}){5}");
  ForEachNetwork(input, "macAddress", [&](const std::string& text, const std::string& pointer) {
    const bool is_keyword = text.find(':') == std::string::npos && !text.empty();
    if (!is_keyword && !re2::RE2::FullMatch(text, unicast))
      reporter.Report(pointer, "\"" + text + "\" is not the address of one interface",
                      "write it like 02:42:f8:52:c7:16");
  });
}

void CheckProtection(const RuleInput& input, Reporter& reporter) {
  static const re2::RE2 kind("[A-Za-z][A-Za-z0-9-]*");
  ForEachNetwork(input, "linkProtection", [&](const std::string& text, const std::string& pointer) {
    for (const std::string& part : Parts(text)) {
      if (re2::RE2::FullMatch(part, kind)) continue;
      reporter.Report(pointer, "\"" + part + "\" is no kind of link protection",
                      "separate the kinds by commas, as in mac-nospoof,ip-nospoof");
      return;
    }
  });
}

void CheckRlimits(const RuleInput& input, Reporter& reporter) {
  if (!IsForSolaris(input.config)) return;
  ForEach(input.config, "/process/rlimits", [&](const Json& entry, const std::string& pointer) {
    const auto type = String(entry, "type");
    if (type && std::find(std::begin(kRlimits), std::end(kRlimits), *type) == std::end(kRlimits))
      reporter.Report(Join(pointer, "type"), *type + " is not a limit of Solaris",
                      "use a name of getrlimit(3)");
  });
}

void CheckAbsolute(const RuleInput& input, Reporter& reporter) {
  ReportRelativeDestinationsOn("solaris", input, reporter);
}

constexpr Rule kRules[] = {
    {"config/solaris/milestone-fmri", "the milestone is the FMRI of a service", Level::kMust, kFmri,
     CheckFmri},
    {"config/solaris/limitpriv-set", "limitpriv is a set of privileges", Level::kShould,
     kPrivileges, CheckPrivileges},
    {"config/solaris/shared-memory-scale", "the limit of shared memory is a size", Level::kMust,
     kShmScale, CheckSharedMemory},
    {"config/solaris/capped-memory-scale", "the caps of memory are sizes", Level::kMust, kScale,
     CheckMemory},
    {"config/solaris/ncpus-number", "ncpus is a number", Level::kMust, kNcpus, CheckNcpus},
    {"config/solaris/allowed-address", "allowed addresses are IP addresses", Level::kMust, kAddress,
     CheckAddress},
    {"config/solaris/configure-allowed-address", "configureAllowedAddress is true or false",
     Level::kMust, kConfigure, CheckConfigure},
    {"config/solaris/mac-address", "the address of a VNIC is one of a single interface",
     Level::kMust, kMac, CheckMac},
    {"config/solaris/link-protection", "link protection is a list of its kinds", Level::kMust,
     kProtection, CheckProtection},
    {"config/solaris/rlimit-known", "every rlimit is one of Solaris", Level::kMust, kRlimit,
     CheckRlimits},
    {"config/solaris/mount-destination-absolute", "mount destinations are absolute", Level::kMust,
     kAbsolute, CheckAbsolute},
};

}  // namespace

RuleArea SolarisRules() { return {SubjectType::kConfig, kRules}; }

}  // namespace loadline::validator

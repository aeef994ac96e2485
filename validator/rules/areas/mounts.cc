// SPDX-License-Identifier: Apache-2.0
// Rules on mounts: destinations, order, types, options, id mappings.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/files.h"
#include "validator/json/document.h"
#include "validator/rules/access.h"
#include "validator/rules/platforms.h"
#include "validator/rules/rule.h"

namespace loadline::validator {
namespace {

using Json = nlohmann::json;
using schema::Level;

constexpr std::string_view kAbsolute[] = {"oci-runtime/config/mounts/destination-absolute"};
constexpr std::string_view kShouldBeAbsolute[] = {
    "oci-runtime/config/mounts/destination-should-be-absolute"};
constexpr std::string_view kUidWithGid[] = {"oci-runtime/config/mounts/id-mappings/uid-with-gid",
                                            "oci-runtime/config/mounts/id-mappings/gid-with-uid"};
constexpr std::string_view kOptionNamed[] = {"oci-runtime/config/mounts/id-mappings/option-named"};

constexpr std::string_view kOptions[] = {"async",         "atime",        "bind",
                                         "defaults",      "dev",          "diratime",
                                         "dirsync",       "exec",         "idmap",
                                         "iversion",      "lazytime",     "loud",
                                         "mand",          "noatime",      "nodev",
                                         "nodiratime",    "noexec",       "noiversion",
                                         "nolazytime",    "nomand",       "norelatime",
                                         "nostrictatime", "nosuid",       "nosymfollow",
                                         "private",       "ratime",       "rbind",
                                         "rdev",          "rdiratime",    "relatime",
                                         "remount",       "rexec",        "ridmap",
                                         "rnoatime",      "rnodev",       "rnodiratime",
                                         "rnoexec",       "rnorelatime",  "rnostrictatime",
                                         "rnosuid",       "rnosymfollow", "ro",
                                         "rprivate",      "rrelatime",    "rro",
                                         "rrw",           "rshared",      "rslave",
                                         "rstrictatime",  "rsuid",        "rsymfollow",
                                         "runbindable",   "rw",           "shared",
                                         "silent",        "slave",        "strictatime",
                                         "suid",          "symfollow",    "sync",
                                         "tmpcopyup",     "unbindable"};

// Options of filesystems that bundles mount, by type; "=" at the end: it takes a value.
struct FilesystemOptions {
  std::string_view type;
  std::string_view options;  // between blanks
};
// Of every filesystem, where SELinux is on.
constexpr std::string_view kLabelOptions = " context= fscontext= defcontext= rootcontext= ";
constexpr FilesystemOptions kFilesystems[] = {
    {"tmpfs", " size= nr_blocks= nr_inodes= mode= uid= gid= huge= mpol= inode32 inode64 noswap "},
    {"devpts", " newinstance uid= gid= mode= ptmxmode= max= "},
    {"proc", " hidepid= gid= subset= "},
    {"sysfs", " "},
    {"mqueue", " "},
    {"cgroup2",
     " nsdelegate favordynmods memory_localevents memory_recursiveprot memory_hugetlb_accounting "
     "pids_localevents "},
};

struct Opposite {
  std::string_view one, other;
};
constexpr Opposite kOpposites[] = {{"ro", "rw"},
                                   {"suid", "nosuid"},
                                   {"dev", "nodev"},
                                   {"exec", "noexec"},
                                   {"sync", "async"},
                                   {"symfollow", "nosymfollow"},
                                   {"atime", "noatime"},
                                   {"diratime", "nodiratime"},
                                   {"relatime", "norelatime"},
                                   {"strictatime", "nostrictatime"},
                                   {"iversion", "noiversion"},
                                   {"lazytime", "nolazytime"},
                                   {"mand", "nomand"},
                                   {"loud", "silent"},
                                   {"rro", "rrw"},
                                   {"rsuid", "rnosuid"},
                                   {"rdev", "rnodev"},
                                   {"rexec", "rnoexec"},
                                   {"ratime", "rnoatime"},
                                   {"rdiratime", "rnodiratime"},
                                   {"rrelatime", "rnorelatime"},
                                   {"rstrictatime", "rnostrictatime"},
                                   {"rsymfollow", "rnosymfollow"},
                                   {"bind", "rbind"},
                                   {"idmap", "ridmap"}};

bool Has(const std::vector<std::string_view>& options, std::string_view name) {
  return std::find(options.begin(), options.end(), name) != options.end();
}
bool IsBind(const std::vector<std::string_view>& options) {
  return Has(options, "bind") || Has(options, "rbind");
}

struct Mount {
  const Json& entry;
  std::string pointer;
  std::string destination;  // with a leading slash
  std::string type;
  std::vector<std::string_view> options;
};

void ForEachMount(const RuleInput& input, const std::function<void(const Mount&)>& visit) {
  ForEach(input.config, "/mounts", [&](const Json& entry, const std::string& pointer) {
    const auto destination = String(entry, "destination");
    visit({entry, pointer, destination ? CleanPath("/" + *destination) : "",
           String(entry, "type").value_or(""), StringViews(entry, "/options")});
  });
}

// Up to 1.1.0 an error, later discouraged.
void CheckAbsolute(const RuleInput& input, Reporter& reporter, bool discouraged) {
  const bool may_be_relative = schema::SpecVersion{1, 2, 0, ""} <= input.version;
  if (may_be_relative != discouraged) return;
  ReportRelativeDestinations(input, reporter);
}
void CheckDestinationAbsolute(const RuleInput& input, Reporter& reporter) {
  CheckAbsolute(input, reporter, false);
}
void CheckDestinationRelative(const RuleInput& input, Reporter& reporter) {
  CheckAbsolute(input, reporter, true);
}

void CheckTwice(const RuleInput& input, Reporter& reporter) {
  std::set<std::string> seen;
  ForEachMount(input, [&](const Mount& mount) {
    if (mount.destination.empty() || Has(mount.options, "remount")) return;
    if (!seen.insert(mount.destination).second)
      reporter.Report(Join(mount.pointer, "destination"),
                      mount.destination + " is mounted a second time and hides the first",
                      "remove one of them");
  });
}

void CheckHidden(const RuleInput& input, Reporter& reporter) {
  std::set<std::string> earlier;
  ForEachMount(input, [&](const Mount& mount) {
    if (mount.destination.empty() || Has(mount.options, "remount")) return;
    // A mount at / is a finding of config/mounts/destination-root.
    if (mount.destination == "/") return;
    const auto hidden = earlier.lower_bound(mount.destination + "/");
    if (hidden != earlier.end() && hidden->starts_with(mount.destination + "/"))
      reporter.Report(Join(mount.pointer, "destination"),
                      mount.destination + " hides the earlier mount at " + *hidden,
                      "list the outer mount first");
    earlier.insert(mount.destination);
  });
}

void CheckDotDot(const RuleInput& input, Reporter& reporter) {
  ForEach(input.config, "/mounts", [&](const Json& entry, const std::string& pointer) {
    const auto destination = String(entry, "destination");
    if (destination && ("/" + *destination + "/").find("/../") != std::string::npos)
      reporter.Report(Join(pointer, "destination"), "the destination has a \"..\" in it",
                      "name the directory itself");
  });
}

void CheckRoot(const RuleInput& input, Reporter& reporter) {
  ForEachMount(input, [&](const Mount& mount) {
    if (mount.destination == "/" && !Has(mount.options, "remount"))
      reporter.Report(Join(mount.pointer, "destination"), "the mount hides the root filesystem",
                      "mount below /");
  });
}

void CheckType(const RuleInput& input, Reporter& reporter) {
  if (!IsForLinux(input.config)) return;
  ForEachMount(input, [&](const Mount& mount) {
    if (mount.type.empty() && !IsBind(mount.options) && !Has(mount.options, "remount") &&
        mount.entry.is_object())
      reporter.Report(mount.pointer, "the mount has neither a type nor the option bind",
                      "add one of them");
  });
}

void CheckBindSource(const RuleInput& input, Reporter& reporter) {
  ForEachMount(input, [&](const Mount& mount) {
    if (IsBind(mount.options) && !Has(mount.options, "remount") &&
        String(mount.entry, "source").value_or("").empty())
      reporter.Report(mount.pointer, "the bind mount has no source", "name what to bind");
  });
}

void CheckBindType(const RuleInput& input, Reporter& reporter) {
  ForEachMount(input, [&](const Mount& mount) {
    if (mount.type == "bind" && !IsBind(mount.options))
      reporter.Report(Join(mount.pointer, "type"),
                      "the type \"bind\" makes no bind mount by itself",
                      "add the option bind or rbind");
  });
}

void CheckUnknownOptions(const RuleInput& input, Reporter& reporter) {
  ForEachMount(input, [&](const Mount& mount) {
    const auto* filesystem =
        std::find_if(std::begin(kFilesystems), std::end(kFilesystems),
                     [&](const FilesystemOptions& entry) { return entry.type == mount.type; });
    const bool bind = IsBind(mount.options);
    ForEach(input.config, Join(mount.pointer, "options"),
            [&](const Json& option, const std::string& pointer) {
              if (!option.is_string()) return;
              const std::string name = option;
              if (std::find(std::begin(kOptions), std::end(kOptions), name) != std::end(kOptions))
                return;
              if (bind)
                return reporter.Report(pointer, "\"" + name + "\" is no option of a bind mount",
                                       "remove it: it goes to no filesystem");
              if (filesystem == std::end(kFilesystems)) return;
              const std::string key = name.substr(
                  0, name.find('=') == std::string::npos ? name.size() : name.find('=') + 1);
              if (filesystem->options.find(" " + key + " ") == std::string_view::npos &&
                  kLabelOptions.find(" " + key + " ") == std::string_view::npos)
                reporter.Report(pointer, "\"" + name + "\" is no option of " + mount.type,
                                "see mount(8)");
            });
  });
}

void CheckOpposites(const RuleInput& input, Reporter& reporter) {
  ForEachMount(input, [&](const Mount& mount) {
    for (const Opposite& pair : kOpposites) {
      if (Has(mount.options, pair.one) && Has(mount.options, pair.other)) {
        reporter.Report(Join(mount.pointer, "options"),
                        "the options " + std::string(pair.one) + " and " + std::string(pair.other) +
                            " contradict each other",
                        "keep one of them");
      }
    }
  });
}

void CheckMappingPair(const RuleInput& input, Reporter& reporter) {
  if (input.version < schema::SpecVersion{1, 2, 0, ""}) return;
  ForEachMount(input, [&](const Mount& mount) {
    const bool uids = Get(mount.entry, "uidMappings") != nullptr;
    const bool gids = Get(mount.entry, "gidMappings") != nullptr;
    if (uids != gids)
      reporter.Report(
          mount.pointer,
          std::string("the mount has ") + (uids ? "uidMappings" : "gidMappings") + " alone",
          "uidMappings and gidMappings come together");
  });
}

void CheckMappingOption(const RuleInput& input, Reporter& reporter) {
  if (input.version < schema::SpecVersion{1, 2, 0, ""}) return;
  ForEachMount(input, [&](const Mount& mount) {
    const bool mapped =
        Get(mount.entry, "uidMappings") != nullptr || Get(mount.entry, "gidMappings") != nullptr;
    if (mapped && !Has(mount.options, "idmap") && !Has(mount.options, "ridmap"))
      reporter.Report(mount.pointer, "the mount has id mappings without the option idmap or ridmap",
                      "add one: an older runtime would ignore the mappings in silence");
  });
}

void CheckIdmapSource(const RuleInput& input, Reporter& reporter) {
  ForEachMount(input, [&](const Mount& mount) {
    const bool mapped =
        Get(mount.entry, "uidMappings") != nullptr || Get(mount.entry, "gidMappings") != nullptr;
    if ((Has(mount.options, "idmap") || Has(mount.options, "ridmap")) && !mapped &&
        !HasNamespace(input.config, "user"))
      reporter.Report(
          mount.pointer, "idmap has no mappings to use",
          "give the mount uidMappings and gidMappings, or the container a user namespace");
  });
}

constexpr Rule kRules[] = {
    {"config/mounts/destination-absolute", "every destination is absolute", Level::kMust, kAbsolute,
     CheckDestinationAbsolute},
    {"config/mounts/destination-relative", "every destination is absolute", Level::kShould,
     kShouldBeAbsolute, CheckDestinationRelative},
    {"config/mounts/destination-dot-dot", "no destination climbs", Level::kShould, {}, CheckDotDot},
    {"config/mounts/destination-root",
     "no mount hides the root filesystem",
     Level::kShould,
     {},
     CheckRoot},
    {"config/mounts/destination-twice",
     "no destination is mounted twice",
     Level::kShould,
     {},
     CheckTwice},
    {"config/mounts/order", "no mount hides an earlier one", Level::kShould, {}, CheckHidden},
    {"config/mounts/type-or-bind",
     "every mount has a type or is a bind mount",
     Level::kMust,
     {},
     CheckType},
    {"config/mounts/bind-source",
     "every bind mount has a source",
     Level::kMust,
     {},
     CheckBindSource},
    {"config/mounts/bind-type",
     "a mount of type bind has the option bind",
     Level::kShould,
     {},
     CheckBindType},
    {"config/mounts/option-known",
     "every option is one of mount(8) or of the filesystem",
     Level::kShould,
     {},
     CheckUnknownOptions},
    {"config/mounts/option-opposites",
     "no two options contradict each other",
     Level::kShould,
     {},
     CheckOpposites},
    {"config/mounts/mapping-pair", "uidMappings and gidMappings come together", Level::kMust,
     kUidWithGid, CheckMappingPair},
    {"config/mounts/mapping-option", "id mappings come with idmap or ridmap", Level::kShould,
     kOptionNamed, CheckMappingOption},
    {"config/mounts/idmap-source", "idmap has mappings to use", Level::kMust, {}, CheckIdmapSource},
};

}  // namespace

RuleArea MountsRules() { return {SubjectType::kConfig, kRules}; }

}  // namespace loadline::validator

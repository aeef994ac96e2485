// SPDX-License-Identifier: Apache-2.0
// Rules on the platform that an entry of an index promises and a configuration says (image-spec
// image-index.md, config.md).
#include <algorithm>
#include <nlohmann/json.hpp>

#include "validator/image/media_types.h"
#include "validator/json/document.h"
#include "validator/rules/access.h"
#include "validator/rules/rule.h"

namespace loadline::validator {
namespace {

using Json = nlohmann::json;
using schema::Level;

// The values that Go knows for GOOS and GOARCH, which the standard refers to. "unknown" is what
// builders write for entries that run nowhere, such as attestations.
constexpr std::string_view kSystems[] = {"aix",     "android", "darwin",  "dragonfly", "freebsd",
                                         "hurd",    "illumos", "ios",     "js",        "linux",
                                         "nacl",    "netbsd",  "openbsd", "plan9",     "solaris",
                                         "unknown", "wasip1",  "windows", "zos"};
constexpr std::string_view kArchitectures[] = {
    "386",     "amd64",   "amd64p32", "arm",      "arm64",     "arm64be",     "armbe",
    "loong64", "mips",    "mips64",   "mips64le", "mips64p32", "mips64p32le", "mipsle",
    "ppc",     "ppc64",   "ppc64le",  "riscv",    "riscv64",   "s390",        "s390x",
    "sparc",   "sparc64", "unknown",  "wasm"};

struct Variant {
  std::string_view architecture;
  std::string_view names[4];
};

constexpr Variant kVariants[] = {
    {"arm", {"v6", "v7", "v8"}},
    {"arm64", {"v8", "v8.0", "v8.1", "v9"}},
    {"amd64", {"v1", "v2", "v3", "v4"}},
};

template <size_t N>
bool IsOneOf(const std::string_view (&names)[N], std::string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

// The platforms of the document with their pointers: of each entry, or the configuration itself.
void ForEachPlatform(const RuleInput& input,
                     const std::function<void(const Json&, const std::string&)>& visit) {
  if (input.type == SubjectType::kImageConfig) return visit(input.config, "");
  ForEach(input.config, "/manifests", [&](const Json& entry, const std::string& pointer) {
    if (const Json* platform = Get(entry, "platform")) visit(*platform, pointer + "/platform");
  });
}

void CheckSystem(const RuleInput& input, Reporter& reporter) {
  ForEachPlatform(input, [&](const Json& platform, const std::string& pointer) {
    const auto os = String(platform, "os");
    if (os && !IsOneOf(kSystems, *os))
      reporter.Report(pointer + "/os", "\"" + *os + "\" is not a system that Go knows",
                      "use the words of GOOS, like linux");
  });
}

void CheckArchitecture(const RuleInput& input, Reporter& reporter) {
  ForEachPlatform(input, [&](const Json& platform, const std::string& pointer) {
    const auto architecture = String(platform, "architecture");
    if (architecture && !IsOneOf(kArchitectures, *architecture))
      reporter.Report(pointer + "/architecture",
                      "\"" + *architecture + "\" is not an architecture that Go knows",
                      "use the words of GOARCH, like amd64 or arm64");
  });
}

void CheckVariant(const RuleInput& input, Reporter& reporter) {
  ForEachPlatform(input, [&](const Json& platform, const std::string& pointer) {
    const auto variant = String(platform, "variant");
    const std::string architecture = String(platform, "architecture").value_or("");
    if (!variant || variant->empty()) return;
    for (const Variant& known : kVariants) {
      if (known.architecture != architecture || IsOneOf(known.names, *variant)) continue;
      reporter.Report(pointer + "/variant", "\"" + *variant + "\" is no variant of " + architecture,
                      "use one of the standard's table");
    }
  });
}

void CheckFeatures(const RuleInput& input, Reporter& reporter) {
  ForEachPlatform(input, [&](const Json& platform, const std::string& at) {
    if (String(platform, "os") != "windows") return;
    ForEach(input.config, at + "/os.features",
            [&](const Json& feature, const std::string& pointer) {
              if (feature.is_string() && feature != "win32k")
                reporter.Report(pointer, feature.dump() + " is no feature of Windows that is known",
                                "the standard knows win32k");
            });
  });
}

void CheckReservedFeatures(const RuleInput& input, Reporter& reporter) {
  if (input.type != SubjectType::kIndex) return;
  ForEachPlatform(input, [&](const Json& platform, const std::string& pointer) {
    if (platform.contains("features"))
      reporter.Report(pointer + "/features", "features is kept for later versions",
                      "use os.features");
  });
}

void CheckPresent(const RuleInput& input, Reporter& reporter) {
  if (input.type != SubjectType::kIndex) return;
  ForEach(input.config, "/manifests", [&](const Json& entry, const std::string& pointer) {
    const auto type = MediaTypeOf(String(entry, "mediaType").value_or(""));
    if (type.role == MediaRole::kManifest && !entry.contains("platform") &&
        !entry.contains("artifactType"))
      reporter.Report(pointer, "it does not say its platform",
                      "say platform: clients choose by it");
  });
}

constexpr std::string_view kArchitectureCited[] = {
    "oci-image/image-index/platform/architecture/goarch", "oci-image/config/architecture/goarch"};
constexpr std::string_view kOsCited[] = {"oci-image/image-index/platform/os/goos",
                                         "oci-image/config/os/goos"};
constexpr std::string_view kOsFeaturesCited[] = {
    "oci-image/image-index/platform/os-features/windows-values",
    "oci-image/config/os-features/windows-values"};
constexpr std::string_view kPresentCited[] = {"oci-image/image-index/platform/when-specific",
                                              "oci-image/descriptor/platform/for-manifests"};
constexpr std::string_view kVariantCited[] = {"oci-image/image-index/platform/variant/listed",
                                              "oci-image/config/variant/listed",
                                              "oci-image/image-index/platform-variants/like-go"};

constexpr std::string_view kFeaturesCited[] = {"oci-image/image-index/platform/features/reserved"};

constexpr Rule kRules[] = {
    {"platform/features", "features is not used", Level::kShould, kFeaturesCited,
     CheckReservedFeatures},
    {"platform/architecture", "the architecture is one that Go knows", Level::kShould,
     kArchitectureCited, CheckArchitecture},
    {"platform/os", "the system is one that Go knows", Level::kShould, kOsCited, CheckSystem},
    {"platform/os-features", "features of Windows are known ones", Level::kShould, kOsFeaturesCited,
     CheckFeatures},
    {"platform/present", "an entry for an image says its platform", Level::kShould, kPresentCited,
     CheckPresent},
    {"platform/variant", "the variant is one of the standard's table", Level::kShould,
     kVariantCited, CheckVariant},
};

}  // namespace

RuleArea PlatformRules() { return {{SubjectType::kIndex, SubjectType::kImageConfig}, kRules}; }

}  // namespace loadline::validator
